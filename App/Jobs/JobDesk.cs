using System.Diagnostics;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Jobs;

/// <summary>The room's service: ask for work, look at it, stop it, try it again.</summary>
internal sealed class JobDesk(
    IDbContextFactory<StudioDb> databases,
    ReadReplica replica,
    JobBoard board,
    IWorkerBell bell,
    StepKinds kinds,
    JobGroups groups,
    FileStore files,
    IOptions<WaitingQuota> quota,
    TimeProvider clock)
{
    /// <summary>Refuses work that somebody asks for when it cannot be done now; whoever adds jobs on a person's behalf asks first. One query.</summary>
    /// <param name="db">The database.</param>
    /// <param name="ownerId">Who asks.</param>
    /// <param name="jobs">How many jobs it would be.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public async Task AdmitAsync(StudioDb db, Guid ownerId, int jobs, CancellationToken stop)
    {
        files.EnsureRoom(0);
        var most = quota.Value.WaitingJobs;
        if (await db.Jobs.CountAsync(job => job.OwnerId == ownerId && job.Status == JobStatus.Queued, stop) + jobs > most)
        {
            throw Refusals.Of(new(429, "job.too_many", $"One account may have {most} jobs waiting, and these would be more; wait for some, or cancel some."));
        }
    }

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
            Rank = Job.RankOf(now, priority),
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
    public Task<Http.Page<Job>> ListAsync(Guid ownerId, JobStatus? status, JobKind? kind, JobQueueName? queue, Http.Paging paging, CancellationToken stop) =>
        replica.ReadAsync(ownerId, db => ListAsync(db, ownerId, status, kind, queue, paging, stop), stop);

    private static Task<Http.Page<Job>> ListAsync(StudioDb db, Guid ownerId, JobStatus? status, JobKind? kind, JobQueueName? queue, Http.Paging paging, CancellationToken stop)
    {
        var (all, jobs) = (db.Jobs, db.Jobs.Where(job => job.OwnerId == ownerId));
        jobs = status is { } s ? jobs.Where(job => job.Status == s) : jobs;
        jobs = kind is { } k ? jobs.Where(job => job.Kind == k) : jobs;
        jobs = queue switch
        {
            JobQueueName.High => jobs.Where(job => job.Priority >= 7),
            JobQueueName.Default => jobs.Where(job => job.Priority >= 3 && job.Priority <= 6),
            JobQueueName.Low => jobs.Where(job => job.Priority <= 2),
            _ => jobs,
        };
        return paging.ReadAsync(
            jobs.OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id).Select(job => job.Id),
            page => all.AsNoTracking().Where(job => page.Contains(job.Id)).OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id).Select(Job.Shown),
            stop);
    }

    /// <summary>The caller's jobs that are not finished, oldest first; of more than a hundred all that run, and those that wait longest.</summary>
    public async Task<IReadOnlyList<Job>> ActiveAsync(Guid ownerId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);

        // By state first: else SQLite would go through all that was ever finished, because an index has it in the order of time.
        var active = await db.Jobs.AsNoTracking()
            .Where(job => job.OwnerId == ownerId && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running))
            .OrderByDescending(job => job.Status)
            .ThenBy(job => job.CreatedAt)
            .Take(100)
            .Select(Job.Shown)
            .ToListAsync(stop);
        return [.. active.OrderBy(job => job.CreatedAt)];
    }

    /// <summary>One job of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>.</exception>
    public async Task<Job> GetAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await FindAsync(db, ownerId, jobId, stop);
    }

    /// <summary>What happened to a job of the caller, line by line.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>.</exception>
    public async Task<string> LogAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Jobs.Where(job => job.Id == jobId && job.OwnerId == ownerId).Select(job => job.Log).FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("job");
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
        var known = await db.Jobs.AsNoTracking().Where(job => job.OwnerId == ownerId && job.IdempotencyKey == idempotencyKey).Select(Job.Shown).FirstOrDefaultAsync(stop);
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
        var changed = await CancelAsync(db.Jobs.Where(job => job.Id == jobId && job.OwnerId == ownerId), now, stop);
        var job = await FindAsync(db, ownerId, jobId, stop);
        if (changed == 0)
        {
            throw new StudioProblem(409, "job.not_cancellable", $"The job is already {job.Status.ToString().ToLowerInvariant()}.");
        }

        board.Publish(job);
        if (job.IsGroup)
        {
            var members = await db.Jobs.Where(member => member.GroupId == jobId && (member.Status == JobStatus.Queued || member.Status == JobStatus.Running)).Select(member => member.Id).ToListAsync(stop);
            await CancelAsync(db.Jobs.Where(member => members.Contains(member.Id)), now, stop);
            await PublishAsync(db, members, stop);
        }

        return await groups.FollowAsync(db, job.IsGroup ? job.Id : job.GroupId) is { } group && group.Id == jobId ? group : job;
    }

    /// <summary>One command, so that a job which begins or pauses at this moment is not missed between two.</summary>
    private static Task<int> CancelAsync(IQueryable<Job> jobs, DateTimeOffset now, CancellationToken stop) => jobs
        .Where(job => job.Status == JobStatus.Queued || job.Status == JobStatus.Running)
        .ExecuteUpdateAsync(
            set => set
                .SetProperty(job => job.CancelRequested, true)
                .SetProperty(job => job.Status, job => job.Status == JobStatus.Queued ? JobStatus.Cancelled : job.Status)
                .SetProperty(job => job.Stage, job => job.Status == JobStatus.Queued ? "Cancelled" : job.Stage)
                .SetProperty(job => job.FinishedAt, job => job.Status == JobStatus.Queued ? now : job.FinishedAt),
            stop);

    private async Task<List<Job>> PublishAsync(StudioDb db, List<Guid> jobIds, CancellationToken stop)
    {
        var jobs = await db.Jobs.AsNoTracking().Where(job => jobIds.Contains(job.Id)).OrderBy(job => job.Rank).Select(Job.Shown).ToListAsync(stop);
        jobs.ForEach(board.Publish);
        return jobs;
    }

    /// <summary>Puts a failed or cancelled job back into the queue, with a fresh set of attempts; of one that stands for several those that failed or were cancelled.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>; 409 <c>job.not_retryable</c>; 429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public async Task<Job> RetryAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        var (asked, queued) = await databases.InTurnOfAsync(ownerId, turn => RetryAsync(turn, ownerId, jobId, stop), stop);
        await using var db = await databases.CreateDbContextAsync(stop);
        foreach (var kind in (await PublishAsync(db, queued, stop)).Where(job => job.Status == JobStatus.Queued).Select(job => job.Kind).Distinct())
        {
            await bell.RingAsync(kind, clock.GetUtcNow());
        }

        await groups.FollowAsync(db, asked.IsGroup ? asked.Id : asked.GroupId);
        return await FindAsync(db, ownerId, jobId, stop);
    }

    private async Task<(Job Asked, List<Guid> Queued)> RetryAsync(StudioDb db, Guid ownerId, Guid jobId, CancellationToken stop)
    {
        var (now, traceParent) = (clock.GetUtcNow(), Activity.Current?.Id);
        var asked = await FindAsync(db, ownerId, jobId, stop);
        var queued = await db.Jobs
            .Where(job => job.OwnerId == ownerId && (asked.IsGroup ? job.GroupId == jobId : job.Id == jobId) && (job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled))
            .Select(job => job.Id)
            .ToListAsync(stop);
        await AdmitAsync(db, ownerId, queued.Count, stop);
        if (queued.Count == 0)
        {
            throw new StudioProblem(409, "job.not_retryable", "Only a failed or cancelled job can be tried again.");
        }

        await db.Jobs
            .Where(job => queued.Contains(job.Id) && (job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled))
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
        return (asked, queued);
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
        await db.Jobs.AsNoTracking().Where(job => job.Id == jobId && job.OwnerId == ownerId).Select(Job.Shown).FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("job");
}
