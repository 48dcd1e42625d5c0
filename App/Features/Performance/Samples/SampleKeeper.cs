using System.Data.Common;
using Downbeat.Data;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Performance.Samples;

/// <summary>
/// Writes what was measured to the database, once a minute and all at once, and makes it coarser as it ages: minutes for an hour, ten minutes for a day, hours for a week.
/// </summary>
internal sealed class SampleKeeper(IDbContextFactory<StudioDb> databases, SampleBook book, TimeProvider clock, ILogger<SampleKeeper> logger) : BackgroundService
{
    /// <summary>How long samples and traces of jobs are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const int MinuteSeconds = 60;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(MinuteSeconds);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(5);

    private static readonly (TimeSpan Age, int SpanSeconds)[] Coarser = [(TimeSpan.FromHours(1), 600), (TimeSpan.FromHours(24), 3600)];

    /// <summary>Raised after samples were written.</summary>
    public event Action? Written;

    /// <summary>Writes what came since the last time.</summary>
    public async Task WriteAsync(CancellationToken stop)
    {
        var sums = book.TurnOver();
        if (sums.Count == 0)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(stop);
        var startsAt = Floor(clock.GetUtcNow() - (Turn / 2), MinuteSeconds);
        db.Samples.AddRange(sums.Select(sum => Sample.Of(sum, startsAt, MinuteSeconds, Environment.MachineName)));
        await AddSlowStatementsAsync(db, sums, stop);
        await db.SaveChangesAsync(stop);
        Written?.Invoke();
    }

    /// <summary>Makes old samples coarser, and forgets what is older than a week.</summary>
    public async Task TidyAsync(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(stop);
        foreach (var (age, span) in Coarser)
        {
            await CoarsenAsync(db, Floor(now - age, span), span, stop);
        }

        var forgotten = now - Kept;
        await db.Samples.Where(sample => sample.StartsAt < forgotten).ExecuteDeleteAsync(stop);
        await db.SlowStatements.Where(statement => statement.SeenAt < forgotten).ExecuteDeleteAsync(stop);
        await db.JobTraces.Where(trace => trace.StartedAt < forgotten).ExecuteDeleteAsync(stop);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Turn, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryWriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The last minute is not lost when the studio is stopped.
            using var patience = new CancellationTokenSource(LastWrite);
            await TryWriteAsync(patience.Token);
        }
    }

    private static DateTimeOffset Floor(DateTimeOffset time, int seconds) => new(time.UtcTicks - (time.UtcTicks % (seconds * TimeSpan.TicksPerSecond)), TimeSpan.Zero);

    private static async Task AddSlowStatementsAsync(StudioDb db, IEnumerable<SampleSum> sums, CancellationToken stop)
    {
        var now = DateTimeOffset.UtcNow;
        var slow = sums.Where(sum => sum.Category == SampleCategory.Db && sum.Spread.MaxSeconds > QueryCounter.Slow.TotalSeconds).Select(sum => sum.Name[^8..]).Select(Statement.Find).OfType<Statement>().ToList();
        if (slow.Count == 0)
        {
            return;
        }

        var ids = slow.Select(statement => statement.Id).ToList();
        var known = await db.SlowStatements.Where(statement => ids.Contains(statement.Id)).ToDictionaryAsync(statement => statement.Id, stop);
        foreach (var statement in slow)
        {
            if (known.TryGetValue(statement.Id, out var row))
            {
                row.SeenAt = now;
            }
            else
            {
                db.SlowStatements.Add(new() { Id = statement.Id, Text = statement.Text, SeenAt = now });
            }
        }
    }

    private static async Task CoarsenAsync(StudioDb db, DateTimeOffset before, int spanSeconds, CancellationToken stop)
    {
        foreach (var category in Enum.GetValues<SampleCategory>())
        {
            var fine = db.Samples.Where(sample => sample.Category == category && sample.StartsAt < before && sample.SpanSeconds < spanSeconds);
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            var samples = await fine.AsNoTracking().ToListAsync(stop);
            if (samples.Count == 0)
            {
                continue;
            }

            db.Samples.AddRange(samples
                .GroupBy(sample => (StartsAt: Floor(sample.StartsAt, spanSeconds), sample.Name, sample.Instance))
                .Select(group => Sample.Of(SumOf(category, group.Key.Name, group), group.Key.StartsAt, spanSeconds, group.Key.Instance)));
            if (await fine.ExecuteDeleteAsync(stop) == samples.Count)
            {
                await db.SaveChangesAsync(stop);
                await transaction.CommitAsync(stop);
            }

            // Else another instance is at it: what it does is enough.
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Adds samples of one name up.</summary>
    internal static SampleSum SumOf(SampleCategory category, string name, IEnumerable<Sample> samples)
    {
        var spread = new Spread();
        long failed = 0;
        foreach (var sample in samples)
        {
            spread.Add(sample.Buckets, sample.TotalSeconds, sample.MaxSeconds);
            failed += sample.Failed;
        }

        return new(category, name, spread, failed);
    }

    private async Task TryWriteAsync(CancellationToken stop)
    {
        try
        {
            await WriteAsync(stop);
        }
        catch (Exception e) when (e is DbException or DbUpdateException or TimeoutException or OperationCanceledException or InvalidOperationException { InnerException: DbException })
        {
            // A minute without samples does no harm; that the database is away says more.
            logger.LogWarning(e, "The samples of this minute could not be written");
        }
    }
}
