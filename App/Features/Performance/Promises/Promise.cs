namespace Downbeat.Features.Performance.Promises;

/// <summary>Something that the studio promises about its speed or its size, and how it stood when it was last measured.</summary>
public sealed record Promise
{
    /// <summary>Short name for programs, such as <c>health</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is promised, in a few words.</summary>
    public required string Name { get; init; }

    /// <summary>The command that measures it; empty while none does.</summary>
    public required string Command { get; init; }

    /// <summary>How long the load must go on for a number to count; null where no length is promised.</summary>
    public int? AtLeastSeconds { get; init; }

    /// <summary>Songs that the database must hold for a number to count; null where no size is promised.</summary>
    public long? AtLeastSongs { get; init; }

    /// <summary>Its numbers, those with a bound first.</summary>
    public IReadOnlyList<PromiseFigure> Figures { get; init; } = [];

    /// <summary>Requests a second over those of a bare Kestrel that answers as many bytes on the same machine in the same run; null where there is no throughput.</summary>
    public double? BareRatio { get; init; }

    /// <summary>How long requests took.</summary>
    public IReadOnlyList<PromiseSpread> Spreads { get; init; } = [];

    /// <summary>What one must know to read the numbers; empty for nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>When it was measured; null for never.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }

    /// <summary>What it was measured on: processor, cores, memory, system, runtime.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The revision that was measured.</summary>
    public string Commit { get; init; } = "";

    /// <summary>How long the load went on, in seconds; null where there was none, or nobody wrote it down.</summary>
    public int? Seconds { get; init; }

    /// <summary>Songs in the database; null where nobody wrote it down.</summary>
    public long? Songs { get; init; }

    /// <summary>The database: <c>SQLite</c> or <c>PostgreSQL</c>; empty where nobody wrote it down.</summary>
    public string Database { get; init; } = "";

    /// <summary>Whether it was measured, but in a shorter run or with fewer songs than is promised: whatever came out says nothing about the promise.</summary>
    public bool IsTooSmall => MeasuredAt is not null && ((Seconds ?? 0) < (AtLeastSeconds ?? 0) || (Songs ?? 0) < (AtLeastSongs ?? 0));

    /// <summary>Whether it is kept. Read from the figures, never from a file.</summary>
    public PromiseVerdict Verdict =>
        IsTooSmall ? PromiseVerdict.NotMeasured
        : Figures.Any(figure => figure.IsMissed) ? PromiseVerdict.Missed
        : MeasuredAt is null || !Figures.Any(figure => figure.IsBound) || Figures.Any(figure => figure.IsBound && figure.Measured is null) ? PromiseVerdict.NotMeasured
        : PromiseVerdict.Kept;

    /// <summary>This promise as another record of it was measured: name, goals and command stay those of today, and what has no goal is only shown.</summary>
    /// <param name="measured">What was measured. Where it lacks a number that is promised today it was another promise, and this one comes back as it is.</param>
    public Promise With(Promise measured)
    {
        var values = measured.Figures.DistinctBy(figure => figure.Name).ToDictionary(figure => figure.Name);
        var bound = Figures.Where(figure => figure.IsBound).ToList();
        if (measured.MeasuredAt is null || !bound.TrueForAll(figure => values.ContainsKey(figure.Name)))
        {
            return this;
        }

        var names = bound.Select(figure => figure.Name).ToHashSet();
        return this with
        {
            Figures =
            [
                .. bound.Select(figure => figure with { Measured = values[figure.Name].Measured }),
                .. values.Values.Where(figure => !names.Contains(figure.Name)).Select(figure => figure with { AtLeast = null, AtMost = null }),
            ],
            BareRatio = measured.BareRatio,
            Spreads = measured.Spreads,
            Note = measured.Note,
            MeasuredAt = measured.MeasuredAt,
            Machine = measured.Machine,
            Commit = measured.Commit,
            Seconds = measured.Seconds,
            Songs = measured.Songs,
            Database = measured.Database,
        };
    }
}

/// <summary>A number of a promise.</summary>
/// <param name="Name">What it is, such as <c>p95</c>.</param>
/// <param name="Unit">Its unit; empty when it counts or compares.</param>
/// <param name="Measured">As measured; null when it was not.</param>
/// <param name="AtLeast">Lower bound that is promised, or null.</param>
/// <param name="AtMost">Upper bound that is promised, or null.</param>
public sealed record PromiseFigure(string Name, string Unit, double? Measured, double? AtLeast = null, double? AtMost = null)
{
    /// <summary>Whether anything is promised about it.</summary>
    public bool IsBound => AtLeast is not null || AtMost is not null;

    /// <summary>Whether it was measured and lies outside.</summary>
    public bool IsMissed => Measured < AtLeast || Measured > AtMost || Measured is double.NaN;
}

/// <summary>How long requests of one kind took.</summary>
/// <param name="Name">Who answered, or what.</param>
/// <param name="Count">Requests that were answered as they should.</param>
/// <param name="Failed">Requests that were not.</param>
/// <param name="PerSecond">Answered requests a second.</param>
/// <param name="AverageMs">Mean in milliseconds.</param>
/// <param name="P50Ms">Half took no longer.</param>
/// <param name="P95Ms">19 of 20 took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="MaxMs">The slowest.</param>
public sealed record PromiseSpread(string Name, long Count, long Failed, double PerSecond, double AverageMs, double P50Ms, double P95Ms, double P99Ms, double MaxMs);

/// <summary>Whether a promise is kept.</summary>
public enum PromiseVerdict
{
    /// <summary>A number that is promised has never been measured.</summary>
    NotMeasured,

    /// <summary>All numbers lie where they should.</summary>
    Kept,

    /// <summary>A number does not.</summary>
    Missed,
}
