using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>Throughput and time of single routes.</summary>
internal sealed class RequestMeasures(LoadBench bench)
{
    private const long PartBytes = 64 << 10;
    private const double ReplaysPerSecond = 300;

    private LoadSeed Seed => bench.Seed;

    /// <summary>Health: nobody is signed in, nothing is read.</summary>
    public async Task HealthAsync()
    {
        const int Connections = 16;
        var request = LeanRequest.Get("/health");
        var result = await ClosedAsync("health", Connections, bench.Options.Short, (_, _) => request);
        var bare = await bench.BareAsync(request, Connections);
        bench.Add("health", LoadBench.Values(result), [result.ToSpread("studio"), bare.ToSpread("bare Kestrel")], result.PerSecond / bare.PerSecond);
    }

    /// <summary>The first page of a usual list, for as long as the run is to be sustained; and the same list as a page of the studio.</summary>
    public async Task SongListAsync()
    {
        const int Connections = 24;
        var result = await ClosedAsync("songs", Connections, bench.Options.Long, LoadBench.Around(Connections, (user, _) => LeanRequest.Get("/api/v1/songs", Seed.People[user].Bearer)));
        var bare = await bench.BareAsync(LeanRequest.Get("/api/v1/songs", Seed.People[0].Bearer), Connections);
        var page = await ClosedAsync("page", 8, bench.Options.Short / 2, LoadBench.Around(8, (user, _) => LeanRequest.Get("/songs", Seed.People[user].Cookie)));
        bench.Add(
            "song-list",
            LoadBench.Values(result),
            [result.ToSpread("GET /api/v1/songs"), bare.ToSpread("bare Kestrel"), page.ToSpread("page /songs, prerendered, 8 connections")],
            result.PerSecond / bare.PerSecond,
            $"{Seed.Songs:#,0} songs of {LoadSeed.Users + 10_001:#,0} owners; the users of the load have {LoadSeed.SongsEach} each, {Connections} connections.");
    }

    /// <summary>The list of somebody who has very many, at a rate that one user may have.</summary>
    public async Task LongListAsync()
    {
        var pages = new[] { "", "?page=2", "?page=100", $"?page={Seed.ManySongs / 10}" }.Select(query => LeanRequest.Get("/api/v1/songs" + query, Seed.Collector.Bearer)).ToArray();
        var result = LoadBench.Tell("long list", await new LoadDriver(bench.Studio.EndPoint, 8).OpenAsync(40, bench.Options.Short, (_, turn) => pages[turn % pages.Length]));
        bench.Add("song-list-many", LoadBench.Values(result), [result.ToSpread("40 a second: first, second, hundredth and last page")], note: $"{Seed.ManySongs:#,0} songs of one owner; of four requests one is for the last page.");
    }

    /// <summary>Single rows that no cache holds.</summary>
    public async Task DatabaseReadAsync()
    {
        const int Connections = 8;
        var next = LoadBench.Around(Connections, (user, turn) => LeanRequest.Get(
            turn % 2 == 0 ? $"/api/v1/songs/{LoadSeed.SongOf(user, turn * 11 % LoadSeed.SongsEach)}" : $"/api/v1/jobs/{LoadSeed.JobOf(user, turn * 7 % LoadSeed.SongsEach)}", Seed.People[user].Bearer));
        var result = await ClosedAsync("rows", Connections, bench.Options.Short, next);
        bench.Add("database-read", LoadBench.Values(result), [result.ToSpread("GET /songs/{id} and /jobs/{id}, 8 connections")]);
    }

    /// <summary>The beginning of a song's sound, to its first byte.</summary>
    public async Task MediaAsync()
    {
        const int Connections = 16;
        var next = LoadBench.Around(Connections, (user, turn) => LeanRequest.Get($"/api/v1/songs/{LoadSeed.SongOf(user, turn)}/audio", Seed.People[user].Bearer, $"Range: bytes=0-{PartBytes - 1}"));
        var result = LoadBench.Tell("media", await new LoadDriver(bench.Studio.EndPoint, Connections).ClosedAsync(bench.Options.Short, next, isToFirstByte: true));
        var part = LeanRequest.Get(BareServer.Part(PartBytes));
        var bare = await new LoadDriver(bench.Bare.EndPoint, Connections).ClosedAsync(bench.Options.Short / 2, (_, _) => part, isToFirstByte: true);
        bench.Add("media", LoadBench.Values(result), [result.ToSpread("studio"), bare.ToSpread("bare Kestrel")], result.PerSecond / bare.PerSecond, "Parts of 64 KB, to the first byte; who asks and whose song it is, is looked up for each.");
    }

    /// <summary>What caches answer, at a steady rate, and as fast as it goes.</summary>
    public async Task CachedAsync()
    {
        Func<int, int, ReadOnlyMemory<byte>> analysis = (user, turn) => LeanRequest.Get($"/api/v1/songs/{LoadSeed.SongOf(user, turn)}/analysis", Seed.People[user].Bearer);
        Func<int, int, ReadOnlyMemory<byte>> clips = (user, turn) => LeanRequest.Get($"/api/v1/songs/{LoadSeed.SongOf(user, turn)}/clips/status", Seed.People[user].Bearer);
        Dictionary<string, double> values = new() { ["failed"] = 0 };
        List<PromiseSpread> spreads = [];
        foreach (var (name, ofUser) in new[] { ("analysis", analysis), ("clips", clips) })
        {
            const int Connections = 8;

            // All of them once, as a read is cached only after it has been one that is not.
            var (all, asked) = (LoadBench.Around(1, ofUser), LoadSeed.Users * 4);
            var cold = await new LoadDriver(bench.Studio.EndPoint, 1).OpenAsync(asked, TimeSpan.FromSeconds(1), (_, turn) => all(0, turn));
            var fast = await ClosedAsync(name, Connections, bench.Options.Short / 2, LoadBench.Around(Connections, ofUser));
            var steady = LoadBench.Tell(name, await new LoadDriver(bench.Studio.EndPoint, Connections).OpenAsync(200, bench.Options.Short, (_, turn) => all(0, turn)));
            var bare = await bench.BareAsync(ofUser(0, 0), Connections);
            values["p95 " + name] = steady.Latencies.Percentile(0.95);
            values["failed"] += steady.Failed + fast.Failed + cold.Failed;
            values[$"{name} of bare Kestrel"] = fast.PerSecond / bare.PerSecond;
            spreads.AddRange([steady.ToSpread($"{name}, 200 a second"), fast.ToSpread($"{name}, 8 connections"), cold.ToSpread($"{name}, first reads as they queue up"), bare.ToSpread($"bare Kestrel, as long as {name}")]);
        }

        bench.Add("cached-reads", values, spreads, note: "Bounds at 200 requests a second, timed from when each was due.");
    }

    /// <summary>Jobs that are put into the queue while the workers are at it.</summary>
    public async Task SubmissionAsync()
    {
        const double PerSecond = 120;
        const int First = 60;
        var run = Guid.NewGuid().ToString("N")[..8];
        var seconds = Math.Min(bench.Options.Short.TotalSeconds, ((LoadSeed.Users * (LoadSeed.SongsEach - LoadSeed.HeardEach)) - First) / PerSecond);
        var requests = Enumerable.Range(0, First + (int)(seconds * PerSecond)).Select(i => LeanRequest.Of(
            "POST", $"/api/v1/songs/{LoadSeed.SongOf(i % LoadSeed.Users, LoadSeed.HeardEach + (i / LoadSeed.Users))}/analysis", "", Seed.People[i % LoadSeed.Users].Bearer, $"Idempotency-Key: {run}-{i}")).ToArray();

        // The first of a process compile what the others run.
        var first = LoadBench.Tell("first jobs", await new LoadDriver(bench.Studio.EndPoint, 4).OpenAsync(First / 3, TimeSpan.FromSeconds(3), (_, turn) => requests[turn]));
        var result = LoadBench.Tell("jobs", await new LoadDriver(bench.Studio.EndPoint, 32).OpenAsync(PerSecond, TimeSpan.FromSeconds(seconds), (_, turn) => requests[First + turn]));
        bench.Add(
            "job-submission",
            LoadBench.Values(result),
            [result.ToSpread("POST /songs/{id}/analysis, 120 a second"), first.ToSpread("the first 60 of the process, 20 a second")],
            note: "Each for another song, with a key of its own, while the workers listen to songs; timed from when it was due.");
    }

    /// <summary>A recorded mix over caches that are cold in the beginning, and the same once more.</summary>
    public async Task ReplayAsync()
    {
        var mix = LoadMix.Cached(Seed, (int)(ReplaysPerSecond * bench.Options.Seconds));
        var (cold, asked, first) = await PlayAsync(mix);
        var (hits, _, second) = await PlayAsync(mix);
        bench.Add(
            "hit-rate",
            new Dictionary<string, double> { ["hits"] = hits, ["hits from cold/%"] = cold, ["asked each time"] = asked, ["failed"] = first.Failed + second.Failed },
            [first.ToSpread("from cold, 300 a second"), second.ToSpread("replay, 300 a second")],
            note: $"{mix.Count:#,0} reads, twice: lists of songs and videos, {LoadSeed.Users * LoadSeed.HeardEach:#,0} analyses, {LoadSeed.Users * LoadSeed.FilmedEach} states of clips, profiles; users and songs by Zipf's law. Counted by the studio itself.");
    }

    private async Task<(double HitPercent, double Asked, LoadResult Result)> PlayAsync(LoadMix mix)
    {
        var (hits, misses) = await CacheAsync();
        var result = LoadBench.Tell("replay", await new LoadDriver(bench.Studio.EndPoint, 16).OpenAsync(ReplaysPerSecond, bench.Options.Long, (_, turn) => mix.At(turn)));
        var (hitsAfter, missesAfter) = await CacheAsync();
        var asked = hitsAfter - hits + missesAfter - misses;
        return (asked > 0 ? (hitsAfter - hits) / asked * 100 : double.NaN, asked, result);
    }

    private async Task<(double Hits, double Misses)> CacheAsync() =>
        (await bench.Studio.MetricAsync("downbeat.cache.requests", "hit"), await bench.Studio.MetricAsync("downbeat.cache.requests", "miss"));

    private async Task<LoadResult> ClosedAsync(string what, int connections, TimeSpan duration, NextRequest next) =>
        LoadBench.Tell(what, await new LoadDriver(bench.Studio.EndPoint, connections).ClosedAsync(duration, next));
}
