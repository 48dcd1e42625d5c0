using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>Throughput and time of single routes.</summary>
internal sealed class RequestMeasures(LoadBench bench)
{
    private const long PartBytes = 64 << 10;
    private const double ReplaysPerSecond = 300;

    // Pages of these sizes of the songs of the users are several times what the region holds.
    private const int LeastPage = 6;
    private const int LargestPage = 15;
    private const string FixedRate = "At a fixed rate, so what it is of bare Kestrel says how small the rate is, not how much the studio could do.";

    private LoadSeed Seed => bench.Seed;

    /// <summary>Health: nobody is signed in, nothing is read.</summary>
    public async Task HealthAsync()
    {
        const int Connections = 16;
        var request = LeanRequest.Get("/health");
        var result = await ClosedAsync("health", Connections, bench.Options.Short, (_, _) => request);
        var bare = await bench.BareAsync(Connections, request);
        bench.Add("health", LoadBench.Values(result), [result.ToSpread("studio"), bare.ToSpread("bare Kestrel")], result.PerSecond / bare.PerSecond, length: bench.Options.Short);
    }

    /// <summary>Regions of the cache with a route whose answer each keeps.</summary>
    public static IReadOnlyList<string> CachedRegions { get; } = ["analysis", "clip-status", "songs", "compositions", "profile"];

    /// <summary>Pages of usual lists, more of them than the cache holds, for as long as the run is to be sustained; then the first pages, which it holds; and the same list as a page of the studio.</summary>
    public async Task SongListAsync()
    {
        const int Connections = 24;
        (int Size, int Number)[] pages = [.. from size in Enumerable.Range(LeastPage, LargestPage - LeastPage + 1) from number in Enumerable.Range(1, (LoadSeed.SongsEach + size - 1) / size) select (size, number)];
        ReadOnlyMemory<byte> Page(int user, int turn) => LeanRequest.Get($"/api/v1/songs?page={pages[turn].Number}&pageSize={pages[turn].Size}", Seed.People[user].Bearer);
        ReadOnlyMemory<byte> First(int user, int turn) => LeanRequest.Get("/api/v1/songs", Seed.People[user].Bearer);
        var (result, fromDatabase) = await bench.FromDatabaseAsync(() => ClosedAsync("songs", Connections, bench.Options.Long, LoadBench.Around(Page, pages.Length)));
        var cached = await ClosedAsync("songs, cached", Connections, bench.Options.Short, LoadBench.Around(First));
        var bare = await bench.BareAsync(Connections, [.. Enumerable.Range(0, pages.Length).Select(turn => Page(turn, turn))]);
        var page = await ClosedAsync("page", 8, bench.Options.Short / 2, LoadBench.Around((user, _) => LeanRequest.Get("/songs", Seed.People[user].Cookie)));
        bench.Add(
            "song-list",
            new Dictionary<string, double>(LoadBench.Values(result))
            {
                ["from the database"] = fromDatabase,
                ["cached throughput/requests/s"] = cached.PerSecond,
                ["cached p95/ms"] = cached.Latencies.Percentile(0.95),
            },
            [result.ToSpread("GET /api/v1/songs, pages past the cache"), cached.ToSpread("GET /api/v1/songs, first pages, cached"), bare.ToSpread("bare Kestrel"), page.ToSpread("page /songs, prerendered, 8 connections")],
            result.PerSecond / bare.PerSecond,
            $"{Seed.Songs:#,0} songs of {LoadSeed.Users + 10_001:#,0} owners; the users of the load have {LoadSeed.SongsEach} each, {Connections} connections. {LoadSeed.Users * pages.Length:#,0} pages of {LeastPage} to {LargestPage} songs in turn, more than the cache holds; the share from the database is counted by the studio itself. The cached numbers are of the first pages alone.",
            bench.Options.Long);
    }

    /// <summary>The list of somebody who has very many, at a rate that one user may have: pages all over it, none of them twice.</summary>
    public async Task LongListAsync()
    {
        const double PerSecond = 40;
        const int Connections = 8;
        var count = (int)(PerSecond * bench.Options.Short.TotalSeconds);
        var all = Enumerable.Range(10, 91).SelectMany(size => Enumerable.Range(1, (int)(Seed.ManySongs / size)).Select(number => (size, number))).Take((int)Math.Max(count, Seed.ManySongs / 10)).ToArray();
        new Random(5).Shuffle(all);
        ReadOnlyMemory<byte>[] pages = [.. all.Take(count).Select(page => LeanRequest.Get($"/api/v1/songs?page={page.number}&pageSize={page.size}", Seed.Collector.Bearer))];
        var (result, fromDatabase) = await bench.FromDatabaseAsync(async () =>
            LoadBench.Tell("long list", await new LoadDriver(bench.Studio.EndPoint, Connections).OpenAsync(PerSecond, bench.Options.Short, (_, turn) => pages[turn % pages.Length])));
        var bare = await bench.BareAsync(Connections, pages[..Math.Min(50, pages.Length)]);
        bench.Add(
            "song-list-many",
            new Dictionary<string, double>(LoadBench.Values(result)) { ["from the database"] = fromDatabase },
            [result.ToSpread("40 a second, pages all over the list"), bare.ToSpread("bare Kestrel")],
            result.PerSecond / bare.PerSecond,
            $"{Seed.ManySongs:#,0} songs of one owner; pages drawn from the whole of the list, none twice. {FixedRate}",
            bench.Options.Short);
    }

    /// <summary>Single rows, and short lists, of a table that no cache stands before: the jobs, of which there are as many as songs.</summary>
    public async Task DatabaseReadAsync()
    {
        const int Connections = 8;
        ReadOnlyMemory<byte> Row(int user, int turn) => LeanRequest.Get(
            turn % 4 == 3 ? $"/api/v1/jobs?page={1 + (turn / 4 % 5)}" : $"/api/v1/jobs/{LoadSeed.JobOf(user, turn * 7 % LoadSeed.SongsEach)}", Seed.People[user].Bearer);
        var (result, fromDatabase) = await bench.FromDatabaseAsync(() => ClosedAsync("rows", Connections, bench.Options.Short, LoadBench.Around(Row, LoadSeed.SongsEach)));
        var bare = await bench.BareAsync(Connections, Row(0, 0), Row(0, 1), Row(0, 2), Row(0, 3));
        bench.Add(
            "database-read",
            new Dictionary<string, double>(LoadBench.Values(result)) { ["from the database"] = fromDatabase },
            [result.ToSpread("GET /jobs/{id}, every fourth GET /jobs?page=n, 8 connections"), bare.ToSpread("bare Kestrel")],
            result.PerSecond / bare.PerSecond,
            $"{LoadSeed.Users * LoadSeed.SongsEach:#,0} of {Seed.Songs:#,0} jobs, each with its row alone, and pages of ten of them. No cache stands before them.",
            bench.Options.Short);
    }

    /// <summary>The beginning of a song's sound, to its first byte.</summary>
    public async Task MediaAsync()
    {
        const int Connections = 16;
        var next = LoadBench.Around((user, turn) => LeanRequest.Get($"/api/v1/songs/{LoadSeed.SongOf(user, turn)}/audio", Seed.People[user].Bearer, $"Range: bytes=0-{PartBytes - 1}"));
        var result = LoadBench.Tell("media", await new LoadDriver(bench.Studio.EndPoint, Connections).ClosedAsync(bench.Options.Short, next, isToFirstByte: true));
        var part = LeanRequest.Get(BareServer.Part(PartBytes));
        var bare = await new LoadDriver(bench.Bare.EndPoint, Connections).ClosedAsync(bench.Options.Short / 2, (_, _) => part, isToFirstByte: true);
        bench.Add("media", LoadBench.Values(result), [result.ToSpread("studio"), bare.ToSpread("bare Kestrel")], result.PerSecond / bare.PerSecond, "Parts of 64 KB, to the first byte; who asks and whose song it is, is looked up for each.", bench.Options.Short);
    }

    /// <summary>What each region of the cache answers, at a steady rate, and as fast as it goes.</summary>
    public async Task CachedAsync()
    {
        Dictionary<string, double> values = [];
        List<PromiseSpread> spreads = [];
        var (failed, hits, asked, worst) = (0, 0.0, 0.0, double.MaxValue);
        foreach (var region in CachedRegions)
        {
            const int Connections = 8;
            const int PerSecond = 200;
            Func<int, int, ReadOnlyMemory<byte>> ofUser = (user, turn) => LeanRequest.Get("/api/v1/" + CachedPath(region, user, turn), Seed.People[user].Bearer);

            // All of them once, as a read is cached only after it has been one that is not.
            var all = LoadBench.Around(ofUser);
            var cold = await new LoadDriver(bench.Studio.EndPoint, 1).OpenAsync(LoadSeed.Users * 4, TimeSpan.FromSeconds(1), all);
            var before = await bench.CacheAsync(region);
            var fast = await ClosedAsync(region, Connections, bench.Options.Short / 2, all);
            var steady = LoadBench.Tell(region, await new LoadDriver(bench.Studio.EndPoint, Connections).OpenAsync(PerSecond, bench.Options.Short, all));
            var after = await bench.CacheAsync(region);
            var bare = await bench.BareAsync(Connections, ofUser(0, 0));
            values["p95 " + region] = steady.Latencies.Percentile(0.95);
            values[$"{region} of bare Kestrel"] = fast.PerSecond / bare.PerSecond;
            worst = Math.Min(worst, fast.PerSecond / bare.PerSecond);
            failed += steady.Failed + fast.Failed + cold.Failed;
            hits += after.Hits - before.Hits;
            asked += after.Hits - before.Hits + after.Misses - before.Misses;
            spreads.AddRange([steady.ToSpread($"{region}, {PerSecond} a second"), fast.ToSpread($"{region}, 8 connections"), cold.ToSpread($"{region}, first reads as they queue up"), bare.ToSpread($"bare Kestrel, as long as {region}")]);
        }

        (values["failed"], values["from the cache"]) = (failed, asked > 0 ? 100 * hits / asked : 0);
        bench.Add("cached-reads", values, spreads, worst, "Bounds at 200 requests a second, timed from when each was due; of bare Kestrel: the region that does worst, with 8 connections as fast as it goes.", bench.Options.Short);
    }

    private static string CachedPath(string region, int user, int turn) => region switch
    {
        "analysis" => $"songs/{LoadSeed.SongOf(user, turn)}/analysis",
        "clip-status" => $"songs/{LoadSeed.SongOf(user, turn)}/clips/status",
        "songs" => $"songs/{LoadSeed.SongOf(user, turn)}",
        "compositions" => $"songs/{LoadSeed.SongOf(user, turn)}/compositions",
        "profile" => "auth/me",
        _ => throw new ArgumentOutOfRangeException(nameof(region), region, "No route is known whose answers this region keeps."),
    };

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

        // The last once more: the same key has the same answer.
        var bare = await bench.BareAsync(32, requests[^1]);
        bench.Add(
            "job-submission",
            LoadBench.Values(result),
            [result.ToSpread("POST /songs/{id}/analysis, 120 a second"), first.ToSpread("the first 60 of the process, 20 a second"), bare.ToSpread("bare Kestrel, answers as long")],
            result.PerSecond / bare.PerSecond,
            $"Each for another song, with a key of its own, while the workers listen to songs; timed from when it was due. {FixedRate}",
            TimeSpan.FromSeconds(seconds));
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
            length: bench.Options.Long,
            note: $"{mix.Count:#,0} reads, twice: lists of songs and videos, {LoadSeed.Users * LoadSeed.HeardEach:#,0} analyses, {LoadSeed.Users * LoadSeed.FilmedEach} states of clips, profiles; users and songs by Zipf's law. Counted by the studio itself.");
    }

    private async Task<(double HitPercent, double Asked, LoadResult Result)> PlayAsync(LoadMix mix)
    {
        var (hits, misses) = await bench.CacheAsync();
        var result = LoadBench.Tell("replay", await new LoadDriver(bench.Studio.EndPoint, 16).OpenAsync(ReplaysPerSecond, bench.Options.Long, (_, turn) => mix.At(turn)));
        var (hitsAfter, missesAfter) = await bench.CacheAsync();
        var asked = hitsAfter - hits + missesAfter - misses;
        return (asked > 0 ? (hitsAfter - hits) / asked * 100 : double.NaN, asked, result);
    }

    private async Task<LoadResult> ClosedAsync(string what, int connections, TimeSpan duration, NextRequest next) =>
        LoadBench.Tell(what, await new LoadDriver(bench.Studio.EndPoint, connections).ClosedAsync(duration, next));
}
