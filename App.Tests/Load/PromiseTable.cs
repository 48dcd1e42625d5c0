using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>Everything that is promised, with the command that measures it. What no command of this program measures says what it needs instead.</summary>
internal static class PromiseTable
{
    private const string Run = "dotnet run -c Release --project App.Tests -- ";
    private static readonly PromiseFigure NoFailure = new("failed", "", null, AtMost: 0);

    /// <summary>All of them, not measured yet.</summary>
    public static IReadOnlyList<Promise> All { get; } =
    [
        Of("health", "Health", AtLeast("throughput", "requests/s", 5000), AtMost("p95", "ms", 10), AtMost("mean", "ms", 5), NoFailure),
        Of("song-list", "Song list at 1 M songs", AtLeast("throughput", "requests/s", 1000), AtMost("p95", "ms", 120), NoFailure),
        Of("song-list-many", "Song list of somebody with 100,000 of them", AtMost("p95", "ms", 120), NoFailure),
        Of("database-read", "Read from the database at 1 M songs", AtMost("p99", "ms", 1000), AtMost("p50", "ms", 100), NoFailure),
        Of("media", "First byte of a song's sound", AtLeast("throughput", "requests/s", 2000), AtMost("p95", "ms", 30), AtMost("mean", "ms", 15), NoFailure),
        Of("cached-reads", "Cached reads: analysis and state of the clips", AtMost("p95 analysis", "ms", 20), AtMost("p95 clips", "ms", 20), NoFailure),
        Of("job-submission", "Accepting a job", AtLeast("throughput", "requests/s", 100), AtMost("p95", "ms", 100), AtMost("mean", "ms", 850), NoFailure),
        Of("mixed", "All routes mixed, 100 users, two renders going on", NoFailure, AtMost("p50", "ms", 200), AtMost("p95", "ms", 500), AtMost("p99", "ms", 1000), AtMost("mean", "ms", 2000)),
        Of("redis-outage", "Redis killed and started again during the run", NoFailure),
        Of("hit-rate", "Hit rate of the caches on replay", AtLeast("hits", "%", 85)),
        Of("idle-memory", "Memory at rest", AtMost("resident", "MB", 300)),
        Of("load-memory", "Memory under load, without renders' own processes", AtMost("after the load", "MB", 1200), AtMost("peak", "MB", 2000)) with { Command = Run + "load --only mixed" },
        Of("circuit-song", "Memory of a circuit on a song's page", AtMost("live heap each", "MB", 1)),
        Of("circuit-timeline", "Memory of a circuit on the timeline page", AtMost("live heap each", "MB", 1)),
        Of("indexed-lookup", "Lookups by index at 1 M songs", AtLeast("faster", "×", 10)),
        Of("upload", "Upload against pieces of 8 KB", AtLeast("faster", "×", 1.3)),
        Of("media-memory", "Memory that a media answer allocates", AtLeast("less than by reading the file", "%", 40), AtMost("16 times the bytes cost", "×", 2)),
        Elsewhere("critical-paths", "Critical paths, optimised against plain", "benchmark", "Less processor time than the naive way; README, Performance, has the table.", AtLeast("less time", "%", 30)),
        Elsewhere("second-separation", "Second separation of a recording", "stem-benchmark", "Only where setting up costs most. Here it does not: the second run of three minutes takes a tenth less. A second request for the same recording takes no time.", AtLeast("less time", "%", 60)),
        Elsewhere("download", "Fetching four clips, at once against one after another", "load", "No command measures it yet; imports run four at a time.", AtLeast("faster", "×", 3)),
        Elsewhere("normalise", "Normalising clips on 8 cores, at once against one after another", "benchmark", "Needs 8 cores. There is no stage of its own: clips are brought to the film's form while it is rendered.", AtLeast("faster", "×", 3)),
        Elsewhere("batch", "Jobs in a batch", "load", "No command measures it yet.", AtLeast("more jobs a minute", "%", 30)),
        Elsewhere("slides", "Ten narrated slides", "load", "There are no presentations yet.", AtMost("ten slides", "s", 40), AtLeast("faster than plain", "%", 20)),
        Elsewhere("archive", "Archive of stems", "load", "No command measures it yet.", AtLeast("less time", "%", 10)),
        Elsewhere("transient-faults", "Failures with faults injected that pass", "--filter-class '*JobRunnerTests'", "Tests inject faults one by one and none is lost; the rate over many is not measured.", AtMost("failed", "%", 2)),
    ];

    /// <summary>One of them with its numbers. Names that have no bound are shown after those that have.</summary>
    public static Promise Measured(string id, IReadOnlyDictionary<string, double> values)
    {
        var promise = All.Single(promise => promise.Id == id);
        double? Finite(string name) => values.TryGetValue(name, out var value) && double.IsFinite(value) ? Math.Round(value, 4) : null;
        var bound = promise.Figures.Select(figure => figure with { Measured = Finite(figure.Name) });
        var further = values.Keys.Where(name => promise.Figures.All(figure => figure.Name != name)).Select(name => new PromiseFigure(name.Split('/', 2)[0], name.Split('/', 2) is [_, var unit] ? unit : "", Finite(name)));
        return promise with { Figures = [.. bound, .. further] };
    }

    private static Promise Of(string id, string name, params PromiseFigure[] figures) =>
        new() { Id = id, Name = name, Command = $"{Run}load --only {id}", Figures = figures };

    private static Promise Elsewhere(string id, string name, string command, string note, params PromiseFigure[] figures) =>
        Of(id, name, figures) with { Command = Run + command, Note = note };

    private static PromiseFigure AtLeast(string name, string unit, double value) => new(name, unit, null, AtLeast: value);

    private static PromiseFigure AtMost(string name, string unit, double value) => new(name, unit, null, AtMost: value);
}
