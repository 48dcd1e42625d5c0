using Downbeat.Features.Performance.Samples;

namespace Downbeat.Features.Performance.Charts;

/// <summary>What charts show of a report.</summary>
internal static class ReportLines
{
    private const double LeastSeconds = 20;

    /// <summary>The times of its points.</summary>
    public static IReadOnlyList<DateTimeOffset> Times(this Report report) => [.. report.Points.Select(point => point.At)];

    /// <summary>Median, 95th and 99th percentile; with a gap where nothing was measured.</summary>
    public static IReadOnlyList<ChartLine> Quantiles(this Report report) =>
    [
        new("p50", Each(report, point => point.Count == 0 ? null : point.P50Seconds)),
        new("p95", Each(report, point => point.Count == 0 ? null : point.P95Seconds)),
        new("p99", Each(report, point => point.Count == 0 ? null : point.P99Seconds)),
    ];

    /// <summary>A number of each point, in a minute; with a gap where so little of the last point has passed that a rate would say nothing.</summary>
    public static ChartLine PerMinute(this Report report, string name, Func<ReportPoint, long> number) =>
        new(name, Each(report, point => point.Seconds < LeastSeconds ? null : number(point) * 60 / point.Seconds));

    private static IReadOnlyList<double?> Each(Report report, Func<ReportPoint, double?> value) => [.. report.Points.Select(value)];
}
