using Downbeat.Data;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Jobs;

/// <summary>Keeps jobs that stand for several in step with them.</summary>
internal sealed class JobGroups(JobBoard board, TimeProvider clock)
{
    /// <summary>Has a group stand where its jobs stand: running while one of them waits or runs, then failed when one failed, cancelled when one was cancelled, or else done.</summary>
    /// <param name="db">The database.</param>
    /// <param name="groupId">The group; null when there is none.</param>
    /// <returns>The group as it stands now; null when there is none.</returns>
    public async Task<Job?> FollowAsync(StudioDb db, Guid? groupId)
    {
        if (groupId is null)
        {
            return null;
        }

        // Several of its jobs may end at the same moment: whoever wrote looks again, so that the last to write wrote what is so.
        Dictionary<JobStatus, int> counts, written;
        do
        {
            written = await CountAsync(db, groupId);
            await WriteAsync(db, groupId, written);
            counts = await CountAsync(db, groupId);
        }
        while (counts.Count != written.Count || counts.Except(written).Any());

        var group = await db.Jobs.AsNoTracking().Where(job => job.Id == groupId).Select(Job.Shown).FirstOrDefaultAsync();
        if (group is not null)
        {
            board.Publish(group);
        }

        return group;
    }

    private static Task<Dictionary<JobStatus, int>> CountAsync(StudioDb db, Guid? groupId) =>
        db.Jobs.Where(job => job.GroupId == groupId).GroupBy(job => job.Status).Select(jobs => new { Status = jobs.Key, Count = jobs.Count() }).ToDictionaryAsync(row => row.Status, row => row.Count);

    private Task<int> WriteAsync(StudioDb db, Guid? groupId, Dictionary<JobStatus, int> counts)
    {
        var (all, done) = (counts.Values.Sum(), counts.GetValueOrDefault(JobStatus.Succeeded));
        var (failed, cancelled) = (counts.GetValueOrDefault(JobStatus.Failed), counts.GetValueOrDefault(JobStatus.Cancelled));
        var ended = done + failed + cancelled;
        var status = ended < all ? JobStatus.Running : failed > 0 ? JobStatus.Failed : cancelled > 0 ? JobStatus.Cancelled : JobStatus.Succeeded;
        var stage = status switch { JobStatus.Running => $"{done} of {all} done", JobStatus.Failed => "Failed", JobStatus.Cancelled => "Cancelled", _ => "Done" };
        var (code, message) = status == JobStatus.Failed ? ("job.part_failed", $"{failed} of {all} could not be done; each says why. Trying this again tries those again.") : ((string?)null, (string?)null);
        DateTimeOffset? finishedAt = status == JobStatus.Running ? null : clock.GetUtcNow();
        return db.Jobs.Where(job => job.Id == groupId).ExecuteUpdateAsync(set => set
            .SetProperty(job => job.Status, status)
            .SetProperty(job => job.Stage, stage)
            .SetProperty(job => job.Progress, all == 0 ? 1 : (double)ended / all)
            .SetProperty(job => job.CancelRequested, false)
            .SetProperty(job => job.ErrorCode, code)
            .SetProperty(job => job.ErrorMessage, message)
            .SetProperty(job => job.FinishedAt, finishedAt));
    }

    /// <summary>Has groups follow that still run although all of their jobs have ended: a process died between the two.</summary>
    public async Task FollowLostAsync(StudioDb db, CancellationToken stop)
    {
        var jobs = db.Jobs;
        var lost = await jobs
            .Where(group => group.Status == JobStatus.Running && group.StepName == "" && !jobs.Any(job => job.GroupId == group.Id && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running)))
            .Select(group => group.Id)
            .ToListAsync(stop);
        foreach (var groupId in lost)
        {
            await FollowAsync(db, groupId);
        }
    }
}
