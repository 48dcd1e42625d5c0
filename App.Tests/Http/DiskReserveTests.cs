using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Http;

/// <summary>A studio whose disk has reached its reserve.</summary>
public sealed class FullStudio : IAsyncDisposable
{
    private readonly Lazy<Studio> studio = new(() => Studio.Start(("Storage:DiskReserveMegabytes", $"{int.MaxValue}")));

    internal Studio Studio => studio.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (studio.IsValueCreated)
        {
            await studio.Value.DisposeAsync();
        }
    }
}

/// <summary>Every route that takes a file or begins work. What people type (names, words of a song, corrections) goes into the database, and can still be put right.</summary>
public sealed class DiskReserveTests(FullStudio full) : IClassFixture<FullStudio>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Routes => new()
    {
        { "file", "songs" },
        { "file", "songs/{song}/clips" },
        { "file", "footage" },
        { "file", "songs/{song}/watermarks" },
        { "file", "separate?stems=2" },
        { "upload", "uploads" },
        { "{}", "songs/{song}/analysis" },
        { """{"stems":2}""", "songs/{song}/stems" },
        { "{}", "songs/{song}/compositions" },
        { "{}", "songs/{song}/compositions/preview?from=0&to=2" },
        { "{}", "songs/{song}/timeline/render" },
        { "{}", "songs/{song}/clips/generate" },
        { """{"url":"https://example.org/film.mp4"}""", "songs/{song}/clips/import" },
        { "{}", "clips/{clip}/retry" },
        { "{}", "jobs/{job}/retry" },
    };

    [Theory, MemberData(nameof(Routes))]
    public async Task What_takes_a_file_or_begins_work_is_refused_when_the_reserve_is_reached(string body, string route)
    {
        using var caller = await ApiCaller.RegisterAsync(full.Studio);
        var owner = await caller.OwnerIdAsync();
        var (song, clips) = await full.Studio.AddHeardSongAsync(owner);
        var job = await FailAsync(clips[0], owner);
        if (route.EndsWith("timeline/render", StringComparison.Ordinal))
        {
            await caller.PostAsync($"songs/{song}/timeline");
        }

        var before = await CountJobsAsync(owner);
        var refusals = Refusals.ByReason.GetValueOrDefault("storage.full");
        var answer = await AskAsync(caller, body, route.Replace("{song}", $"{song}", StringComparison.Ordinal).Replace("{clip}", $"{clips[0]}", StringComparison.Ordinal).Replace("{job}", $"{job}", StringComparison.Ordinal));

        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.InsufficientStorage, $"{route}: {(int)answer.StatusCode} {text}");
        Assert.Equal("storage.full", JsonSerializer.Deserialize<JsonElement>(text).GetProperty("code").GetString());
        Assert.True(Refusals.ByReason["storage.full"] > refusals);
        Assert.Equal(before, await CountJobsAsync(owner));
    }

    private static async Task<HttpResponseMessage> AskAsync(ApiCaller caller, string body, string route)
    {
        if (body == "file")
        {
            return await caller.UploadAsync(route, new MemoryStream(new byte[100]), "file.bin");
        }

        if (body == "upload")
        {
            using var open = new HttpRequestMessage(HttpMethod.Post, route);
            open.Headers.Add("Tus-Resumable", "1.0.0");
            open.Headers.Add("Upload-Length", "100");
            open.Headers.Add("Upload-Metadata", "filename c29uZy5tcDM=,target c29uZw==");
            return await caller.Http.SendAsync(open, Stop);
        }

        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return await caller.Http.PostAsync(route, content, Stop);
    }

    private async Task<int> CountJobsAsync(Guid owner)
    {
        await using var db = await full.Studio.Contexts().CreateDbContextAsync(Stop);
        return await db.Jobs.CountAsync(job => job.OwnerId == owner && job.Status != JobStatus.Failed, Stop);
    }

    /// <summary>Gives a clip a job that failed.</summary>
    private async Task<Guid> FailAsync(Guid clipId, Guid owner)
    {
        await using var db = await full.Studio.Contexts().CreateDbContextAsync(Stop);
        var job = new Job { OwnerId = owner, Kind = JobKind.ClipImport, Status = JobStatus.Failed, SubjectId = clipId, RootId = clipId, StepName = "ImportClip", StepJson = "{}" };
        db.Jobs.Add(job);
        await db.SaveChangesAsync(Stop);
        await db.Clips.Where(clip => clip.Id == clipId).ExecuteUpdateAsync(set => set.SetProperty(clip => clip.JobId, job.Id), Stop);
        return job.Id;
    }
}
