using System.Diagnostics;
using Downbeat.Features.Performance.Promises;

namespace Downbeat.Tests.Load;

/// <summary>How long each of many requests took, in ticks of the stopwatch.</summary>
internal sealed class Latencies
{
    private readonly long[] sorted;

    /// <param name="ticks">In any order.</param>
    public Latencies(IEnumerable<long> ticks)
    {
        sorted = [.. ticks];
        Array.Sort(sorted);
    }

    public int Count => sorted.Length;

    public double AverageMs => sorted.Length == 0 ? double.NaN : Milliseconds(sorted.Average());

    public double MaxMs => sorted.Length == 0 ? double.NaN : Milliseconds(sorted[^1]);

    /// <summary>The smallest of them that this share took no longer than (nearest rank: always one that was measured); NaN of none.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public double Percentile(double share) =>
        sorted.Length == 0 ? double.NaN : Milliseconds(sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)]);

    private static double Milliseconds(double ticks) => ticks * 1000 / Stopwatch.Frequency;
}

/// <summary>What a load did.</summary>
/// <param name="Latencies">Of the requests that were answered as they should.</param>
/// <param name="Failures">How many were not, by status or by what broke.</param>
/// <param name="Seconds">How long it went.</param>
internal sealed record LoadResult(Latencies Latencies, IReadOnlyDictionary<string, int> Failures, double Seconds)
{
    public int Failed => Failures.Values.Sum();

    public double PerSecond => Latencies.Count / Seconds;

    /// <summary>As it is published.</summary>
    public PromiseSpread ToSpread(string name) => new(
        name, Latencies.Count, Failed, Round(PerSecond), Round(Latencies.AverageMs), Round(Latencies.Percentile(0.5)), Round(Latencies.Percentile(0.95)), Round(Latencies.Percentile(0.99)), Round(Latencies.MaxMs));

    /// <summary>What failed, for the console.</summary>
    public override string ToString() =>
        $"{PerSecond:0}/s, mean {Latencies.AverageMs:0.00} ms, p50 {Latencies.Percentile(0.5):0.00}, p95 {Latencies.Percentile(0.95):0.00}, p99 {Latencies.Percentile(0.99):0.00}, longest {Latencies.MaxMs:0.0}"
        + $", {Failed} failed {string.Join(", ", Failures.Select(failure => $"{failure.Value} × {failure.Key}"))}";

    // JSON knows no NaN.
    private static double Round(double value) => double.IsFinite(value) ? Math.Round(value, 3) : 0;
}
