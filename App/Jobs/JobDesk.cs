using System.Diagnostics;
using System.Text.Json;
using Downbeat.Data;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Jobs;

/// <summary>The room's service: ask for work, look at it, stop it, try it again.</summary>
internal sealed class JobDesk(IDbContextFactory<StudioDb> databases, JobBoard board, IWorkerBell bell, StepKinds kinds, JobGroups groups, TimeProvider clock)
{
    private const long RankTicksPerPriority = 2 * TimeSpan.TicksPerMinute;

    /// <summary>Adds a job to <paramref name="db"/>; the caller saves it together with its own rows and then calls <see cref="AnnounceAsync"/>.</summary>
    public Job Add<TStep>(StudioDb db, Guid ownerId, Guid subjectId, Guid rootId, TStep step, int priority = 5, string? idempotencyKey = null, Guid? groupId = null)
        where TStep : notnull
    {
        var now = clock.GetUtcNow();
        var job = new Job
        {
            OwnerId = ownerId,
            Kind = kinds.Of(step.GetType()).Kind,
            SubjectId = subjectId,
            RootId = rootId,
            Priority = priority,
            StepName = typeof(TStep).Name,
            StepJson = JsonSerializer.Serialize(step),
            CreatedAt = now,
            DueAt = now,
            Rank = now.UtcTicks - (priority * RankTicksPerPriority),
            IdempotencyKey = idempotencyKey,
            TraceParent = Activity.Current?.Id,
            GroupId = groupId,
        };
        db.Jobs.Add(job);
        return job;
    }

    /// <summary>Adds a job that stands for several to <paramref name="db"/>; the caller adds those with its id and saves all together. Cancelling it, or trying it again, does so to each of them.</summary>
    public Job AddGroup(StudioDb db, Guid ownerId, Guid subjectId, JobKind kind, int priority, string? idempotencyKey)
    {
        var now = clock.GetUtcNow();
        var group = new Job
        {
            OwnerId = ownerId,
            Kind = kind,
            SubjectId = subjectId,
            RootId = subjectId,
            Priority = priority,
            Status = JobStatus.Running,
            CreatedAt = now,
            StartedAt = now,
            DueAt = now,
            IdempotencyKey = idempotencyKey,
            TraceParent = Activity.Current?.Id,
        };
        db.Jobs.Add(group);
        return group;
    }

    /// <summary>Tells everybody about a job that has just been saved, and wakes a worker for it.</summary>
    public async Task AnnounceAsync(Job job)
    {
        board.Publish(job);
        if (!job.IsGroup)
        {
            await bell.RingAsync(job.Kind, job.DueAt);
        }
    }

    /// <summary>The caller's jobs, newest first.</summary>
    public async Task<Http.Page<Job>> ListAsync(Guid ownerId, JobStatus? status, JobKind? kind, JobQueueName? queue, Http.Paging paging, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var jobs = db.Jobs.AsNoTracking().Where(job => job.OwnerId == ownerId);
        jobs = status is { } s ? jobs.Where(job => job.Status == s) : jobs;
        jobs = kind is { } k ? jobs.Where(job => job.Kind == k) : jobs;
        jobs = queue switch
        {
            JobQueueName.High => jobs.Where(job => job.Priority >= 7),
            JobQueueName.Default => jobs.Where(job => job.Priority >= 3 && job.Priority <= 6),
            JobQueueName.Low => jobs.Where(job => job.Priority <= 2),
            _ => jobs,
        };
        return await paging.ReadAsync(jobs.OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id), stop);
    }

    /// <summary>The caller's jobs that are not finished, oldest first.</summary>
    public async Task<IReadOnlyList<Job>> ActiveAsync(Guid ownerId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Jobs.AsNoTracking()
            .Where(job => job.OwnerId == ownerId && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running))
            .OrderBy(job => job.CreatedAt)
            .Take(100)
            .ToListAsync(stop);
    }

    /// <summary>One job of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>.</exception>
    public async Task<Job> GetAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await FindAsync(db, ownerId, jobId, stop);
    }

    /// <summary>The job that the caller already asked for under this key, or null.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="kind">Kind of the work that is asked for now.</param>
    /// <param name="rootId">What the work belongs to, such as a song.</param>
    /// <param name="idempotencyKey">The key; null for none.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c> for a key that is too long; 409 <c>request.idempotency_key</c> when it stands for other work.</exception>
    public async Task<Job?> FindByKeyAsync(Guid ownerId, JobKind kind, Guid rootId, string? idempotencyKey, CancellationToken stop)
    {
        if (idempotencyKey is null)
        {
            return null;
        }

        if (idempotencyKey.Length > Job.IdempotencyKeyLength)
        {
            throw StudioProblem.Field("Idempotency-Key", $"An Idempotency-Key has at most {Job.IdempotencyKeyLength} characters.");
        }

        await using var db = await databases.CreateDbContextAsync(stop);
        var known = await db.Jobs.AsNoTracking().FirstOrDefaultAsync(job => job.OwnerId == ownerId && job.IdempotencyKey == idempotencyKey, stop);
        return known is null || (known.Kind == kind && known.RootId == rootId)
            ? known
            : throw new StudioProblem(409, "request.idempotency_key", "This Idempotency-Key already stands for other work; use a new one.");
    }

    /// <summary>Stops a job: at once when it waits; when it runs, its worker is told and lets go within moments.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>; 409 <c>job.not_cancellable</c> when it is finished.</exception>
    public async Task<Job> CancelAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var now = clock.GetUtcNow();

        // One command, so that a job which begins or pauses at this moment is not missed between two.
        var changed = await db.Jobs
            .Where(job => job.Id == jobId && job.OwnerId == ownerId && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(job => job.CancelRequested, true)
                    .SetProperty(job => job.Status, job => job.Status == JobStatus.Queued ? JobStatus.Cancelled : job.Status)
                    .SetProperty(job => job.Stage, job => job.Status == JobStatus.Queued ? "Cancelled" : job.Stage)
                    .SetProperty(job => job.FinishedAt, job => job.Status == JobStatus.Queued ? now : job.FinishedAt),
                stop);
        var job = await FindAsync(db, ownerId, jobId, stop);
        if (changed == 0)
        {
            throw new StudioProblem(409, "job.not_cancellable", $"The job is already {job.Status.ToString().ToLowerInvariant()}.");
        }

        board.Publish(job);
        await CancelMembersAsync(db, job, stop);
        return await groups.FollowAsync(db, job.IsGroup ? job.Id : job.GroupId) is { } group && group.Id == jobId ? group : job;
    }

    private async Task CancelMembersAsync(StudioDb db, Job group, CancellationToken stop)
    {
        foreach (var member in await MembersAsync(db, group, [JobStatus.Queued, JobStatus.Running], stop))
        {
            try
            {
                await CancelAsync(group.OwnerId, member, stop);
            }
            catch (StudioProblem problem) when (problem.Code == "job.not_cancellable")
            {
                // It has just ended by itself.
            }
        }
    }

    private async Task RetryMembersAsync(StudioDb db, Job group, CancellationToken stop)
    {
        foreach (var member in await MembersAsync(db, group, [JobStatus.Failed, JobStatus.Cancelled], stop))
        {
            try
            {
                await RetryAsync(group.OwnerId, member, stop);
            }
            catch (StudioProblem problem) when (problem.Code is "job.not_retryable" or "job.not_found")
            {
                // Somebody else has just done so.
            }
        }
    }

    private static async Task<List<Guid>> MembersAsync(StudioDb db, Job group, JobStatus[] standing, CancellationToken stop) => group.IsGroup
        ? await db.Jobs.Where(job => job.GroupId == group.Id && standing.Contains(job.Status)).OrderBy(job => job.Rank).Select(job => job.Id).ToListAsync(stop)
        : [];

    /// <summary>Puts a failed or cancelled job back into the queue, with a fresh set of attempts.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>; 409 <c>job.not_retryable</c>.</exception>
    public async Task<Job> RetryAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var now = clock.GetUtcNow();
        if (await FindAsync(db, ownerId, jobId, stop) is { IsGroup: true, Status: JobStatus.Failed or JobStatus.Cancelled } group)
        {
            await RetryMembersAsync(db, group, stop);
            return await FindAsync(db, ownerId, jobId, stop);
        }

        var traceParent = Activity.Current?.Id;
        var changed = await db.Jobs
            .Where(job => job.Id == jobId && job.OwnerId == ownerId && (job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(job => job.Status, JobStatus.Queued)
                    .SetProperty(job => job.Stage, "Waiting")
                    .SetProperty(job => job.Progress, 0d)
                    .SetProperty(job => job.CancelRequested, false)
                    .SetProperty(job => job.ErrorCode, (string?)null)
                    .SetProperty(job => job.ErrorMessage, (string?)null)
                    .SetProperty(job => job.FinishedAt, (DateTimeOffset?)null)
                    .SetProperty(job => job.DueAt, now)
                    .SetProperty(job => job.TraceParent, traceParent)
                    .SetProperty(job => job.MaxAttempts, job => job.Attempt + 3),
                stop);
        var job = await FindAsync(db, ownerId, jobId, stop);
        if (changed == 0)
        {
            throw new StudioProblem(409, "job.not_retryable", "Only a failed or cancelled job can be tried again.");
        }

        await AnnounceAsync(job);
        await groups.FollowAsync(db, job.GroupId);
        return job;
    }

    /// <summary>Removes a job whose subject is gone; the job that stands for it and others goes on without it.</summary>
    public async Task RemoveAsync(Guid ownerId, Guid jobId)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var groupId = await db.Jobs.Where(job => job.Id == jobId && job.OwnerId == ownerId).Select(job => job.GroupId).FirstOrDefaultAsync();
        await db.Jobs.Where(job => job.Id == jobId && job.OwnerId == ownerId).ExecuteDeleteAsync();
        await groups.FollowAsync(db, groupId);
    }

    /// <summary>Stops everything that works on a subject, or on what hangs on it, and waits until the workers have let go, so that the files can be removed.</summary>
    public async Task StopWorkOnAsync(Guid ownerId, Guid subjectId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var active = await db.Jobs.AsNoTracking()
            .Where(job => job.OwnerId == ownerId && (job.SubjectId == subjectId || job.RootId == subjectId) && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running))
            .Select(job => job.Id)
            .ToListAsync(stop);
        foreach (var jobId in active)
        {
            await StopAsync(ownerId, jobId, stop);
        }
    }

    private async Task StopAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = board.Subscribe(ownerId, job =>
        {
            if (job.Id == jobId && job.IsFinished)
            {
                ended.TrySetResult();
            }
        });
        try
        {
            await CancelAsync(ownerId, jobId, stop);
        }
        catch (StudioProblem problem) when (problem.Code is "job.not_cancellable" or "job.not_found")
        {
            return;
        }

        // A worker that does not let go in this time has lost its machine; its late result finds no row to be published to.
        await Task.WhenAny(ended.Task, Task.Delay(TimeSpan.FromSeconds(10), stop));
    }

    private static async Task<Job> FindAsync(StudioDb db, Guid ownerId, Guid jobId, CancellationToken stop) =>
        await db.Jobs.AsNoTracking().FirstOrDefaultAsync(job => job.Id == jobId && job.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("job");
}
