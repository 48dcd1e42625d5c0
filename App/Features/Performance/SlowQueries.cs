using System.Data.Common;
using Downbeat.Data;
using Downbeat.Features.Performance.Samples;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Performance;

/// <summary>A statement that was slow.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Row">How often it was sent and how long it took.</param>
/// <param name="Sql">Its text; null when it is not known any more.</param>
/// <param name="Plan">How the database would run it, now; null when it could not be asked.</param>
/// <param name="Advice">What would make it faster, as far as the plan shows it; null when the plan shows nothing.</param>
internal sealed record SlowQuery(string Id, ReportRow Row, string? Sql, IReadOnlyList<string>? Plan, string? Advice);

/// <summary>Finds the statements that took more than 100 ms, and why.</summary>
internal sealed class SlowQueries(Reports reports, QueryPlans plans, IDbContextFactory<StudioDb> databases, TimeProvider clock, ILogger<SlowQueries> logger)
{
    private const int Most = 20;

    /// <summary>With fewer rows, reading all of them may well be the right thing to do.</summary>
    private const int ManyRows = 10_000;

    private static readonly TimeSpan PlansHold = TimeSpan.FromMinutes(10);
    private readonly SharedReads<string, QueryPlan?> planned = new(clock);

    /// <summary>Those that took the most time in all first, at most twenty.</summary>
    /// <param name="span">How far back, at most a week.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<IReadOnlyList<SlowQuery>> ListAsync(TimeSpan span, CancellationToken stop)
    {
        var report = await reports.ReadAsync(SampleCategory.Db, span, null, stop);
        var slow = report.Rows.Where(row => row.MaxSeconds > QueryCounter.Slow.TotalSeconds && row.Name.Length > 8).Take(Most).ToList();
        var ids = slow.Select(IdOf).ToList();
        await using var db = await databases.CreateDbContextAsync(stop);
        var kept = await db.SlowStatements.AsNoTracking().Where(statement => ids.Contains(statement.Id)).ToDictionaryAsync(statement => statement.Id, statement => statement.Text, stop);
        List<SlowQuery> queries = [];
        foreach (var row in slow)
        {
            var sql = kept.GetValueOrDefault(IdOf(row)) ?? Statement.Find(IdOf(row))?.Text;
            var plan = sql is null ? null : await planned.ReadAsync(IdOf(row), PlansHold, () => PlanAsync(sql), stop);
            queries.Add(new(IdOf(row), row, sql, plan?.Lines, plan is null ? null : AdviceOn(plan)));
        }

        return queries;
    }

    /// <summary>Says which tables of many rows the plan reads from end to end, and names the index that is missing only where there is none that begins with what the statement looks for; else null.</summary>
    internal static string? AdviceOn(QueryPlan plan)
    {
        var sentences = plan.Scans.Where(scan => scan.Rows >= ManyRows).Select(scan => scan switch
        {
            { Columns.Count: 0 } => $"It reads all of {scan.Table}, and no single index would spare that: it wants all of it, or compares what an index cannot follow. Ask for less.",
            { Index: { } index } => $"It reads all of {scan.Table} although {index} begins with what it looks for: what it looks for may be most of the table, or the statistics are old (ANALYZE).",
            _ => $"It reads all of {scan.Table}: an index on {scan.Table} ({string.Join(", ", scan.Columns)}) is missing.",
        });
        return string.Join(' ', sentences) is { Length: > 0 } advice ? advice : null;
    }

    private static string IdOf(ReportRow row) => row.Name[^8..];

    private async Task<QueryPlan?> PlanAsync(string sql)
    {
        try
        {
            return await plans.ExplainAsync(sql, CancellationToken.None);
        }
        catch (DbException e) when (!e.IsTransient)
        {
            logger.LogInformation("No plan for a slow statement: {Reason}", e.Message);
            return null;
        }
    }
}
