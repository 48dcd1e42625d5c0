using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Http;

/// <summary>What every answer has in common, whatever it is about.</summary>
public sealed partial class ResponseHabitTests(Studios studios)
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Large_JSON_is_compressed_when_asked_and_small_JSON_and_media_never(string encoding)
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        await studio.AddSongsAsync(await caller.OwnerIdAsync(), 2);
        var song = (await caller.UploadAsync("songs", await SmallMedia.SongAsync())).GetProperty("id").GetString();
        Assert.Empty((await caller.Http.GetAsync($"songs/{song}/waveform")).Content.Headers.ContentEncoding);
        caller.Http.DefaultRequestHeaders.AcceptEncoding.ParseAdd(encoding);

        var large = await caller.Http.GetAsync($"songs/{song}/waveform");
        Assert.Equal([encoding], large.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", large.Headers.Vary);
        Assert.Empty((await caller.Http.GetAsync("auth/me")).Content.Headers.ContentEncoding);
        var media = await caller.Http.GetAsync($"songs/{song}/audio");
        Assert.Empty(media.Content.Headers.ContentEncoding);
        Assert.Equal(new FileInfo(await SmallMedia.SongAsync()).Length, media.Content.Headers.ContentLength);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"songs/{song}/waveform");
        again.Headers.IfNoneMatch.Add(large.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task Media_answers_HEAD_with_its_size_and_304_to_those_who_have_it()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await caller.UploadAsync("songs", await SmallMedia.SongAsync())).GetProperty("id").GetString();

        var head = await caller.Http.SendAsync(new(HttpMethod.Head, $"songs/{song}/audio"));
        Assert.Equal((HttpStatusCode.OK, "audio/mpeg"), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
        Assert.Equal(new FileInfo(await SmallMedia.SongAsync()).Length, head.Content.Headers.ContentLength);
        Assert.Equal(["bytes"], head.Headers.AcceptRanges);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        using var again = new HttpRequestMessage(HttpMethod.Get, $"songs/{song}/audio");
        again.Headers.IfNoneMatch.Add(head.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task A_static_file_with_its_hash_in_its_name_is_kept_for_a_year_and_one_without_is_asked_for_again()
    {
        // As run.sh starts it; a published studio needs no setting for it.
        await using var studio = await Task.Run(() => Studio.Start(("ReloadStaticAssetsAtRuntime", "false")));
        using var http = new HttpClient { BaseAddress = studio.Address };
        var page = await http.GetStringAsync("account/login");
        var hashed = HashedFile().Matches(page).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains(hashed, path => path.StartsWith("app.", StringComparison.Ordinal));
        foreach (var path in hashed)
        {
            Assert.Equal("max-age=31536000, immutable", (await http.GetAsync(path)).Headers.GetValues("Cache-Control").Single());
        }

        var plain = await http.GetAsync("app.css");
        Assert.Equal("no-cache", plain.Headers.CacheControl?.ToString());
        using var again = new HttpRequestMessage(HttpMethod.Get, "app.css");
        again.Headers.IfNoneMatch.Add(plain.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await http.SendAsync(again)).StatusCode);
    }

    [Theory]
    [InlineData("auth/me")]
    [InlineData("songs")]
    [InlineData("compositions")]
    [InlineData("jobs")]
    [InlineData("footage")]
    [InlineData("encoders")]
    [InlineData("separators")]
    [InlineData("clips/generators")]
    public async Task JSON_is_kept_by_its_reader_alone_and_asked_for_again_with_its_tag(string path)
    {
        using var caller = await ApiCaller.RegisterAsync(await studios.OnAsync("SQLite"));
        var first = await caller.Http.GetAsync(path);
        Assert.Equal("no-cache, private", first.Headers.CacheControl?.ToString());

        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        var second = await caller.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("GET", "nothing/here", null, 404, "resource.not_found")]
    [InlineData("GET", "songs/7", null, 404, "resource.not_found")]
    [InlineData("PUT", "songs", "{}", 405, "request.method")]
    [InlineData("PATCH", "songs/0199a3c8-0000-7000-8000-000000000000", "{\"title\":", 400, "request.malformed")]
    [InlineData("PATCH", "songs/0199a3c8-0000-7000-8000-000000000000", "{\"title\":7}", 400, "request.malformed")]
    [InlineData("PATCH", "songs/0199a3c8-0000-7000-8000-000000000000", "{\"title\":\"\\ud800\"}", 400, "request.malformed")]
    [InlineData("PATCH", "songs/0199a3c8-0000-7000-8000-000000000000", "", 400, "request.malformed")]
    [InlineData("GET", "songs?page=0", null, 400, "request.page")]
    [InlineData("GET", "songs?pageSize=101", null, 400, "request.page")]
    [InlineData("GET", "songs?pageSize=0", null, 400, "request.page")]
    [InlineData("GET", "songs?page=one", null, 400, "request.malformed")]
    [InlineData("GET", "jobs?status=asleep", null, 400, "request.field")]
    public async Task What_cannot_be_answered_is_a_problem_document_with_a_code(string method, string path, string? body, int status, string code)
    {
        using var caller = await ApiCaller.RegisterAsync(await studios.OnAsync("SQLite"));
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };

        var answer = await caller.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((code, status), (problem.GetProperty("code").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_value_of_the_wrong_kind_is_refused_by_the_name_of_its_field()
    {
        using var caller = await ApiCaller.RegisterAsync(await studios.OnAsync("SQLite"));
        using var body = new StringContent("{\"title\":7}", Encoding.UTF8, "application/json");

        var answer = await caller.Http.PatchAsync($"songs/{Guid.NewGuid()}", body);

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains("title", problem.GetProperty("detail").GetString());
        Assert.Equal(["title"], problem.GetProperty("errors").EnumerateObject().Select(field => field.Name));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_list_in_pages_shows_everything_once_newest_first_and_only_the_fields_asked_for(string database)
    {
        var studio = await studios.OnAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var ids = await studio.AddSongsAsync(await caller.OwnerIdAsync(), 10);
        var pages = new List<JsonElement>();
        for (var page = 1; page <= 4; page++)
        {
            pages.Add(await caller.GetAsync($"songs?page={page}&pageSize=3&fields=id,%20TITLE,nothing"));
        }

        Assert.Equal([3, 3, 3, 1], pages.Select(page => page.GetProperty("items").GetArrayLength()));
        Assert.All(pages, page => Assert.Equal((10, 3), (page.GetProperty("total").GetInt32(), page.GetProperty("pageSize").GetInt32())));
        var items = pages.SelectMany(page => page.GetProperty("items").EnumerateArray()).ToList();
        Assert.All(items, item => Assert.Equal(["id", "title"], item.EnumerateObject().Select(field => field.Name)));
        Assert.Equal(ids.OrderByDescending(id => $"{id}"), items.Select(item => item.GetProperty("id").GetGuid()));
        Assert.Equal(0, (await caller.GetAsync("songs?page=5&pageSize=3")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_browser_changes_things_with_the_token_of_its_page()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        using var visitor = await Visitor.SignInAsync(studio, caller);
        var token = await visitor.CsrfTokenAsync("songs");

        Assert.Equal("request.antiforgery", await RenameAsync(visitor, song, "nonsense"));
        Assert.Equal("Renamed", await RenameAsync(visitor, song, token));

        using var stranger = await Visitor.SignInAsync(studio, await ApiCaller.RegisterAsync(studio));
        Assert.Equal("request.antiforgery", await RenameAsync(stranger, song, token));
    }

    [GeneratedRegex("""(?:href|src)="([\w./]+\.[a-z0-9]{10}\.(?:css|js|svg))[">]""")]
    private static partial Regex HashedFile();

    /// <summary>The song's new title, or the code of the refusal.</summary>
    private static async Task<string?> RenameAsync(Visitor visitor, Guid song, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"api/v1/songs/{song}") { Content = JsonContent.Create(new { title = "Renamed" }) };
        request.Headers.Add("X-CSRF-TOKEN", token);
        var answer = await (await visitor.Http.SendAsync(request)).Content.ReadFromJsonAsync<JsonElement>();
        return answer.TryGetProperty("code", out var code) ? code.GetString() : answer.GetProperty("title").GetString();
    }
}
