using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Downbeat.Jobs;

/// <summary>The Quartz job that repeats: give lost jobs back to the queue and ring for what is due.</summary>
internal sealed class Sweep(IDbContextFactory<StudioDb> databases, JobBoard board, QuartzBell bell, JobGroups groups, TimeProvider clock, ILogger<Sweep> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        await ReleaseAsync(db, board, groups, logger, job => job.LeaseUntil < now, now, cancellationToken);
        foreach (var kind in await DueAsync(db, now, cancellationToken))
        {
            await bell.RingAsync("sweep", kind, now);
        }
    }

    /// <summary>The kinds of which something is due.</summary>
    public static Task<List<JobKind>> DueAsync(StudioDb db, DateTimeOffset now, CancellationToken stop) =>
        db.Jobs.Where(job => job.Status == JobStatus.Queued && job.DueAt <= now).Select(job => job.Kind).Distinct().ToListAsync(stop);

    /// <summary>Gives running jobs that lost their worker back to the queue; one that took its worker down each time is parked.</summary>
    public static async Task ReleaseAsync(
        StudioDb db, JobBoard board, JobGroups groups, ILogger logger, System.Linq.Expressions.Expression<Func<Job, bool>> lost, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var job in await db.Jobs.AsNoTracking().Where(job => job.Status == JobStatus.Running).Where(lost).Select(Job.Shown).ToListAsync(stop))
        {
            (JobStatus Status, string Stage, string? Code, string? Message) end = job switch
            {
                { CancelRequested: true } => (JobStatus.Cancelled, "Cancelled", null, null),
                _ when job.Attempt >= job.MaxAttempts => (JobStatus.Failed, "Failed", "job.lost", "The work ended without a word each time it was tried; ask the administrator to look at its log."),
                _ => (JobStatus.Queued, "Waiting", null, null),
            };
            var released = await db.Jobs
                .Where(row => row.Id == job.Id && row.Attempt == job.Attempt && row.Status == JobStatus.Running)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.Status, end.Status)
                        .SetProperty(row => row.Stage, end.Stage)
                        .SetProperty(row => row.ErrorCode, end.Code)
                        .SetProperty(row => row.ErrorMessage, end.Message)
                        .SetProperty(row => row.EtaSeconds, (double?)null)
                        .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                        .SetProperty(row => row.DueAt, now)
                        .SetProperty(row => row.FinishedAt, end.Status == JobStatus.Queued ? null : now)
                        .SetProperty(row => row.Log, row => row.Log + "The worker was lost.\n"),
                    stop);
            if (released == 1)
            {
                JobMeter.Lose(job.Kind, end.Status == JobStatus.Queued);
                logger.LogWarning("Job {JobId} lost its worker in attempt {Attempt} and is now {Status}", job.Id, job.Attempt, end.Status);
                board.Publish(await db.Jobs.AsNoTracking().Where(row => row.Id == job.Id).Select(Job.Shown).FirstAsync(stop));
                await groups.FollowAsync(db, job.GroupId);
            }
        }

        await groups.FollowLostAsync(db, stop);
    }
}
