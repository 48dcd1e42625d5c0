using Downbeat.Features.Performance.Samples;
using Downbeat.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Features.Performance;

/// <summary>Something that deserves a look.</summary>
/// <param name="Weight">How grave it is.</param>
/// <param name="Title">What it is.</param>
/// <param name="Detail">The figures, and what to do.</param>
/// <param name="Tab">Where on the page to look.</param>
internal sealed record Insight(InsightWeight Weight, string Title, string Detail, string Tab);

/// <summary>How grave something is.</summary>
internal enum InsightWeight
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Slow, or on its way to trouble.</summary>
    Warning,

    /// <summary>Broken.</summary>
    Alarm,
}

/// <summary>Reads the figures of the last day as somebody would who knows what matters.</summary>
internal sealed class Insights(Overview overview, Reports reports, SlowQueries slowQueries)
{
    private const long Enough = 20;
    private const double SlowRouteSeconds = 0.5;
    private const double FewHits = 0.5;
    private const double ManyFailures = 0.1;
    private const double LongWaitSeconds = 60;
    private const double FullMemory = 0.9;
    private const double DiskSoonHours = 24 * 14;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>All there is to say, the gravest first; empty when all is well.</summary>
    public async Task<IReadOnlyList<Insight>> ReadAsync(CancellationToken stop)
    {
        var now = await overview.ReadAsync(stop);
        List<Insight> insights =
        [
            .. Dependencies(now),
            .. Machine(now),
            .. Requests(await reports.ReadAsync(SampleCategory.Api, Day, null, stop)),
            .. Caches(await reports.ReadAsync(SampleCategory.Cache, Day, null, stop)),
            .. Jobs(await reports.ReadAsync(SampleCategory.Job, Day, null, stop)),
            .. Tools(await reports.ReadAsync(SampleCategory.Ffmpeg, Day, null, stop)),
            .. (await slowQueries.ListAsync(Day, stop)).Where(query => query.Advice is not null).Select(query => new Insight(InsightWeight.Warning, $"Slow: {query.Row.Name}", query.Advice!, "database")),
        ];
        return [.. insights.OrderByDescending(insight => insight.Weight)];
    }

    private static IEnumerable<Insight> Dependencies(OverviewView now) =>
        (now.Dependencies ?? []).Where(dependency => dependency.Status != HealthStatus.Healthy).Select(dependency =>
            new Insight(dependency.Status == HealthStatus.Unhealthy ? InsightWeight.Alarm : InsightWeight.Warning, $"{dependency.Name} is {dependency.Status.ToString().ToLowerInvariant()}", dependency.Sentence ?? "It does not say why.", "overview"));

    private static IEnumerable<Insight> Machine(OverviewView now)
    {
        if (now.DiskLastsHours < DiskSoonHours)
        {
            yield return new(InsightWeight.Warning, "The disk fills up", $"At the pace since {now.DiskWatchedSince:d MMM HH:mm} its reserve is reached in {now.DiskLastsHours / 24:0.0} days. Delete what is no longer needed, or add space.", "overview");
        }

        if (now.Now.MemoryBytes > FullMemory * now.MemoryLimitBytes)
        {
            yield return new(InsightWeight.Warning, "Memory is nearly used up", $"The process holds {now.Now.MemoryBytes >> 20} MB of {now.MemoryLimitBytes >> 20} MB. Clear the engines, or lower Jobs:Concurrency.", "engines");
        }
    }

    private static IEnumerable<Insight> Requests(Report report)
    {
        foreach (var row in report.Rows.Where(row => row.Count >= Enough && row.P95Seconds > SlowRouteSeconds))
        {
            yield return new(InsightWeight.Warning, $"Slow route: {row.Name}", $"95 of 100 answers took up to {row.P95Seconds:0.00} s ({row.Count} in a day).", "requests");
        }

        // Not to be ready yet is an answer.
        foreach (var row in report.Rows.Where(row => row.Failed > 0 && !row.Name.Contains("/health", StringComparison.Ordinal)))
        {
            yield return new(InsightWeight.Alarm, $"Errors of the server: {row.Name}", $"{row.Failed} of {row.Count} requests of the last day. The log has them under their request ids.", "requests");
        }
    }

    private static IEnumerable<Insight> Caches(Report report) =>
        report.Rows.Where(row => row.Count >= 10 * Enough && row.Count - row.Failed < FewHits * row.Count).Select(row =>
            new Insight(InsightWeight.Note, $"The cache {row.Name} seldom helps", $"{(double)(row.Count - row.Failed) / row.Count:0 %} of {row.Count} readings were found in it.", "caches"));

    private static IEnumerable<Insight> Jobs(Report report)
    {
        foreach (var row in report.Rows.Where(row => row.Failed > 0 && row.Failed >= ManyFailures * row.Count))
        {
            yield return new(InsightWeight.Alarm, $"Jobs fail: {row.Name}", $"{row.Failed} of {row.Count} attempts of the last day did not succeed.", "jobs");
        }

        foreach (var row in report.Rows.Where(row => row.Name.EndsWith("in the queue", StringComparison.Ordinal) && row.P95Seconds > LongWaitSeconds))
        {
            yield return new(InsightWeight.Warning, $"Jobs wait: {row.Name}", $"95 of 100 waited up to {row.P95Seconds / 60:0.0} min for a worker. Raise Jobs:Concurrency if the machine has room, or add an instance.", "jobs");
        }
    }

    // Outside of jobs encoders are tried, and files that people bring are looked at: what fails there is no fault.
    private static IEnumerable<Insight> Tools(Report report) =>
        report.Rows.Where(row => row.Failed > 0 && row.Failed >= ManyFailures * row.Count && !row.Name.EndsWith("outside of jobs", StringComparison.Ordinal)).Select(row =>
            new Insight(InsightWeight.Warning, $"Media tools fail: {row.Name}", $"{row.Failed} of {row.Count} runs of the last day did not end well. The jobs they worked for say why.", "reports"));
}
