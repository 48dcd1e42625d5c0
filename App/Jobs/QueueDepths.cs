using System.Data.Common;
using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Jobs;

/// <summary>Looks every few seconds how many jobs wait and run. Each instance does, those without workers too: of several that sweep only one has its turn, and the others would go on to say what they saw last.</summary>
internal sealed class QueueDepths(IDbContextFactory<StudioDb> databases, IOptions<JobOptions> options, TimeProvider clock, ILogger<QueueDepths> logger) : BackgroundService
{
    /// <summary>Jobs that wait or run, by kind, queue and state.</summary>
    internal static async Task<IReadOnlyList<QueueDepth>> CountAsync(StudioDb db, CancellationToken stop)
    {
        var counts = await db.Jobs
            .Where(job => (job.Status == JobStatus.Queued || job.Status == JobStatus.Running) && job.StepName != "")
            .GroupBy(job => new { job.Kind, job.Priority, job.Status })
            .Select(jobs => new { jobs.Key.Kind, jobs.Key.Priority, jobs.Key.Status, Count = jobs.LongCount() })
            .ToListAsync(stop);
        return [.. counts
            .GroupBy(count => (count.Kind, Queue: Job.QueueOf(count.Priority), count.Status))
            .Select(counts => new QueueDepth(counts.Key.Kind, counts.Key.Queue, counts.Key.Status, counts.Sum(count => count.Count)))];
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Sweep, clock);
        do
        {
            JobMeter.Depths = await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<QueueDepth>> LookAsync(CancellationToken stop)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(stop);
            return await CountAsync(db, stop);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
        {
            // What is not known any more is not said.
            logger.LogWarning("The queues could not be counted ({Reason})", e.Message.ReplaceLineEndings(" "));
            return [];
        }
    }
}
