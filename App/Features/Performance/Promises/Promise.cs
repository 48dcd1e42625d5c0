namespace Downbeat.Features.Performance.Promises;

/// <summary>Something that the studio promises about its speed or its size, and how it stood when it was last measured.</summary>
public sealed record Promise
{
    /// <summary>Short name for programs, such as <c>health</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is promised, in a few words.</summary>
    public required string Name { get; init; }

    /// <summary>The command that measures it.</summary>
    public required string Command { get; init; }

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

    /// <summary>Whether it is kept. Read from the figures, never from a file.</summary>
    public PromiseVerdict Verdict =>
        Figures.Any(figure => figure.IsMissed) ? PromiseVerdict.Missed
        : MeasuredAt is null || !Figures.Any(figure => figure.IsBound) || Figures.Any(figure => figure.IsBound && figure.Measured is null) ? PromiseVerdict.NotMeasured
        : PromiseVerdict.Kept;
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
