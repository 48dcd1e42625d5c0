using System.Net;
using System.Net.Http.Json;
using Downbeat.E2E.Support;
using Downbeat.Tests.Features.Clips.Fetching;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Clips;

/// <summary>Clips that are fetched from an address, by the whole studio from a server on this machine.</summary>
public sealed class ClipImportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clip_is_fetched_and_one_that_cannot_be_had_says_why_and_leaves_nothing()
    {
        var film = await File.ReadAllBytesAsync(await SmallMedia.ClipAsync(), Stop);
        await using var origin = await Origin.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/film" ? 200 : 404;
            await context.Response.Body.WriteAsync(context.Request.Path == "/film" ? film : [], context.RequestAborted);
        });
        await using var studio = Studio.Start(_ => { }, ("Import:AllowedNetworks:0", "127.0.0.0/8"));
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var footage = Path.Combine(studio.DataDirectory, "files", "footage");

        var (good, bad) = (await ImportAsync(origin.At("/film")), await ImportAsync(origin.At("/gone")));
        Assert.Equal("succeeded", (await caller.JobEndAsync(good)).GetProperty("status").GetString());
        Assert.Equal("import.not_there", (await caller.JobEndAsync(bad)).GetProperty("error").GetProperty("code").GetString());

        var clips = (await caller.GetAsync($"songs/{song}/clips")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([("film", "import", "completed", 320, (string?)null), ("gone", "import", "failed", 0, "The server answered 404")], clips.Select(clip => (
            clip.GetProperty("title").GetString(), clip.GetProperty("source").GetString(), clip.GetProperty("status").GetString(), clip.GetProperty("width").GetInt32(),
            clip.TryGetProperty("error", out var error) ? error.GetString()?[..23] : null))!);
        Assert.Equal(film, await caller.Http.GetByteArrayAsync($"clips/{clips[0].GetProperty("id")}/video", Stop));
        var board = await caller.GetAsync($"songs/{song}/clips/status");
        Assert.Equal((2, 1, 1, 1.0), (board.GetProperty("total").GetInt32(), board.GetProperty("completed").GetInt32(), board.GetProperty("failed").GetInt32(), board.GetProperty("progress").GetDouble()));

        // The same by another way, and by the same way once more: both are there, and stored once.
        var uploaded = await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.ClipAsync());
        Assert.Equal("succeeded", (await caller.JobEndAsync(await ImportAsync(origin.At("/film")))).GetProperty("status").GetString());
        clips = [.. (await caller.GetAsync($"songs/{song}/clips")).GetProperty("items").EnumerateArray()];
        Assert.Equal(4, clips.Count);
        Assert.Single(clips.Where(clip => clip.TryGetProperty("footageId", out _)).Select(clip => clip.GetProperty("footageId").GetGuid()).Distinct());
        Assert.Equal(uploaded.GetProperty("footageId").GetGuid(), Guid.Parse(Path.GetFileName(Assert.Single(Directory.GetDirectories(footage)))));

        foreach (var clip in clips)
        {
            (await caller.Http.DeleteAsync($"clips/{clip.GetProperty("id")}", Stop)).EnsureSuccessStatusCode();
        }

        Assert.Empty(Directory.GetDirectories(footage));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(studio.DataDirectory, "work")));

        // What was cached of the song's clips is not said any more.
        Assert.Equal(0, (await caller.GetAsync($"songs/{song}/clips/status")).GetProperty("total").GetInt32());
        using var refused = await caller.Http.PostAsJsonAsync($"songs/{song}/clips/import", new { url = "file:///etc/passwd" }, Stop);
        using var foreign = await caller.Http.PostAsJsonAsync($"songs/{Guid.NewGuid()}/clips/import", new { url = $"{origin.At("/film")}" }, Stop);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (refused.StatusCode, foreign.StatusCode));

        async Task<string> ImportAsync(Uri address) => (await caller.PostAsync($"songs/{song}/clips/import", new { url = $"{address}" })).GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task One_key_is_one_clip_also_when_both_come_at_once()
    {
        await using var studio = Studio.Start(_ => { });
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"songs/{song}/clips/import") { Content = JsonContent.Create(new { url = "http://127.0.0.1/film.mp4" }), Headers = { { "Idempotency-Key", "once" } } };
            using var answer = await caller.Http.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Stop)).GetProperty("id").GetString();
        }));

        Assert.Single(ids.Distinct());
        Assert.Equal(1, (await caller.GetAsync($"songs/{song}/clips")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Without_leave_nothing_is_fetched_from_inside()
    {
        await using var origin = await Origin.StartAsync(_ => Task.CompletedTask);
        await using var studio = Studio.Start(_ => { });
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];

        var job = (await caller.PostAsync($"songs/{song}/clips/import", new { url = $"{origin.At("/film")}" })).GetProperty("id").GetString()!;
        Assert.Equal("import.address_refused", (await caller.JobEndAsync(job)).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(0, origin.Requests);
    }
}
