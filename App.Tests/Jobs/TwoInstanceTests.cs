using System.Collections.Concurrent;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Jobs;

/// <summary>Two instances of the studio with one database, one Redis and one data directory.</summary>
public sealed class TwoInstances(PostgresServer postgres) : IAsyncLifetime
{
    private RedisServer? redis;

    internal Studio A { get; private set; } = default!;

    internal Studio B { get; private set; } = default!;

    public async ValueTask InitializeAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        redis = await RedisServer.CreateAsync();
        (string, string)[] settings = [("ConnectionStrings:Database", database), ("ConnectionStrings:Redis", redis.ConnectionString)];
        A = await Task.Run(() => Studio.Start(settings));
        B = await Task.Run(() => Studio.Start([.. settings, ("DataDirectory", A.DataDirectory)]));
    }

    public async ValueTask DisposeAsync()
    {
        await B.DisposeAsync();
        await A.DisposeAsync();
        await redis!.DisposeAsync();
    }
}

public sealed class TwoInstanceTests(TwoInstances both) : IClassFixture<TwoInstances>
{
    private readonly CancellationToken patience = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task Who_signs_in_here_is_known_there_and_both_tell_the_same_story()
    {
        using var onA = await ApiCaller.RegisterAsync(both.A);
        using var onB = onA.At(both.B);
        var song = (await onA.UploadAsync("songs", await SmallMedia.SongAsync())).GetProperty("id").GetString();
        var job = (await onB.GetAsync("jobs")).GetProperty("items")[0].GetProperty("id").GetString()!;

        Assert.Equal("succeeded", (await onB.JobEndAsync(job)).GetProperty("status").GetString());
        Assert.Equal(120, (await onB.GetAsync($"songs/{song}/analysis")).GetProperty("bpm").GetDouble(), 0.5);
        Assert.Equal((await onA.GetAsync($"songs/{song}")).ToString(), (await onB.GetAsync($"songs/{song}")).ToString());

        using var visitor = await Visitor.SignInAsync(both.A, onA);
        var token = await visitor.CsrfTokenAsync("songs");
        using var rename = new HttpRequestMessage(HttpMethod.Patch, new Uri(both.B.Address, $"api/v1/songs/{song}"))
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { title = "Heard everywhere" }),
            Headers = { { "X-CSRF-TOKEN", token } },
        };
        (await visitor.Http.SendAsync(rename)).EnsureSuccessStatusCode();
        Assert.Equal("Heard everywhere", (await onA.GetAsync($"songs/{song}")).GetProperty("title").GetString());

        // Both keep what they have just read; only the one that listens again knows at once that it is old.
        foreach (var version in new[] { 2, 3 })
        {
            var again = (await onA.PostAsync($"songs/{song}/analysis")).GetProperty("id").GetString()!;
            await onB.JobEndAsync(again);
            Assert.Equal(version, (await onB.GetAsync($"songs/{song}/analysis")).GetProperty("version").GetInt32());
            Assert.Equal(version, (await onA.GetAsync($"songs/{song}/analysis")).GetProperty("version").GetInt32());
        }
    }

    [Fact]
    public async Task A_render_is_watched_from_the_other_instance_and_stopped_from_there()
    {
        using var onA = await ApiCaller.RegisterAsync(both.A);
        using var onB = onA.At(both.B);
        var song = await onA.AddSongAsync(await SmallMedia.SongAsync());
        await onA.UploadAsync($"songs/{song}/clips", await SmallMedia.ClipAsync());
        var worker = new TaskCompletionSource<Studio>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var studio in new[] { both.A, both.B })
        {
            studio.Services.GetRequiredService<JobBoard>().ChangedHere += job => _ = job is { Kind: JobKind.Composition, Status: JobStatus.Running, CancelRequested: false } && worker.TrySetResult(studio);
        }

        var (seenOnA, seenOnB) = (new Follower(), new Follower());
        await using var hubOfA = await onA.WatchAllAsync(seenOnA.See);
        await using var hubOfB = await onB.WatchAllAsync(seenOnB.See);

        var started = await onA.PostAsync($"songs/{song}/compositions", new { width = 1920, height = 1080, fps = 60, preset = "high" });
        var composition = started.GetProperty("composition").GetProperty("id").GetString();
        var isOnA = await worker.Task.WaitAsync(patience) == both.A;
        var (far, callFar) = isOnA ? (seenOnB, onB) : (seenOnA, onA);
        await far.Moving.Task.WaitAsync(patience);
        await callFar.PostAsync($"compositions/{composition}/cancel");

        Assert.Equal("cancelled", await seenOnA.Ended.Task.WaitAsync(patience));
        Assert.Equal("cancelled", await seenOnB.Ended.Task.WaitAsync(patience));
        Assert.Equal("cancelled", (await callFar.GetAsync($"compositions/{composition}")).GetProperty("status").GetString());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(both.A.DataDirectory, "work")));
    }

    [Fact]
    public async Task Of_many_jobs_asked_for_at_both_each_runs_once()
    {
        const int Songs = 40;
        using var onA = await ApiCaller.RegisterAsync(both.A);
        using var onB = onA.At(both.B);

        // Without their files, so that each job ends at once and the instances are busy with taking them.
        var songs = await both.A.AddSongsAsync(await onA.OwnerIdAsync(), Songs);
        var (asked, ended, starts) = (new ConcurrentBag<string>(), new ConcurrentDictionary<string, int>(), new ConcurrentBag<Guid>());
        foreach (var studio in new[] { both.A, both.B })
        {
            studio.Services.GetRequiredService<JobBoard>().ChangedHere += job =>
            {
                if (job is { Kind: JobKind.Analysis, Status: JobStatus.Running, Stage: "Starting" } && songs.Contains(job.SubjectId))
                {
                    starts.Add(job.Id);
                }
            };
        }

        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = await onB.WatchAllAsync(job =>
        {
            if (job.GetProperty("status").GetString() == "failed" && ended.TryAdd(job.GetProperty("id").GetString()!, 0) && ended.Count == Songs)
            {
                all.SetResult();
            }
        });

        await Parallel.ForAsync(0, Songs, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = patience }, async (i, _) =>
            asked.Add((await (i % 2 == 0 ? onA : onB).PostAsync($"songs/{songs[i]}/analysis")).GetProperty("id").GetString()!));
        await all.Task.WaitAsync(patience);

        Assert.Equal(asked.Order(), ended.Keys.Order());
        Assert.Equal(asked.Order(), starts.Select(id => $"{id}").Order());
        foreach (var id in asked)
        {
            var job = await onB.GetAsync($"jobs/{id}");
            Assert.Equal(("song.not_found", 1), (job.GetProperty("error").GetProperty("code").GetString(), job.GetProperty("attempt").GetInt32()));
        }
    }

    /// <summary>What a program hears of the only render.</summary>
    private sealed class Follower
    {
        public TaskCompletionSource Moving { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void See(JsonElement job)
        {
            if (job.GetProperty("kind").GetString() != "composition")
            {
                return;
            }

            if (job.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled")
            {
                Ended.TrySetResult(job.GetProperty("status").GetString()!);
            }
            else if (job.GetProperty("progress").GetDouble() > 0)
            {
                Moving.TrySetResult();
            }
        }
    }
}
