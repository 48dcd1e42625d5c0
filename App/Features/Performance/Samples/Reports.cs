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
/// <param name="Seconds">How long it is; of the last one, how much of it has passed.</param>
/// <param name="Count">How many were measured.</param>
/// <param name="Failed">How many of them failed, or missed.</param>
/// <param name="P50Seconds">The median.</param>
/// <param name="P95Seconds">95 of 100 took no longer.</param>
/// <param name="P99Seconds">99 of 100 took no longer.</param>
internal sealed record ReportPoint(DateTimeOffset At, double Seconds, long Count, long Failed, double P50Seconds, double P95Seconds, double P99Seconds);

/// <summary>Makes reports from the samples in the database and from what this instance has not written yet.</summary>
internal sealed class Reports(IDbContextFactory<StudioDb> databases, SampleBook book, SampleKeeper keeper, TimeProvider clock)
{
    private const int MostPoints = 90;
    private static readonly TimeSpan LeastHold = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostHold = TimeSpan.FromMinutes(1);
    private readonly SharedReads<(SampleCategory Category, TimeSpan Span, string? Name, long Writes), Report> shared = new(clock);

    /// <summary>Reads a report; all who want the same share one reading until samples are written again, at most a minute.</summary>
    /// <param name="category">What of.</param>
    /// <param name="span">How far back, at most a week.</param>
    /// <param name="name">One name only; all when null.</param>
    /// <param name="stop">Ends the reading.</param>
    public Task<Report> ReadAsync(SampleCategory category, TimeSpan span, string? name, CancellationToken stop)
    {
        // Of a long time nothing moves in ten seconds.
        var holds = StepOf(span) / 20;
        return shared.ReadAsync((category, span, name, keeper.Writes), holds < LeastHold ? LeastHold : holds > MostHold ? MostHold : holds, () => ReadNowAsync(category, span, name), stop);
    }

    private async Task<Report> ReadNowAsync(SampleCategory category, TimeSpan span, string? name)
    {
        // From where a point begins, so that the first one is whole too.
        var to = clock.GetUtcNow();
        var step = StepOf(span);
        var from = new DateTimeOffset((to - span).UtcTicks + step.Ticks - 1, TimeSpan.Zero);
        from = from.AddTicks(-(from.UtcTicks % step.Ticks));
        await using var db = await databases.CreateDbContextAsync();
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
            .ToListAsync();
        samples.AddRange(book.Read().Where(sum => sum.Category == category && (name is null || sum.Name == name)).Select(sum => Sample.Of(sum, to, 0, "")));
        var rows = samples.GroupBy(sample => sample.Name).Select(group => ReportRow.Of(SampleKeeper.SumOf(category, group.Key, group), to - from)).OrderByDescending(row => row.TotalSeconds).ThenByDescending(row => row.Count);
        return new(category, from, to, [.. rows], [.. PointsOf(category, samples, from, to, step)]);
    }

    /// <summary>
    /// How long a point is: as many points as a chart has room for, and of whole samples, however old. An hour's samples all lie at its beginning, so that points of an hour and a half would have two hours of them, then one.
    /// </summary>
    private static TimeSpan StepOf(TimeSpan span)
    {
        var sample = SampleKeeper.SpanAt(span);
        return sample * Math.Ceiling(span / MostPoints / sample);
    }

    private static IEnumerable<ReportPoint> PointsOf(SampleCategory category, List<Sample> samples, DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        var byPoint = samples.ToLookup(sample => (sample.StartsAt - from).Ticks / step.Ticks);
        for (var (point, at) = (0L, from); at <= to; (point, at) = (point + 1, at + step))
        {
            var sum = SampleKeeper.SumOf(category, "", byPoint[point]);
            var passed = to - at < step ? to - at : step;
            yield return new(at, passed.TotalSeconds, sum.Spread.Count, sum.Failed, sum.Spread.Quantile(0.5), sum.Spread.Quantile(0.95), sum.Spread.Quantile(0.99));
        }
    }
}
