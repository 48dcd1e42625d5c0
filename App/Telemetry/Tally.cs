namespace Downbeat.Telemetry;

/// <summary>
/// What one piece of work (a request, an attempt at a job) asked of the database, the cache, the disk and the media tools, followed through its asynchronous calls.
/// </summary>
internal sealed class Tally
{
    /// <summary>Runs of media tools that are kept whole; of more, those that failed and then the longest are.</summary>
    private const int MostRuns = 100;

    private static readonly AsyncLocal<Tally?> Ambient = new();
    private readonly List<ToolRun> runs = [];
    private readonly Lock gate = new();
    private Counts counts;

    /// <summary>The tally in effect here, or null when nobody counts.</summary>
    public static Tally? Current => Ambient.Value;

    /// <summary>What is being done now, in a word or two: the stage of a job; empty for a request.</summary>
    public string Stage { get; set; } = "";

    /// <summary>All there was so far.</summary>
    public Counts Counts
    {
        get
        {
            lock (gate)
            {
                return counts;
            }
        }
    }

    /// <summary>Runs of media tools in the order of their beginning, at most a hundred.</summary>
    public IReadOnlyList<ToolRun> Runs
    {
        get
        {
            lock (gate)
            {
                return [.. runs.OrderBy(run => run.StartedAt)];
            }
        }
    }

    /// <summary>Starts counting for the current flow of control and everything it calls.</summary>
    public static Tally Begin() => Ambient.Value = new Tally();

    /// <summary>A command was sent to the database.</summary>
    public void AddQuery(TimeSpan duration) => Add(new() { Queries = 1, DatabaseSeconds = duration.TotalSeconds });

    /// <summary>A value was found in the cache.</summary>
    public void CacheHit() => Add(new() { CacheHits = 1 });

    /// <summary>A value was not found in the cache.</summary>
    public void CacheMiss() => Add(new() { CacheMisses = 1 });

    /// <summary>Files were asked for, moved or removed.</summary>
    public void AddStorage(TimeSpan duration) => Add(new() { StorageCalls = 1, StorageSeconds = duration.TotalSeconds });

    /// <summary>A media tool has ended.</summary>
    public void AddRun(ToolRun run)
    {
        lock (gate)
        {
            counts += new Counts { Runs = 1, RunSeconds = run.Seconds };

            // What a tool said matters when it failed.
            runs.Add(run.Ending == ToolRun.Done ? run with { ErrorTail = "" } : run);
            if (runs.Count > MostRuns)
            {
                runs.Remove(runs.MinBy(kept => (kept.Ending != ToolRun.Done, kept.Seconds))!);
            }
        }
    }

    private void Add(Counts more)
    {
        lock (gate)
        {
            counts += more;
        }
    }
}

/// <summary>How often, and how long, a piece of work used what it depends on. Things done side by side each count whole.</summary>
public readonly record struct Counts
{
    /// <summary>Commands sent to the database.</summary>
    public int Queries { get; init; }

    /// <summary>Seconds spent in them.</summary>
    public double DatabaseSeconds { get; init; }

    /// <summary>Values found in the cache.</summary>
    public int CacheHits { get; init; }

    /// <summary>Values not found there.</summary>
    public int CacheMisses { get; init; }

    /// <summary>Calls to the file store.</summary>
    public int StorageCalls { get; init; }

    /// <summary>Seconds spent in them.</summary>
    public double StorageSeconds { get; init; }

    /// <summary>Runs of ffmpeg and ffprobe.</summary>
    public int Runs { get; init; }

    /// <summary>Seconds they took.</summary>
    public double RunSeconds { get; init; }

    /// <summary>All of both.</summary>
    public static Counts operator +(Counts a, Counts b) => new()
    {
        Queries = a.Queries + b.Queries,
        DatabaseSeconds = a.DatabaseSeconds + b.DatabaseSeconds,
        CacheHits = a.CacheHits + b.CacheHits,
        CacheMisses = a.CacheMisses + b.CacheMisses,
        StorageCalls = a.StorageCalls + b.StorageCalls,
        StorageSeconds = a.StorageSeconds + b.StorageSeconds,
        Runs = a.Runs + b.Runs,
        RunSeconds = a.RunSeconds + b.RunSeconds,
    };

    /// <summary>What came since.</summary>
    public static Counts operator -(Counts a, Counts b) => new()
    {
        Queries = a.Queries - b.Queries,
        DatabaseSeconds = a.DatabaseSeconds - b.DatabaseSeconds,
        CacheHits = a.CacheHits - b.CacheHits,
        CacheMisses = a.CacheMisses - b.CacheMisses,
        StorageCalls = a.StorageCalls - b.StorageCalls,
        StorageSeconds = a.StorageSeconds - b.StorageSeconds,
        Runs = a.Runs - b.Runs,
        RunSeconds = a.RunSeconds - b.RunSeconds,
    };

    /// <summary>What a piece of work of <paramref name="seconds"/> spent its time with, the greatest share first: "database 0.84 s in 3 queries".</summary>
    public string Cause(double seconds)
    {
        (double Seconds, string Words)[] shares =
        [
            (DatabaseSeconds, $"database {DatabaseSeconds:0.00} s in {Queries} queries"),
            (RunSeconds, $"media tools {RunSeconds:0.00} s in {Runs} runs"),
            (StorageSeconds, $"storage {StorageSeconds:0.00} s in {StorageCalls} calls"),
            (seconds - DatabaseSeconds - RunSeconds - StorageSeconds, $"the studio itself {Math.Max(0, seconds - DatabaseSeconds - RunSeconds - StorageSeconds):0.00} s"),
        ];
        var words = string.Join(", ", shares.Where(share => share.Seconds > 0.05 * seconds).OrderByDescending(share => share.Seconds).Select(share => share.Words));
        return CacheMisses > 0 ? $"{words}, {CacheMisses} cache misses" : words;
    }
}
