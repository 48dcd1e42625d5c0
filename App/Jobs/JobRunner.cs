using System.Diagnostics;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Jobs;

/// <summary>
/// Takes jobs from the table and runs them. A job is held by a lease that is renewed while it runs; its attempt number is the fencing token: publishing a result and
/// ending the job are one transaction that only the newest attempt can make.
/// </summary>
internal sealed class JobRunner(
    IDbContextFactory<StudioDb> databases,
    JobBoard board,
    IWorkerBell bell,
    StepKinds kinds,
    JobGroups groups,
    Budget budget,
    StageHistory history,
    IServiceProvider services,
    IOptions<JobOptions> options,
    TimeProvider clock,
    ILogger<JobRunner> logger)
{
    /// <summary>Runs waiting jobs of <paramref name="kind"/> one after another until none is left, each when there is room for it.</summary>
    public async Task RunWaitingAsync(JobKind kind, CancellationToken stop)
    {
        // The room before the claim: a job that is claimed begins at once, and one that this instance has no room for can go to another. But nobody stands in line for nothing.
        while (!stop.IsCancellationRequested && await IsAnyDueAsync(kind) && await budget.TryWaitAsync(kind, stop) is { } room)
        {
            using (room)
            {
                await RunNextAsync(kind, stop);
            }
        }
    }

    private async Task<bool> IsAnyDueAsync(JobKind kind)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        return await db.Jobs.AnyAsync(job => job.Status == JobStatus.Queued && job.Kind == kind && job.DueAt <= now, CancellationToken.None);
    }

    private async Task RunNextAsync(JobKind kind, CancellationToken stop)
    {
        if (!stop.IsCancellationRequested && await ClaimAsync(kind, stop) is { } job)
        {
            await RunAsync(job, stop);
        }
    }

    /// <summary>Takes the next due job of a kind, or null when there is none. Two callers never get the same attempt.</summary>
    internal async Task<Job?> ClaimAsync(JobKind kind, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        while (true)
        {
            var now = clock.GetUtcNow();
            if (await Turns.NextAsync(db, kind, now, stop) is not { } next)
            {
                return null;
            }

            var taken = await db.Jobs
                .Where(job => job.Id == next.Id && job.Status == JobStatus.Queued && job.Attempt == next.Attempt)
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(job => job.Status, JobStatus.Running)
                        .SetProperty(job => job.Attempt, next.Attempt + 1)
                        .SetProperty(job => job.Stage, "Starting")
                        .SetProperty(job => job.Progress, 0d)
                        .SetProperty(job => job.EtaSeconds, (double?)null)
                        .SetProperty(job => job.StartedAt, next.StartedAt ?? now)
                        .SetProperty(job => job.TurnRank, Job.RankOf(now, Job.OrdinaryPriority) + 1) // behind whoever asked at this moment
                        .SetProperty(job => job.LeaseUntil, now + options.Value.Lease),
                    stop);
            if (taken == 1)
            {
                next.Status = JobStatus.Running;
                next.Attempt++;
                next.Stage = "Starting";
                next.Progress = 0;
                next.StartedAt ??= now;
                board.Publish(next);
                return next;
            }
        }
    }

    private async Task RunAsync(Job job, CancellationToken stop)
    {
        using var activity = StudioMeter.Activities.StartActivity($"job {job.StepName}", ActivityKind.Consumer, job.TraceParent);
        using var scope = logger.BeginScope("Job {JobId} attempt {Attempt}", job.Id, job.Attempt);
        await using var heart = new Heartbeat(job, databases, board, options.Value, clock, logger, stop);
        var waited = clock.GetUtcNow() - job.DueAt;
        JobMeter.Begin(job, waited);

        // From here on: what the heart does every second is not the work.
        var stages = new StageBook(job, Tally.Begin(), clock);
        heart.StageBegan = stages.Enter;
        var end = await WorkAsync(job, heart);
        var trace = stages.End(waited, end?.Word ?? JobTrace.Lost);
        JobEnd? kept = null;
        try
        {
            kept = end is not null && await EndAsync(job, heart, end, trace) ? end : null;
        }
        catch (Exception e) when (end?.Outcome is not null)
        {
            // The work was done, but its result could not be kept: that is a failed attempt like any other.
            var failed = FailedAttempt(job, heart, e);
            trace.Outcome = failed.Word;
            kept = await EndAsync(job, heart, failed, trace) ? failed : null;
        }
        finally
        {
            JobMeter.End(job.Kind, trace.Seconds, kept is null ? JobTrace.Lost : trace.Outcome);
        }

        if (kept != end && end?.Outcome?.Abandoned is { } abandoned)
        {
            await abandoned();
        }

        if (kept is not null)
        {
            await AnnounceEndAsync(job, kept);
            logger.LogInformation("{Step} {Outcome} after {Seconds:0.00} s: {Cause}", job.StepName, trace.Outcome, trace.Seconds, stages.Cause);
            if (kept.Status == JobStatus.Succeeded)
            {
                await history.TakeAsync(trace);
            }
        }
    }

    /// <summary>Does the work of one attempt. Null when the job is another worker's by now.</summary>
    private async Task<JobEnd?> WorkAsync(Job job, Heartbeat heart)
    {
        try
        {
            var kind = kinds[job.StepName];
            var step = JsonSerializer.Deserialize(job.StepJson, kind.Type)!;
            var context = new StepContext(job.Id, job.OwnerId, job.Attempt, heart.Report, heart.Log, () => heart.CancelRequested);
            var outcome = await kind.RunAsync(services, step, context, heart.Token);
            return new(JobStatus.Succeeded, "Done", Outcome: outcome);
        }
        catch (OperationCanceledException) when (heart.LostLease)
        {
            logger.LogWarning("Another worker holds job {JobId} now; this attempt's work is dropped", job.Id);
            return null;
        }
        catch (Exception e) when (heart.CancelRequested)
        {
            // Whatever it tripped over on its way out: somebody wanted it to end, and it has ended.
            logger.LogDebug(e, "Job {JobId} was cancelled", job.Id);
            return new(JobStatus.Cancelled, "Cancelled");
        }
        catch (OperationCanceledException) when (heart.Token.IsCancellationRequested)
        {
            // The studio is going down: the next start takes it up again, and this attempt does not count.
            return new(JobStatus.Queued, "Waiting", ReturnAttempt: true);
        }
        catch (StudioProblem problem)
        {
            heart.Log(problem.Message);
            return new(JobStatus.Failed, "Failed", problem.Code, problem.Message);
        }
        catch (TransientProblem problem)
        {
            heart.Log(problem.Message);
            return job.Attempt < job.MaxAttempts
                ? new(JobStatus.Queued, "Waiting to try again", problem.Code, $"{problem.Message} It is tried again.", Delay: BackOff(job.Attempt))
                : new(JobStatus.Failed, "Failed", problem.Code, $"{problem.Message} It was tried {job.MaxAttempts} times; try again later.");
        }
        catch (Exception e)
        {
            return FailedAttempt(job, heart, e);
        }
    }

    private JobEnd FailedAttempt(Job job, Heartbeat heart, Exception e)
    {
        // Its owner reads the job's log: no names of files or servers there. The server's log has them, under the same job.
        logger.LogError(e, "Job {JobId} ({Step}) failed in attempt {Attempt}. {ErrorTail}", job.Id, job.StepName, job.Attempt, (e as Media.MediaFailure)?.ErrorTail);
        heart.Log(e is Media.MediaFailure media ? media.Message : $"It failed unexpectedly ({e.GetType().Name}); the server's log tells more.");
        return job.Attempt < job.MaxAttempts
            ? new(JobStatus.Queued, "Waiting to try again", "job.attempt_failed", "The last attempt failed; it is tried again.", Delay: BackOff(job.Attempt))
            : new(JobStatus.Failed, "Failed", "job.failed", "The work failed several times; its log tells more. Try again, or ask the administrator.");
    }

    private static TimeSpan BackOff(int attempt) => TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, attempt - 1)) * (0.75 + (Random.Shared.NextDouble() / 2)));

    /// <summary>Ends the attempt and publishes its result, in one transaction. False when the attempt no longer holds the job: nothing is published then.</summary>
    private async Task<bool> EndAsync(Job job, Heartbeat heart, JobEnd end, JobTrace trace)
    {
        await heart.StopAsync();
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await using (var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None))
        {
            if (await WriteEndAsync(db, job, heart, end, now) == 0)
            {
                logger.LogWarning("Job {JobId} was taken over or removed; the result of attempt {Attempt} is dropped", job.Id, job.Attempt);
                return false;
            }

            db.JobTraces.Add(trace);
            if (end.Outcome?.Publish is { } publish)
            {
                await publish(db, CancellationToken.None);
            }

            await db.SaveChangesAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        return true;
    }

    private static Task<int> WriteEndAsync(StudioDb db, Job job, Heartbeat heart, JobEnd end, DateTimeOffset now)
    {
        var isRequeued = end.Status == JobStatus.Queued;
        DateTimeOffset? finishedAt = isRequeued ? null : now;

        // A wish to cancel that came while the attempt was failing still counts.
        return db.Jobs
            .Where(row => row.Id == job.Id && row.Attempt == job.Attempt && row.Status == JobStatus.Running)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, row => isRequeued && row.CancelRequested ? JobStatus.Cancelled : end.Status)
                .SetProperty(row => row.Stage, row => isRequeued && row.CancelRequested ? "Cancelled" : end.Stage)
                .SetProperty(row => row.FinishedAt, row => isRequeued && row.CancelRequested ? now : finishedAt)
                .SetProperty(row => row.Progress, end.Status == JobStatus.Succeeded ? 1 : heart.Progress)
                .SetProperty(row => row.EtaSeconds, (double?)null)
                .SetProperty(row => row.ErrorCode, end.ErrorCode)
                .SetProperty(row => row.ErrorMessage, end.ErrorMessage)
                .SetProperty(row => row.MaxAttempts, job.MaxAttempts + (end.ReturnAttempt ? 1 : 0))
                .SetProperty(row => row.DueAt, now + end.Delay)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.Log, heart.LogText));
    }

    private async Task AnnounceEndAsync(Job job, JobEnd end)
    {
        try
        {
            await (end.Outcome?.Published?.Invoke() ?? ValueTask.CompletedTask);
        }
        catch (Exception e)
        {
            // The result is there for all to see; only the clearing up behind it is not done.
            logger.LogError(e, "Job {JobId} is done, but could not clear up after itself", job.Id);
        }

        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var row = await db.Jobs.AsNoTracking().Where(j => j.Id == job.Id).Select(Job.Shown).FirstOrDefaultAsync();
        if (row is not null)
        {
            board.Publish(row);
            await groups.FollowAsync(db, row.GroupId);
        }

        // A studio that goes down has no bell any more; the next start, or the sweep of another instance, rings for what it gave back.
        if (row is { Status: JobStatus.Queued } && !end.ReturnAttempt)
        {
            await bell.RingAsync(job.Kind, row.DueAt);
        }
    }

    private sealed record JobEnd(
        JobStatus Status,
        string Stage,
        string? ErrorCode = null,
        string? ErrorMessage = null,
        TimeSpan Delay = default,
        bool ReturnAttempt = false,
        StepOutcome? Outcome = null)
    {
        /// <summary>How the attempt ended, as its trace has it.</summary>
        public string Word => Status == JobStatus.Queued ? ReturnAttempt ? "put back" : JobTrace.TriedAgain : Status.ToString().ToLowerInvariant();
    }
}
