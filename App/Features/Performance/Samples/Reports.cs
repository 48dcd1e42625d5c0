using System.Globalization;
using System.Text;
using Downbeat.Data;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Performance.Samples;

/// <summary>What was measured in one category in the last hours, on all instances. Durations are in seconds; quantiles are off by at most 4.5 %.</summary>
/// <param name="Category">The category.</param>
/// <param name="From">Beginning.</param>
/// <param name="To">End.</param>
/// <param name="Rows">By name, those first that took the most time in all.</param>
/// <param name="Points">Over the time, evenly spaced, also where nothing was measured.</param>
internal sealed record Report(SampleCategory Category, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ReportRow> Rows, IReadOnlyList<ReportPoint> Points)
{
    /// <summary>The rows as comma-separated values (RFC 4180), times in seconds with a point.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("name,count,failed,perSecond,meanSeconds,p50Seconds,p95Seconds,p99Seconds,maxSeconds,totalSeconds\r\n");
        foreach (var row in Rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{Quoted(row.Name)},{row.Count},{row.Failed},{row.PerSecond:0.####},{row.MeanSeconds:0.######},{row.P50Seconds:0.######},");
            csv.Append(CultureInfo.InvariantCulture, $"{row.P95Seconds:0.######},{row.P99Seconds:0.######},{row.MaxSeconds:0.######},{row.TotalSeconds:0.######}\r\n");
        }

        return csv.ToString();
    }

    // A spreadsheet takes what begins like a formula for one.
    private static string Quoted(string text) => $"\"{(text is ['=' or '+' or '-' or '@', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>One name of a report; times in seconds.</summary>
/// <param name="Name">The name.</param>
/// <param name="Count">How many were measured.</param>
/// <param name="Failed">How many of them failed, or missed.</param>
/// <param name="PerSecond">How many a second.</param>
/// <param name="MeanSeconds">The mean.</param>
/// <param name="P50Seconds">The median.</param>
/// <param name="P95Seconds">95 of 100 took no longer.</param>
/// <param name="P99Seconds">99 of 100 took no longer.</param>
/// <param name="MaxSeconds">The longest.</param>
/// <param name="TotalSeconds">All together.</param>
public sealed record ReportRow(
    string Name, long Count, long Failed, double PerSecond, double MeanSeconds, double P50Seconds, double P95Seconds, double P99Seconds, double MaxSeconds, double TotalSeconds)
{
    internal static ReportRow Of(SampleSum sum, TimeSpan span) => new(
        sum.Name,
        sum.Spread.Count,
        sum.Failed,
        sum.Spread.Count / span.TotalSeconds,
        sum.Spread.MeanSeconds,
        sum.Spread.Quantile(0.5),
        sum.Spread.Quantile(0.95),
        sum.Spread.Quantile(0.99),
        sum.Spread.MaxSeconds,
        sum.Spread.TotalSeconds);
}

/// <summary>One stretch of time of a report.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Count">How many were measured.</param>
/// <param name="Failed">How many of them failed, or missed.</param>
/// <param name="P50Seconds">The median.</param>
/// <param name="P95Seconds">95 of 100 took no longer.</param>
/// <param name="P99Seconds">99 of 100 took no longer.</param>
internal sealed record ReportPoint(DateTimeOffset At, long Count, long Failed, double P50Seconds, double P95Seconds, double P99Seconds);

/// <summary>Makes reports from the samples in the database and from what this instance has not written yet.</summary>
internal sealed class Reports(IDbContextFactory<StudioDb> databases, SampleBook book, TimeProvider clock)
{
    private const int MostPoints = 90;

    /// <summary>Reads a report.</summary>
    /// <param name="category">What of.</param>
    /// <param name="span">How far back, at most a week.</param>
    /// <param name="name">One name only; all when null.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<Report> ReadAsync(SampleCategory category, TimeSpan span, string? name, CancellationToken stop)
    {
        var to = clock.GetUtcNow();
        var from = to - span;
        await using var db = await databases.CreateDbContextAsync(stop);
        var samples = await db.Samples.AsNoTracking()
            .Where(sample => sample.Category == category && sample.StartsAt >= from && (name == null || sample.Name == name))
            .Select(sample => new Sample
            {
                StartsAt = sample.StartsAt,
                SpanSeconds = sample.SpanSeconds,
                Name = sample.Name,
                Failed = sample.Failed,
                TotalSeconds = sample.TotalSeconds,
                MaxSeconds = sample.MaxSeconds,
                Buckets = sample.Buckets,
            })
            .ToListAsync(stop);
        samples.AddRange(book.Read().Where(sum => sum.Category == category && (name is null || sum.Name == name)).Select(sum => Sample.Of(sum, to, 0, "")));
        var rows = samples.GroupBy(sample => sample.Name).Select(group => ReportRow.Of(SampleKeeper.SumOf(category, group.Key, group), span)).OrderByDescending(row => row.TotalSeconds).ThenByDescending(row => row.Count);
        return new(category, from, to, [.. rows], [.. PointsOf(category, samples, from, to)]);
    }

    private static IEnumerable<ReportPoint> PointsOf(SampleCategory category, List<Sample> samples, DateTimeOffset from, DateTimeOffset to)
    {
        // No finer than the coarsest of the samples: an hour's samples all lie at its beginning.
        var step = TimeSpan.FromSeconds(Math.Max(samples.Select(sample => sample.SpanSeconds).DefaultIfEmpty(60).Max(), Math.Max(60, Math.Ceiling((to - from).TotalSeconds / MostPoints / 60) * 60)));
        var start = new DateTimeOffset(from.UtcTicks - (from.UtcTicks % step.Ticks), TimeSpan.Zero);
        var byPoint = samples.ToLookup(sample => (sample.StartsAt - start).Ticks / step.Ticks);
        for (var point = 0L; start + (point * step) <= to; point++)
        {
            var sum = SampleKeeper.SumOf(category, "", byPoint[point]);
            yield return new(start + (point * step), sum.Spread.Count, sum.Failed, sum.Spread.Quantile(0.5), sum.Spread.Quantile(0.95), sum.Spread.Quantile(0.99));
        }
    }
}
