using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Songs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Http;

/// <summary>The contract over real HTTP: a song is uploaded, heard, cut and watched by a program.</summary>
public sealed class ApiTests(StudioFixture fixture) : IClassFixture<StudioFixture>
{
    private Studio Studio => fixture.Studio;

    [Fact]
    public async Task A_program_takes_a_song_all_the_way_to_a_video()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        var clip = await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.ClipAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());

        var analysis = await caller.GetAsync($"songs/{song}/analysis");
        Assert.Equal(120, analysis.GetProperty("bpm").GetDouble(), 0.5);
        Assert.Equal(analysis.GetProperty("beats").GetArrayLength(), analysis.GetProperty("energy").GetArrayLength());

        var settings = new { width = 320, height = 180, preset = "draft", cutOn = "downbeat" };
        var plan = await caller.PostAsync($"songs/{song}/compositions/plan", settings);
        var started = await caller.PostAsync($"songs/{song}/compositions", settings);
        var composition = started.GetProperty("composition").GetProperty("id").GetString();
        var end = await caller.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!);
        Assert.Equal("succeeded", end.GetProperty("status").GetString());

        var finished = await caller.GetAsync($"compositions/{composition}");
        Assert.Equal(12, finished.GetProperty("durationSeconds").GetDouble(), 0.1);
        Assert.Equal(-14, finished.GetProperty("loudnessLufs").GetDouble(), 0.5);
        Assert.InRange(finished.GetProperty("truePeakDbtp").GetDouble(), -20, -1);
        Assert.True(plan.GetProperty("estimate").GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(plan.GetProperty("shots").ToString(), (await caller.GetAsync($"compositions/{composition}/plan")).GetProperty("shots").ToString());
        var sync = await caller.GetAsync($"compositions/{composition}/sync");
        Assert.InRange(sync.GetProperty("maxErrorMs").GetDouble(), 0, 1000 / 60.0);
        Assert.All(sync.GetProperty("cuts").EnumerateArray(), cut => Assert.True(cut.GetProperty("seen").GetBoolean()));
        Assert.Equal(sync.ToString(), (await caller.GetAsync($"compositions/{composition}/sync")).ToString());
        var status = await caller.GetAsync($"songs/{song}/clips/status");
        Assert.Equal($"/api/v1/compositions/{composition}/video", status.GetProperty("composedVideoUrl").GetString());
        foreach (var (extension, start) in new[] { (".otio", "{\"OTIO_SCHEMA\":\"Timeline.1\""), (".edl", "TITLE: song"), (".fcpxml", "<?xml ") })
        {
            var timeline = await caller.Http.GetAsync($"compositions/{composition}/timeline{extension}");
            var text = await timeline.Content.ReadAsStringAsync();
            Assert.StartsWith(start, text, StringComparison.Ordinal);
            Assert.Contains(new Uri(Studio.Address, $"/api/v1/clips/{clip.GetProperty("id").GetString()}/video").ToString(), text, StringComparison.Ordinal);
            Assert.Equal("song" + extension, timeline.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
            using var again = new HttpRequestMessage(HttpMethod.Get, timeline.RequestMessage!.RequestUri);
            again.Headers.IfNoneMatch.Add(timeline.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(again)).StatusCode);
        }

        var whole = await caller.Http.GetAsync($"compositions/{composition}/video?download=true");
        Assert.Equal("song.mp4", whole.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        var part = await RangeAsync(caller, $"compositions/{composition}/video", new(4, 11));
        Assert.Equal((HttpStatusCode.PartialContent, 8L), (part.StatusCode, part.Content.Headers.ContentLength));
        Assert.Equal("ftypisom", await part.Content.ReadAsStringAsync());
        var beyond = await RangeAsync(caller, $"compositions/{composition}/video", new(1L << 40, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal("request.range", (await beyond.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal(12, (await caller.GetAsync($"songs/{song}/waveform?points=10")).GetProperty("duration").GetDouble(), 0.1);
        foreach (var path in new[] { $"compositions/{composition}/poster", $"clips/{clip.GetProperty("id").GetString()}/thumbnail" })
        {
            var picture = await caller.Http.GetByteArrayAsync(path);
            Assert.Equal("RIFF"u8, picture.AsSpan(0, 4));
        }

        (await caller.Http.DeleteAsync($"songs/{song}")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Http.GetAsync($"songs/{song}/analysis")).StatusCode);
        Assert.False(Directory.Exists(Path.Combine(Studio.DataDirectory, "files", "songs", Guid.Parse(song).ToString("N"))));
        Assert.Equal(0, (await caller.GetAsync("jobs")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_an_older_engine_heard_is_heard_again_and_can_be_read_until_then()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var song = Guid.Parse(await caller.AddSongAsync(await SmallMedia.SongAsync()));
        await using var db = await Studio.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        await db.Analyses.Where(row => row.SongId == song).ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, 0));

        await Studio.Services.GetRequiredService<SongAnalyst>().RedoOutdatedAsync(CancellationToken.None);

        Assert.Equal(1, (await caller.GetAsync($"songs/{song}/analysis")).GetProperty("version").GetInt32());
        var job = await db.Songs.Where(row => row.Id == song).Select(row => row.AnalysisJobId).SingleAsync();
        Assert.Equal("succeeded", (await caller.JobEndAsync($"{job}")).GetProperty("status").GetString());
        Assert.Equal(2, (await caller.GetAsync($"songs/{song}/analysis")).GetProperty("version").GetInt32());
        Assert.Equal(AnalyseSongHandler.Revision, await db.Analyses.Where(row => row.SongId == song).Select(row => row.Revision).SingleAsync());
    }

    [Fact]
    public async Task Every_answer_names_its_request_and_its_time_and_a_repeated_read_costs_nothing()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var first = await caller.Http.GetAsync("songs");
        Assert.Matches(@"^\d+\.\d{3}$", first.Headers.GetValues("X-Process-Time").Single());
        Assert.NotEmpty(first.Headers.GetValues("X-Request-Id").Single());

        using var again = new HttpRequestMessage(HttpMethod.Get, "songs");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task Who_is_not_signed_in_gets_a_problem_document()
    {
        using var http = new HttpClient { BaseAddress = new Uri(Studio.Address, "/api/v1/") };
        foreach (var path in new[] { "songs", "jobs", "compositions", "auth/me" })
        {
            var answer = await http.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal("auth.required", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Somebody_elses_things_do_not_exist()
    {
        using var owner = await ApiCaller.RegisterAsync(Studio);
        using var stranger = await ApiCaller.RegisterAsync(Studio);
        var song = await owner.AddSongAsync(await SmallMedia.SongAsync());
        var clip = (await owner.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync())).GetProperty("id").GetString();
        var started = await owner.PostAsync($"songs/{song}/compositions", new { width = 128, height = 128, preset = "draft" });
        var composition = started.GetProperty("composition").GetProperty("id").GetString();
        var job = started.GetProperty("job").GetProperty("id").GetString();

        string[] reads =
        [
            $"songs/{song}", $"songs/{song}/audio", $"songs/{song}/waveform", $"songs/{song}/analysis", $"songs/{song}/clips", $"songs/{song}/clips/status",
            $"songs/{song}/compositions", $"clips/{clip}/video", $"clips/{clip}/thumbnail", $"compositions/{composition}", $"compositions/{composition}/plan",
            $"compositions/{composition}/sync", $"compositions/{composition}/video", $"compositions/{composition}/poster", $"compositions/{composition}/timeline.otio",
            $"compositions/{composition}/timeline.edl", $"compositions/{composition}/timeline.fcpxml", $"jobs/{job}", $"jobs/{job}/log",
            $"songs/{song}/stems", $"songs/{song}/stems/4.zip", $"songs/{song}/stems/4/vocals.wav", $"songs/{song}/stems/4/mix", $"songs/{song}/stems/4/mix.mp3",
            $"songs/{song}/stems/4/peaks", $"songs/{song}/stems/4/samples?start=0&frames=1",
        ];
        (HttpMethod Method, string Path, object? Body)[] writes =
        [
            (HttpMethod.Patch, $"songs/{song}", new { title = "Mine" }), (HttpMethod.Delete, $"songs/{song}", null), (HttpMethod.Post, $"songs/{song}/analysis", null),
            (HttpMethod.Patch, $"songs/{song}/clips/order", new { clipIds = new[] { clip } }), (HttpMethod.Delete, $"clips/{clip}", null),
            (HttpMethod.Post, $"songs/{song}/compositions", new { }), (HttpMethod.Post, $"songs/{song}/compositions/plan", new { }),
            (HttpMethod.Post, $"compositions/{composition}/cancel", null), (HttpMethod.Delete, $"compositions/{composition}", null),
            (HttpMethod.Post, $"songs/{song}/stems", new { stems = 2 }), (HttpMethod.Put, $"songs/{song}/stems/2/mix", new { tracks = Array.Empty<object>() }),
            (HttpMethod.Delete, $"songs/{song}/stems/2", null),
            (HttpMethod.Post, $"jobs/{job}/cancel", null), (HttpMethod.Post, $"jobs/{job}/retry", null),
        ];
        foreach (var (method, path, body) in reads.Select(path => (HttpMethod.Get, path, (object?)null)).Concat(writes))
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            var answer = await stranger.Http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {path} answered {(int)answer.StatusCode}");
            Assert.EndsWith(".not_found", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString(), StringComparison.Ordinal);
        }

        await using var upload = File.OpenRead(await SmallMedia.StillAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.UploadAsync($"songs/{song}/clips", upload, "x.png")).StatusCode);
        Assert.Equal(0, (await stranger.GetAsync("songs")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await stranger.GetAsync("compositions")).GetProperty("total").GetInt32());
        Assert.Equal("song", (await owner.GetAsync($"songs/{song}")).GetProperty("title").GetString());
    }

    [Fact]
    public async Task The_same_key_gives_the_same_job()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());
        caller.Http.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => caller.PostAsync($"songs/{song}/compositions", new { width = 128, height = 128, preset = "draft" })));

        Assert.Single(both.Select(answer => answer.GetProperty("job").GetProperty("id").GetString()).Distinct());
        Assert.Single(both.Select(answer => answer.GetProperty("composition").GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task The_quota_holds_also_for_uploads_at_the_same_moment()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var file = await SmallMedia.SongAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            await using var content = File.OpenRead(file);
            return (await caller.UploadAsync("songs", content, $"song {i}.mp3")).StatusCode;
        }));

        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(2, answers.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(3, (await caller.GetAsync("songs?fields=id")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("{\"targetBitrateKbps\":99}", "targetBitrateKbps")]
    [InlineData("{\"platform\":\"myspace\"}", "platform")]
    [InlineData("{\"width\":127}", "width")]
    [InlineData("{\"fps\":31}", "fps")]
    [InlineData("{\"preset\":\"1\"}", "preset")]
    [InlineData("{\"minShotSeconds\":-1}", "minShotSeconds")]
    [InlineData("{\"encoder\":\"amf\"}", "encoder")]
    [InlineData("{\"encoder\":\"abacus\"}", "encoder")]
    public async Task A_setting_that_cannot_be_met_is_refused_by_name(string body, string field)
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());

        var answer = await caller.Http.PostAsync($"songs/{song}/compositions", new StringContent(body, MediaTypeHeaderValue.Parse("application/json")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Everybody_sees_which_encoders_work_and_why_others_do_not()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);

        var encoders = (await caller.GetAsync("encoders")).EnumerateArray().ToList();

        Assert.Equal("x264", encoders[^1].GetProperty("name").GetString());
        Assert.True(encoders[^1].GetProperty("works").GetBoolean());
        Assert.All(encoders, encoder => Assert.Equal(encoder.GetProperty("works").GetBoolean(), !encoder.TryGetProperty("reason", out _)));
    }

    [Fact]
    public async Task A_cookie_alone_changes_nothing()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var email = (await caller.GetAsync("auth/me")).GetProperty("email").GetString();
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new() }) { BaseAddress = new Uri(Studio.Address, "/api/v1/") };
        (await browser.PostAsJsonAsync("auth/login?useCookies=true", new { email, password = "correct horse" })).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("auth/me")).StatusCode);

        await using var content = File.OpenRead(await SmallMedia.SongAsync());
        using var form = new MultipartFormDataContent { { new StreamContent(content), "file", "song.mp3" } };
        var answer = await browser.PostAsync("songs", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("request.antiforgery", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_description_names_the_routes_and_the_operations_answer_without_an_account()
    {
        using var http = new HttpClient { BaseAddress = Studio.Address };
        var paths = (await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths");
        foreach (var path in new[] { "/api/v1/songs", "/api/v1/songs/{songId}/compositions", "/api/v1/compositions/{id}/sync", "/api/v1/jobs/{id}/cancel", "/api/v1/auth/login" })
        {
            Assert.True(paths.TryGetProperty(path, out _), path);
        }

        Assert.Equal("healthy", (await http.GetFromJsonAsync<JsonElement>("/health")).GetProperty("status").GetString());
        var ready = (await Studio.ReadyAsync()).GetProperty("checks");
        Assert.Equal(["database", "disk", "ffmpeg", "models", "warm-up"], ready.EnumerateObject().Select(check => check.Name).Order());
        Assert.Contains("http_server_request_duration", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.True((await http.GetAsync("/docs")).IsSuccessStatusCode);
    }

    private static async Task<HttpResponseMessage> RangeAsync(ApiCaller caller, string path, RangeItemHeaderValue range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new() { Ranges = { range } };
        return await caller.Http.SendAsync(request);
    }
}
