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

    private long writes;

    /// <summary>How often samples were written: what was read before is out of date when it has changed.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>How long samples are at most that lie no farther back.</summary>
    public static TimeSpan SpanAt(TimeSpan age) => TimeSpan.FromSeconds(Coarser.LastOrDefault(coarser => age > coarser.Age, (Age: default, SpanSeconds: MinuteSeconds)).SpanSeconds);

    /// <summary>Writes what came since the last time. What could not be written is in the book again.</summary>
    public async Task WriteAsync(CancellationToken stop)
    {
        var sums = book.TurnOver();
        if (sums.Count == 0)
        {
            return;
        }

        try
        {
            await using var db = await databases.CreateDbContextAsync(stop);
            var startsAt = Floor(clock.GetUtcNow() - (Turn / 2), MinuteSeconds);
            db.Samples.AddRange(sums.Select(sum => Sample.Of(sum, startsAt, MinuteSeconds, Environment.MachineName)));
            await db.SaveChangesAsync(stop);
        }
        catch
        {
            book.PutBack(sums);
            throw;
        }

        Interlocked.Increment(ref writes);
        await KeepSlowStatementsAsync(sums, stop);
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
        try
        {
            while (true)
            {
                // At full minutes, which is what a sample says it is of.
                var now = clock.GetUtcNow();
                await Task.Delay(Floor(now, MinuteSeconds) + Turn - now, clock, stoppingToken);
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

    private async Task KeepSlowStatementsAsync(IEnumerable<SampleSum> sums, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var slow = sums.Where(sum => sum.Category == SampleCategory.Db && sum.Spread.MaxSeconds > QueryCounter.Slow.TotalSeconds && sum.Name.Length > 8).Select(sum => Statement.Find(sum.Name[^8..])).OfType<Statement>();
        await using var db = await databases.CreateDbContextAsync(stop);
        foreach (var statement in slow)
        {
            if (await db.SlowStatements.Where(kept => kept.Id == statement.Id).ExecuteUpdateAsync(set => set.SetProperty(kept => kept.SeenAt, now), stop) == 0)
            {
                await AddAsync(db, new() { Id = statement.Id, Text = statement.Text, SeenAt = now }, stop);
            }
        }
    }

    private static async Task AddAsync(StudioDb db, SlowStatement statement, CancellationToken stop)
    {
        try
        {
            db.SlowStatements.Add(statement);
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException)
        {
            // Another instance may have kept it a moment before.
            db.ChangeTracker.Clear();
            if (!await db.SlowStatements.AnyAsync(kept => kept.Id == statement.Id, stop))
            {
                throw;
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
        catch (Exception e) when (e.IsDatabaseError || e is OperationCanceledException)
        {
            // They are written with those of the next minute.
            logger.LogWarning(e, "The samples of this minute could not be written");
        }
    }
}
