using Downbeat.Features.Performance.Samples;

namespace Downbeat.Features.Performance.Charts;

/// <summary>What charts show of a report.</summary>
internal static class ReportLines
{
    /// <summary>The times of its points.</summary>
    public static IReadOnlyList<DateTimeOffset> Times(this Report report) => [.. report.Points.Select(point => point.At)];

    /// <summary>Median, 95th and 99th percentile; with a gap where nothing was measured.</summary>
    public static IReadOnlyList<ChartLine> Quantiles(this Report report) =>
    [
        new("p50", Each(report, point => point.Count == 0 ? null : point.P50Seconds)),
        new("p95", Each(report, point => point.Count == 0 ? null : point.P95Seconds)),
        new("p99", Each(report, point => point.Count == 0 ? null : point.P99Seconds)),
    ];

    /// <summary>A number of each point, in a minute.</summary>
    public static ChartLine PerMinute(this Report report, string name, Func<ReportPoint, long> number)
    {
        var minutes = report.Points.Count > 1 ? (report.Points[1].At - report.Points[0].At).TotalMinutes : 1;
        return new(name, Each(report, point => number(point) / minutes));
    }

    private static IReadOnlyList<double?> Each(Report report, Func<ReportPoint, double?> value) => [.. report.Points.Select(value)];
}
