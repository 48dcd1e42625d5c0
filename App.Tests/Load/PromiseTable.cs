using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>Everything that is promised, with the command that measures it. What no command of this program measures says what it needs instead.</summary>
internal static class PromiseTable
{
    private const string Run = "dotnet run -c Release --project App.Tests -- ";
    private const string LoadOnly = Run + "load --only ";
    private const long Million = 1_000_000;
    private static readonly PromiseFigure NoFailure = new("failed", "", null, AtMost: 0);

    // What the caches answer proves nothing about the database, however many rows it has.
    private static readonly PromiseFigure FromDatabase = new("from the database", "%", null, AtLeast: 90);

    /// <summary>All of them, not measured yet.</summary>
    public static IReadOnlyList<Promise> All { get; } =
    [
        Of("health", "Health", AtLeast("throughput", "requests/s", 5000), AtMost("p95", "ms", 10), AtMost("mean", "ms", 5), NoFailure),
        Of("song-list", "Song list at 1 M songs, from the database", AtLeast("throughput", "requests/s", 1000), AtMost("p95", "ms", 120), NoFailure, FromDatabase) with { AtLeastSeconds = 60, AtLeastSongs = Million },
        Of("song-list-many", "Song list of somebody with 100,000 of them, from the database", AtMost("p95", "ms", 120), NoFailure, FromDatabase) with { AtLeastSongs = Million },
        Of("database-read", "Read from the database at 1 M songs", AtMost("p99", "ms", 1000), AtMost("p50", "ms", 100), NoFailure, FromDatabase) with { AtLeastSongs = Million },
        Of("media", "First byte of a song's sound", AtLeast("throughput", "requests/s", 2000), AtMost("p95", "ms", 30), AtMost("mean", "ms", 15), NoFailure),
        Of("cached-reads", "Cached reads of every region", [.. RequestMeasures.CachedRegions.Select(region => AtMost($"p95 {region}", "ms", 20)), AtLeast("from the cache", "%", 90), NoFailure]),
        Of("job-submission", "Accepting a job", AtLeast("throughput", "requests/s", 100), AtMost("p95", "ms", 100), AtMost("mean", "ms", 850), NoFailure),
        Of(
            "mixed", "All routes mixed, 100 users, two renders going on",
            NoFailure, AtMost("p50", "ms", 200), AtMost("p95", "ms", 500), AtMost("p99", "ms", 1000), AtMost("mean", "ms", 2000), AtLeast("fewest renders at a time", "", WholeMeasures.Renders)) with { AtLeastSeconds = 60 },
        Of("redis-outage", "Redis killed and started again during the run", NoFailure, AtLeast("hits before", "", 1), AtLeast("hits after", "", 1)) with { AtLeastSeconds = 60 },
        Of("hit-rate", "Hit rate of the caches on replay", AtLeast("hits", "%", 85)),
        Of("idle-memory", "Memory at rest", AtMost("resident", "MB", 300)),
        Of("load-memory", "Memory under load, without renders' own processes", AtMost("after the load", "MB", 1200), AtMost("peak", "MB", 2000)) with { Command = LoadOnly + "mixed", AtLeastSeconds = 60 },
        Of("circuits", "Memory of a circuit, by the heaviest of the pages", AtMost("heaviest", "MB", 1)),
        Of("indexed-lookup", "Lookups by index at 1 M songs", AtLeast("faster", "×", 10)) with { AtLeastSongs = Million },
        Of("upload", "Upload against pieces of 8 KB", AtLeast("faster", "×", 1.3)),
        Of("media-memory", "Memory that a media answer allocates", AtLeast("less than by reading the file", "%", 40), AtMost("16 times the bytes cost", "×", 2)),
        Elsewhere("critical-paths", "Critical paths, optimised against plain", "benchmark", "Less processor time than the naive way. This command measures it and writes a table of its own, which README, Performance, has.", AtLeast("less time", "%", 30)),
        Elsewhere("second-separation", "Second separation of a recording", "stem-benchmark", "Only where setting up costs most. Here it does not: the second run of three minutes takes a tenth less, as README, How it splits, has from this command. A second request for the same recording takes no time.", AtLeast("less time", "%", 60)),
        Nowhere("download", "Fetching four clips, at once against one after another", "Imports run four at a time; what that gains is not measured.", AtLeast("faster", "×", 3)),
        Nowhere("normalise", "Normalising clips on 8 cores, at once against one after another", "Needs 8 cores. There is no stage of its own: clips are brought to the film's form while it is rendered.", AtLeast("faster", "×", 3)),
        Nowhere("batch", "Jobs in a batch", "There are no batches yet.", AtLeast("more jobs a minute", "%", 30)),
        Nowhere("slides", "Ten narrated slides", "There are no presentations yet.", AtMost("ten slides", "s", 40), AtLeast("faster than plain", "%", 20)),
        Nowhere("archive", "Archive of stems", "Stems are packed as they are sent; what that gains is not measured.", AtLeast("less time", "%", 10)),
        Nowhere("transient-faults", "Failures with faults injected that pass", "Tests inject faults one by one and none is lost; the rate over many is not measured.", AtMost("failed", "%", 2)),
    ];

    /// <summary>Those that the load measures.</summary>
    public static IReadOnlySet<string> Measurable { get; } = All.Where(promise => promise.Command.StartsWith(LoadOnly, StringComparison.Ordinal)).Select(promise => promise.Id).ToHashSet();

    /// <summary>One of them with its numbers. Names that have no bound are shown after those that have.</summary>
    public static Promise Measured(string id, IReadOnlyDictionary<string, double> values)
    {
        var promise = All.Single(promise => promise.Id == id);
        double? Finite(string name) => values.TryGetValue(name, out var value) && double.IsFinite(value) ? Math.Round(value, 4) : null;
        var bound = promise.Figures.Select(figure => figure with { Measured = Finite(figure.Name) });
        var further = values.Keys.Where(name => promise.Figures.All(figure => figure.Name != name)).Select(name => new PromiseFigure(name.Split('/', 2)[0], name.Split('/', 2) is [_, var unit] ? unit : UnitOf(name), Finite(name)));
        return promise with { Figures = [.. bound, .. further] };
    }

    // A number has the unit that it has where it is promised.
    private static string UnitOf(string name) => All.SelectMany(promise => promise.Figures).FirstOrDefault(figure => figure.Name == name)?.Unit ?? "";

    private static Promise Of(string id, string name, params PromiseFigure[] figures) =>
        new() { Id = id, Name = name, Command = LoadOnly + id, Figures = figures };

    private static Promise Elsewhere(string id, string name, string command, string note, params PromiseFigure[] figures) =>
        Of(id, name, figures) with { Command = Run + command, Note = note };

    private static Promise Nowhere(string id, string name, string note, params PromiseFigure[] figures) =>
        Of(id, name, figures) with { Command = "", Note = note };

    private static PromiseFigure AtLeast(string name, string unit, double value) => new(name, unit, null, AtLeast: value);

    private static PromiseFigure AtMost(string name, string unit, double value) => new(name, unit, null, AtMost: value);
}
