using Downbeat.Data;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Jobs;

/// <summary>
/// Which of the waiting jobs of a kind is next: one of the owner who has the fewest running. Among those it is the place in the queue that counts, but whoever was served
/// counts as if he had asked again, with ordinary priority, at that moment: so with one worker, too, somebody's two hundred jobs and somebody else's single one take turns.
/// </summary>
internal static class Turns
{
    /// <summary>The next due job of a kind, or null when there is none. Two queries, on every instance the same answer; whoever takes the job has to check that it still waits.</summary>
    public static async Task<Job?> NextAsync(StudioDb db, JobKind kind, DateTimeOffset now, CancellationToken stop)
    {
        while (true)
        {
            if (await Owners(db, kind, now).FirstOrDefaultAsync(stop) is not { } ownerId)
            {
                return null;
            }

            if (await OfOwner(db, kind, now, ownerId).FirstOrDefaultAsync(stop) is { } job)
            {
                return job;
            }

            // Another worker has just taken the owner's last.
        }
    }

    /// <summary>Owners of due jobs of a kind, in their turns.</summary>
    internal static IQueryable<Guid?> Owners(StudioDb db, JobKind kind, DateTimeOffset now)
    {
        var jobs = db.Jobs;
        var waiting = jobs
            .Where(job => job.Status == JobStatus.Queued && job.Kind == kind && job.DueAt <= now)
            .GroupBy(job => job.OwnerId)
            .Select(group => new { OwnerId = group.Key, Rank = group.Min(job => job.Rank) });
        return from owner in waiting
               let running = jobs.Count(job => job.Status == JobStatus.Running && job.Kind == kind && job.OwnerId == owner.OwnerId && job.StepName != "")
               let served = jobs.Where(job => job.OwnerId == owner.OwnerId && job.Kind == kind).Max(job => job.TurnRank)
               orderby running, served > owner.Rank ? served : owner.Rank, owner.OwnerId
               select (Guid?)owner.OwnerId;
    }

    /// <summary>Due jobs of a kind and an owner, in their order.</summary>
    internal static IQueryable<Job> OfOwner(StudioDb db, JobKind kind, DateTimeOffset now, Guid ownerId) => db.Jobs
        .AsNoTracking()
        .Where(job => job.Status == JobStatus.Queued && job.Kind == kind && job.OwnerId == ownerId && job.DueAt <= now)
        .OrderBy(job => job.Rank);
}
