using System.Globalization;
using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>What all measurements have in common: the studio, bare Kestrel beside it, and where results go.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="seed">What is in the studio.</param>
/// <param name="bare">Bare Kestrel.</param>
/// <param name="machine">What is measured on.</param>
/// <param name="commit">What is measured.</param>
/// <param name="otherWork">Load average before anything of this was started.</param>
internal sealed class LoadBench(LoadOptions options, LoadSeed seed, ChildServer bare, string machine, string commit, double otherWork)
{

    public LoadOptions Options => options;

    public LoadSeed Seed => seed;

    public ChildServer Bare => bare;

    /// <summary>The studio as it runs now.</summary>
    public required ChildServer Studio { get; set; }

    /// <summary>What was measured so far.</summary>
    public List<Promise> Measured { get; } = [];

    /// <summary>Takes a measurement.</summary>
    /// <param name="id">The promise.</param>
    /// <param name="values">Its numbers by their names; those without a bound with their unit: <c>longest/ms</c>.</param>
    /// <param name="spreads">How long requests took.</param>
    /// <param name="bareRatio">Throughput over that of bare Kestrel.</param>
    /// <param name="note">What one must know.</param>
    /// <param name="length">How long the load went on; null where there was none.</param>
    public void Add(string id, IReadOnlyDictionary<string, double> values, IReadOnlyList<PromiseSpread>? spreads = null, double? bareRatio = null, string note = "", TimeSpan? length = null)
    {
        var promise = PromiseTable.Measured(id, values) with
        {
            MeasuredAt = DateTimeOffset.UtcNow,
            Machine = machine,
            Commit = commit,
            Seconds = (int?)length?.TotalSeconds,
            Songs = options.Songs,
            Database = options.IsPostgres ? "PostgreSQL" : "SQLite",
            BareRatio = bareRatio is { } ratio ? Math.Round(ratio, 5) : null,
            Spreads = spreads ?? [],
            Note = otherWork > LoadMachine.Quiet ? string.Create(CultureInfo.InvariantCulture, $"{note} The machine did other work when the run began (load average {otherWork:0}).").Trim() : note,
        };
        Measured.Add(promise);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{PromiseWords.Of(promise.Verdict)}{(promise.IsTooSmall ? $" ({PromiseWords.ShortfallOf(promise)})" : "")}: {promise.Name}: {string.Join(", ", promise.Figures.Select(PromiseWords.MeasuredOf))}; {(promise.BareRatio is { } share ? $"of bare Kestrel {PromiseWords.RatioOf(share)}; " : "")} load average {LoadMachine.OtherWork():0.0}"));
        foreach (var spread in promise.Spreads)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {spread}"));
        }
    }

    /// <summary>Requests of all users in turn, so that no user asks more often than another. Whoever asks goes on where the last one was: what a warm-up asked for is not asked for again before everything else was.</summary>
    /// <param name="ofUser">The request of a user for a turn of theirs.</param>
    /// <param name="turns">How many of each user there are before the first comes again.</param>
    public static NextRequest Around(Func<int, int, ReadOnlyMemory<byte>> ofUser, int turns = 4)
    {
        // Ready beforehand: making requests is no part of what is measured.
        var ready = Enumerable.Range(0, LoadSeed.Users * turns).Select(i => ofUser(i % LoadSeed.Users, i / LoadSeed.Users)).ToArray();
        var asked = -1L;
        return (_, _) => ready[Interlocked.Increment(ref asked) % ready.Length];
    }

    /// <summary>What bare Kestrel does with answers as long as those to these requests, in turn.</summary>
    public async Task<LoadResult> BareAsync(int connections, params IReadOnlyList<ReadOnlyMemory<byte>> requests)
    {
        using var once = new LeanConnection(Studio.EndPoint);
        List<ReadOnlyMemory<byte>> same = [];
        foreach (var request in requests)
        {
            var answer = await once.SendAsync(request, CancellationToken.None);
            same.Add(answer.Status is >= 200 and < 300 ? LeanRequest.Get(BareServer.Body(answer.Bytes)) : throw new InvalidOperationException($"The studio answered {answer.Status}."));
        }

        return await new LoadDriver(bare.EndPoint, connections).ClosedAsync(options.Short / 2, (connection, turn) => same[(connection + turn) % same.Count]);
    }

    /// <summary>How often the studio's caches had what was asked for, and how often they had not, since it started; of one region or of all.</summary>
    public async Task<(double Hits, double Misses)> CacheAsync(string? region = null)
    {
        string[] tags = region is null ? [] : [region];
        return (await Studio.MetricAsync("downbeat.cache.requests", ["hit", .. tags]), await Studio.MetricAsync("downbeat.cache.requests", ["miss", .. tags]));
    }

    /// <summary>Does something, and says which share of what the caches were asked for meanwhile, in per cent, they had to read from the database; all of it when nobody asked them.</summary>
    public async Task<(T Result, double FromDatabase)> FromDatabaseAsync<T>(Func<Task<T>> drive)
    {
        var (hits, misses) = await CacheAsync();
        var result = await drive();
        var (hitsAfter, missesAfter) = await CacheAsync();
        var asked = hitsAfter - hits + missesAfter - misses;
        return (result, asked > 0 ? 100 * (missesAfter - misses) / asked : 100);
    }

    /// <summary>Numbers of a load under the names that promises give them.</summary>
    public static Dictionary<string, double> Values(LoadResult result) => new()
    {
        ["throughput"] = result.PerSecond,
        ["p50"] = result.Latencies.Percentile(0.5),
        ["p95"] = result.Latencies.Percentile(0.95),
        ["p99"] = result.Latencies.Percentile(0.99),
        ["mean"] = result.Latencies.AverageMs,
        ["failed"] = result.Failed,
    };

    /// <summary>Says on the console what failed, if anything did.</summary>
    public static LoadResult Tell(string what, LoadResult result)
    {
        if (result.Failed > 0)
        {
            Console.WriteLine($"    {what}: {result}");
        }

        return result;
    }
}
