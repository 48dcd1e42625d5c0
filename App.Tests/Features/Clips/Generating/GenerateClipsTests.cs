using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Clips.Generating;

/// <summary>Clips that the studio draws, asked for as a program does.</summary>
public sealed class GenerateClipsTests(Studios studios)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_changed_and_drawn_and_the_clips_are_just_as_long_as_their_slots()
    {
        var (caller, song) = await HeardSongAsync();
        using var _ = caller;
        var plan = (await caller.PostAsync($"songs/{song}/clips/plan", new { count = 6, style = "dream" })).GetProperty("slots").EnumerateArray().ToList();
        Assert.Equal(6, plan.Count);
        Assert.All(plan, slot => Assert.Equal("dream", slot.GetProperty("scene").GetProperty("style").GetString()));

        // As it came, with a change to each.
        var slots = plan.Take(2).Select((slot, i) => new { index = i, start = slot.GetProperty("start").GetDouble(), end = slot.GetProperty("end").GetDouble(), scene = new { prompt = $"silk number {i}", style = "paper", seed = 7 } }).ToList();
        using var answer = await AskAsync(caller, song, new { slots, lines = 720 });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var job = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(("clipGeneration", $"/api/v1/jobs/{job.GetProperty("id")}"), (job.GetProperty("kind").GetString(), answer.Headers.Location!.ToString()));

        Assert.Equal("succeeded", (await caller.JobEndAsync(job.GetProperty("id").GetString()!)).GetProperty("status").GetString());
        var clips = (await caller.GetAsync($"songs/{song}/clips")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([("generated", "completed", "silk number 0", 1280, 720, 30.0), ("generated", "completed", "silk number 1", 1280, 720, 30.0)], clips.Select(clip => (
            clip.GetProperty("source").GetString(), clip.GetProperty("status").GetString(), clip.GetProperty("prompt").GetString(), clip.GetProperty("width").GetInt32(), clip.GetProperty("height").GetInt32(), clip.GetProperty("fps").GetDouble()))!);
        Assert.All(clips.Zip(slots), pair =>
        {
            Assert.StartsWith("Silk · ", pair.First.GetProperty("title").GetString(), StringComparison.Ordinal);
            Assert.InRange(pair.First.GetProperty("durationSeconds").GetDouble() - (pair.Second.end - pair.Second.start), -1e-3, 1 / 30.0);
            Assert.Equal(pair.Second.start, pair.First.GetProperty("songStart").GetDouble(), 6);
        });
        var board = await caller.GetAsync($"songs/{song}/clips/status");
        Assert.Equal((2, 2, 1.0), (board.GetProperty("total").GetInt32(), board.GetProperty("completed").GetInt32(), board.GetProperty("progress").GetDouble()));
    }

    [Fact]
    public async Task What_cannot_be_drawn_is_refused_before_anything_is_kept()
    {
        var (caller, song) = await HeardSongAsync();
        using var _ = caller;
        (object Wish, int Status, string Code)[] wishes =
        [
            (new { generator = "nobody" }, 400, "request.field"),
            (new { generator = "remote" }, 409, "generator.not_configured"),
            (new { style = "baroque" }, 400, "request.field"),
            (new { shape = "round" }, 400, "request.field"),
            (new { lines = 333 }, 400, "request.field"),
            (new { picture = "cover-me" }, 400, "request.field"),
            (new { slots = Array.Empty<object>() }, 400, "request.field"),
            (new { slots = new[] { new { start = 5.0, end = 4.0 } } }, 400, "request.field"),
            (new { slots = new[] { new { start = 0.0, end = 4000.0 } } }, 400, "request.field"),
            (new { slots = new[] { new { index = 999 } } }, 400, "request.field"),
            (new { slots = new object?[] { null } }, 400, "request.field"),
            (new { count = 1, slots = Enumerable.Repeat(new { index = 0 }, 3) }, 400, "request.field"),
            (new { slots = Enumerable.Repeat(new { start = 0.0, end = 11.0 }, 3) }, 400, "request.field"),
            (new { slots = new[] { new { start = 0.0, end = 2.0, scene = new { prompt = new string('x', 20_000) } } } }, 400, "request.field"),
            (new { slots = new[] { new { start = 0.0, end = 2.0, scene = new { prompt = "bell \u0007" } } } }, 400, "request.field"),
            (new { slots = new[] { new { start = 0.0, end = 2.0, scene = new { visual = "kaleidoscope" } } } }, 400, "request.field"),
            (new { minSeconds = 0.5, maxSeconds = 0.6, slots = (object?)null, count = 64 }, 422, "clips.count_infeasible"),
        ];
        foreach (var (wish, status, code) in wishes)
        {
            using var answer = await AskAsync(caller, song, wish);
            Assert.Equal((status, code), ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()));
        }

        Assert.Equal(0, (await caller.GetAsync($"songs/{song}/clips")).GetProperty("total").GetInt32());
        using var foreign = await AskAsync(caller, Guid.NewGuid().ToString(), new { });
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Fact]
    public async Task One_key_is_one_set_of_clips_and_all_can_be_stopped_at_once()
    {
        var (caller, song) = await HeardSongAsync();
        using var _ = caller;
        var asked = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"songs/{song}/clips/generate") { Content = JsonContent.Create(new { count = 5 }), Headers = { { "Idempotency-Key", "once" } } };
            using var answer = await caller.Http.SendAsync(request, Stop);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
        }));
        Assert.Single(asked.Distinct());

        using var stopped = await caller.Http.PostAsync($"jobs/{asked[0]}/cancel", null, Stop);
        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        Assert.Equal("cancelled", (await caller.JobEndAsync(asked[0])).GetProperty("status").GetString());
        var board = await caller.GetAsync($"songs/{song}/clips/status");
        Assert.Equal((5, 5), (board.GetProperty("total").GetInt32(), board.GetProperty("cancelled").GetInt32() + board.GetProperty("completed").GetInt32()));
    }

    [Fact]
    public async Task A_scene_can_be_looked_at_before_it_is_drawn()
    {
        var (caller, song) = await HeardSongAsync();
        using var _ = caller;
        using var answer = await caller.Http.GetAsync($"songs/{song}/clips/scene.jpg?start=2&end=4&visual=mercury&style=neon&palette=acid&seed=3&shape=portrait", Stop);

        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var picture = SkiaSharp.SKBitmap.Decode(await answer.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal((270, 480), (picture.Width, picture.Height));
        Assert.True(picture.Pixels.Average(pixel => pixel.Green) > 12);
    }

    [Fact]
    public async Task Generators_tell_what_they_can_and_what_is_missing()
    {
        var (caller, _) = await HeardSongAsync();
        using var __ = caller;
        var generators = (await caller.GetAsync("clips/generators")).EnumerateArray().ToList();

        Assert.Equal(["builtin", "remote"], generators.Select(each => each.GetProperty("name").GetString()));
        Assert.Equal([true, false], generators.Select(each => each.GetProperty("isReady").GetBoolean()));
        Assert.Contains("RemoteGenerator:Address", generators[1].GetProperty("missing").GetString(), StringComparison.Ordinal);
        Assert.True(generators[0].GetProperty("visuals").GetArrayLength() >= 8);
        Assert.True(generators[0].GetProperty("styles").GetArrayLength() >= 6);
    }

    private static Task<HttpResponseMessage> AskAsync(ApiCaller caller, string song, object wish) => caller.Http.PostAsJsonAsync($"songs/{song}/clips/generate", wish, Stop);

    /// <summary>A song of twelve seconds that has been listened to.</summary>
    private async Task<(ApiCaller Caller, string Song)> HeardSongAsync()
    {
        var studio = await studios.OnAsync("SQLite");
        var caller = await ApiCaller.RegisterAsync(studio);
        await using var file = File.OpenRead(await SmallMedia.SongAsync());
        using var answer = await caller.UploadAsync("songs", file, "song.mp3");
        var song = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
        var job = (await caller.GetAsync("jobs?kind=analysis")).GetProperty("items")[0].GetProperty("id").GetString()!;
        await caller.JobEndAsync(job);
        return (caller, song);
    }
}
