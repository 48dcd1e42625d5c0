using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips.Generating.Remote;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Features.Clips.Generating.Remote;

/// <summary>The slot for remote generators, by the whole studio against a service on this machine, with all that such services do.</summary>
public sealed class RemoteClipsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clip_is_made_fetched_and_kept()
    {
        await using var rig = await RigAsync(("RemoteGenerator:Seconds:0", "5"), ("RemoteGenerator:Seconds:1", "10"), ("RemoteGenerator:Input:resolution", "1080p"));
        var job = await rig.AskAsync("a red boat");

        Assert.Equal("succeeded", (await rig.Caller.JobEndAsync(job)).GetProperty("status").GetString());
        var clip = await rig.ClipAsync();
        Assert.Equal(("completed", "a red boat", 320, 4.0), (clip.GetProperty("status").GetString(), clip.GetProperty("prompt").GetString(), clip.GetProperty("width").GetInt32(), clip.GetProperty("durationSeconds").GetDouble()));
        Assert.Equal(rig.Film, await rig.Caller.Http.GetByteArrayAsync($"clips/{clip.GetProperty("id")}/video", Stop));
        var (body, _, authorization) = Assert.Single(rig.Service.Created);
        Assert.Equal("Bearer hush", authorization);
        Assert.Equal("acme/film-1", body.GetProperty("model").GetString());
        var input = body.GetProperty("input");
        Assert.Equal(("a red boat", 5, "16:9", "1080p"), (input.GetProperty("prompt").GetString(), input.GetProperty("duration").GetInt32(), input.GetProperty("aspect_ratio").GetString(), input.GetProperty("resolution").GetString()));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task What_may_pass_is_tried_again_under_the_same_key(int status)
    {
        await using var rig = await RigAsync();
        rig.Service.OnCreate = async (count, context) =>
        {
            if (count == 1)
            {
                await FailAsync(context, status);
            }

            return count > 1;
        };
        rig.Service.OnAsk = async (count, context) =>
        {
            if (count == 1)
            {
                await FailAsync(context, status);
            }

            return count > 1;
        };

        Assert.Equal("succeeded", (await rig.Caller.JobEndAsync(await rig.AskAsync("a boat"))).GetProperty("status").GetString());

        // Created twice because the first answer was none, under one key; asked again after the second failure, not created again. Paid once.
        Assert.Equal(2, rig.Service.Created.Count);
        Assert.Single(rig.Service.Created.Select(each => each.Key).Distinct());
        Assert.Equal(1, await rig.ChargesAsync());
    }

    [Theory]
    [InlineData("failed", "generator.failed", "Too rude")]
    [InlineData("nothing", "generator.nonsense", "not where the film is")]
    [InlineData("elsewhere", "generator.nonsense", "not where the film is")]
    public async Task What_comes_to_nothing_says_why(string outcome, string code, string words)
    {
        await using var rig = await RigAsync();
        rig.Service.Outcome = _ => outcome switch
        {
            "failed" => new { status = "failed", error = "Too rude\u0007 a prompt." },
            "nothing" => new { status = "succeeded", output = (string?)null },
            _ => new { status = "succeeded", output = "file:///etc/passwd" },
        };
        var error = (await rig.Caller.JobEndAsync(await rig.AskAsync("a boat"))).GetProperty("error");

        Assert.Equal("job.part_failed", error.GetProperty("code").GetString());
        var clip = await rig.ClipAsync();
        Assert.Equal("failed", clip.GetProperty("status").GetString());
        Assert.Contains(words, clip.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(code, await rig.ErrorCodeAsync());

        // Somebody tries again: that is new work.
        rig.Service.Outcome = film => new { status = "succeeded", output = film };
        var again = await rig.Caller.PostAsync($"clips/{clip.GetProperty("id")}/retry");
        Assert.Equal("succeeded", (await rig.Caller.JobEndAsync(again.GetProperty("id").GetString()!)).GetProperty("status").GetString());
        Assert.Equal(2, rig.Service.Created.Select(each => each.Key).Distinct().Count());
    }

    [Fact]
    public async Task A_page_that_calls_itself_a_film_is_none()
    {
        await using var rig = await RigAsync();
        rig.Service.OnFetch = async context =>
        {
            context.Response.ContentType = "video/mp4";
            await context.Response.WriteAsync("<!doctype html><title>Sign in</title>", Stop);
            return false;
        };
        await rig.Caller.JobEndAsync(await rig.AskAsync("a boat"));

        Assert.Equal("failed", (await rig.ClipAsync()).GetProperty("status").GetString());
        Assert.StartsWith("media.", await rig.ErrorCodeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_film_without_end_is_not_fetched()
    {
        await using var rig = await RigAsync();
        rig.Service.OnFetch = context =>
        {
            context.Response.ContentLength = 10L << 30;
            return Task.FromResult(true);
        };
        await rig.Caller.JobEndAsync(await rig.AskAsync("a boat"));

        Assert.Equal("clip.too_large", await rig.ErrorCodeAsync());
    }

    [Fact]
    public async Task Nonsense_is_given_up_after_some_attempts()
    {
        await using var rig = await RigAsync();
        rig.Service.OnCreate = async (_, context) =>
        {
            await context.Response.WriteAsync("{\"id\": 3,", Stop);
            return false;
        };
        await rig.Caller.JobEndAsync(await rig.AskAsync("a boat"));

        Assert.Equal("generator.nonsense", await rig.ErrorCodeAsync());
        Assert.Equal(3, rig.Service.Created.Count);
    }

    [Fact]
    public async Task A_service_that_never_ends_is_given_up_and_told_so()
    {
        await using var rig = await RigAsync(("RemoteGenerator:Timeout", "00:00:00.3"));
        rig.Service.DoneAfter = int.MaxValue;
        await rig.Caller.JobEndAsync(await rig.AskAsync("a boat"));

        Assert.Equal("generator.timed_out", await rig.ErrorCodeAsync());
        Assert.Equal(["p1"], rig.Service.Cancelled);
    }

    [Fact]
    public async Task Who_stops_a_clip_stops_the_service_too()
    {
        await using var rig = await RigAsync();
        var asked = new TaskCompletionSource();
        rig.Service.DoneAfter = int.MaxValue;
        rig.Service.OnAsk = (_, _) =>
        {
            asked.TrySetResult();
            return Task.FromResult(true);
        };
        var job = await rig.AskAsync("a boat");
        await asked.Task.WaitAsync(Stop);
        (await rig.Caller.Http.PostAsync($"jobs/{job}/cancel", null, Stop)).EnsureSuccessStatusCode();

        Assert.Equal("cancelled", (await rig.Caller.JobEndAsync(job)).GetProperty("status").GetString());
        Assert.Equal(["p1"], rig.Service.Cancelled);
    }

    [Fact]
    public async Task Nobody_spends_more_than_the_limit_of_a_day()
    {
        await using var rig = await RigAsync(("RemoteGenerator:CostPerClip", "0.2"), ("RemoteGenerator:MaxCostPerPersonAndDay", "0.5"));
        await rig.Caller.JobEndAsync(await rig.AskAsync("one"));
        await rig.Caller.JobEndAsync(await rig.AskAsync("two"));

        using var third = await rig.PostAsync("three");
        Assert.Equal(HttpStatusCode.Conflict, third.StatusCode);
        Assert.Equal("generator.limit_reached", (await third.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());
        Assert.Equal(2, rig.Service.Created.Count);

        // Deleting what was made does not give the money back.
        (await rig.Caller.Http.DeleteAsync($"clips/{(await rig.ClipAsync()).GetProperty("id")}", Stop)).EnsureSuccessStatusCode();
        using var again = await rig.PostAsync("four");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_signed_message_has_the_studio_look_at_once_and_an_unsigned_one_is_refused()
    {
        await using var rig = await RigAsync(("RemoteGenerator:PollInterval", "00:05:00"), ("RemoteGenerator:StudioAddress", "https://studio.example.org"), ("RemoteGenerator:WebhookSecret", Secret));
        var asked = new TaskCompletionSource();
        rig.Service.OnAsk = (_, _) =>
        {
            asked.TrySetResult();
            return Task.FromResult(true);
        };
        var job = await rig.AskAsync("a boat");
        await asked.Task.WaitAsync(Stop);
        Assert.Equal("https://studio.example.org/api/v1/clips/generators/remote/webhook", Assert.Single(rig.Service.Created).Body.GetProperty("webhook").GetString());

        Assert.Equal(HttpStatusCode.Unauthorized, await rig.TellAsync("p1", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", DateTimeOffset.UtcNow));
        Assert.Equal(HttpStatusCode.Unauthorized, await rig.TellAsync("p1", Secret, DateTimeOffset.UtcNow.AddMinutes(-10)));
        Assert.Equal(HttpStatusCode.NoContent, await rig.TellAsync("p1", Secret, DateTimeOffset.UtcNow));
        Assert.Equal("succeeded", (await rig.Caller.JobEndAsync(job)).GetProperty("status").GetString());
    }

    private static async Task FailAsync(HttpContext context, int status)
    {
        if (status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsync("busy", Stop);
    }

    private static async Task<Rig> RigAsync(params (string, string)[] settings)
    {
        var film = await File.ReadAllBytesAsync(await SmallMedia.ClipAsync(), Stop);
        var service = await FilmService.StartAsync(film);
        var studio = Studio.Start(_ => { }, [
            ("Import:AllowedNetworks:0", "127.0.0.0/8"), ("RemoteGenerator:Address", service.Address), ("RemoteGenerator:Token", "hush"), ("RemoteGenerator:Model", "acme/film-1"), ("RemoteGenerator:PollInterval", "00:00:00.05"), .. settings]);
        var caller = await ApiCaller.RegisterAsync(studio);
        var (song, clips) = await studio.AddHeardSongAsync(await caller.OwnerIdAsync());
        foreach (var clip in clips)
        {
            (await caller.Http.DeleteAsync($"clips/{clip}", Stop)).EnsureSuccessStatusCode();
        }

        return new(service, studio, caller, song, film);
    }

    private sealed record Rig(FilmService Service, Studio Studio, ApiCaller Caller, Guid Song, byte[] Film) : IAsyncDisposable
    {
        public Task<HttpResponseMessage> PostAsync(string prompt) => Caller.Http.PostAsJsonAsync(
            $"songs/{Song}/clips/generate", new { generator = "remote", slots = new[] { new { start = 2.0, end = 6.0, scene = new { prompt } } } }, Stop);

        public async Task<string> AskAsync(string prompt)
        {
            using var answer = await PostAsync(prompt);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
        }

        public async Task<JsonElement> ClipAsync() => (await Caller.GetAsync($"songs/{Song}/clips")).GetProperty("items")[0];

        /// <summary>Why the job of the clip failed.</summary>
        public async Task<string?> ErrorCodeAsync()
        {
            await using var db = await Studio.Contexts().CreateDbContextAsync(Stop);
            return await db.Set<Downbeat.Jobs.Job>().Where(job => job.GroupId != null).OrderByDescending(job => job.Id).Select(job => job.ErrorCode).FirstAsync(Stop);
        }

        public async Task<int> ChargesAsync()
        {
            await using var db = await Studio.Contexts().CreateDbContextAsync(Stop);
            return await db.Set<Charge>().CountAsync(Stop);
        }

        public async Task<HttpStatusCode> TellAsync(string id, string secret, DateTimeOffset at)
        {
            var body = JsonSerializer.Serialize(new { id, status = "succeeded" });
            var time = at.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            var signed = System.Security.Cryptography.HMACSHA256.HashData(WebhookSignature.KeyOf(secret)!, Encoding.UTF8.GetBytes($"msg_1.{time}.{body}"));
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Studio.Address, "/api/v1/clips/generators/remote/webhook"))
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
                Headers = { { "webhook-id", "msg_1" }, { "webhook-timestamp", time }, { "webhook-signature", $"v1,AAAA v1,{Convert.ToBase64String(signed)}" } },
            };
            using var answer = await http.SendAsync(request, Stop);
            return answer.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            Caller.Dispose();
            await Studio.DisposeAsync();
            await Service.DisposeAsync();
        }
    }
}
