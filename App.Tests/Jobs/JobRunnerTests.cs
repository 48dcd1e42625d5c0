using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Jobs;

public sealed class JobRunnerTests(PostgresServer postgres)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_runs_and_its_result_is_published_with_its_end(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var published = JobStatus.Queued;
        rig.Handler.Work = (step, context, _) =>
        {
            context.Report("Working", 0.5);
            return Task.FromResult(StepOutcome.Done(async (db, stop) => published = (await db.Jobs.AsNoTracking().FirstAsync(job => job.Id == context.JobId, stop)).Status));
        };
        var job = await rig.AskAsync();

        await rig.RunWaitingAsync();

        var end = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Succeeded, "Done", 1d, 1), (end.Status, end.Stage, end.Progress, end.Attempt));
        Assert.NotNull(end.FinishedAt);
        Assert.Equal(JobStatus.Succeeded, published);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Two_workers_never_get_the_same_attempt(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        for (var i = 0; i < 20; i++)
        {
            await rig.AskAsync(i);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(() => (i % 2 == 0 ? rig.Runner : rig.SecondRunner).ClaimAsync(JobKind.Composition, CancellationToken.None))));

        var taken = claims.OfType<Job>().Select(job => job.Id).ToList();
        Assert.Equal(20, taken.Count);
        Assert.Equal(20, taken.Distinct().Count());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_higher_priority_goes_first_until_the_lower_one_has_waited_long_enough(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        await rig.AskAsync(1, priority: 2);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await rig.AskAsync(2, priority: 9);
        rig.Clock.Advance(TimeSpan.FromMinutes(20));
        await rig.AskAsync(3, priority: 9);
        List<int> order = [];
        rig.Handler.Work = (step, _, _) =>
        {
            order.Add(step.Number);
            return Task.FromResult(StepOutcome.Done());
        };

        await rig.RunWaitingAsync();

        Assert.Equal([2, 1, 3], order);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_failure_is_tried_again_after_a_pause_and_given_up_after_the_last_attempt(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        rig.Handler.Work = (_, _, _) => throw new IOException("the disk hiccuped");
        var job = await rig.AskAsync();

        await rig.RunWaitingAsync();
        var waiting = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Queued, 1), (waiting.Status, waiting.Attempt));
        Assert.True(waiting.DueAt > rig.Clock.GetUtcNow());
        Assert.Contains(rig.Bell.Rings, ring => ring.At == waiting.DueAt);
        for (var i = 0; i < 3; i++)
        {
            rig.Clock.Advance(TimeSpan.FromMinutes(2));
            await rig.RunWaitingAsync();
        }

        var end = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Failed, 3, "job.failed"), (end.Status, end.Attempt, end.Error?.Code));
        Assert.Contains("IOException", await rig.Desk.LogAsync(rig.Owner, job.Id, CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_problem_that_a_person_must_solve_is_not_tried_again(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        rig.Handler.Work = (_, _, _) => throw new StudioProblem(422, "cut.infeasible", "Add a clip.");
        var job = await rig.AskAsync();

        await rig.RunWaitingAsync();

        var end = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Failed, 1), (end.Status, end.Attempt));
        Assert.Equal(new JobError("cut.infeasible", "Add a clip."), end.Error);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Cancelling_stops_a_running_job_on_the_same_instance_and_on_another(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        foreach (var runner in new[] { rig.Runner, rig.SecondRunner })
        {
            var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            rig.Handler.Work = async (_, _, stop) =>
            {
                began.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return StepOutcome.Done();
            };
            var job = await rig.AskAsync();
            var running = Task.Run(() => runner.RunWaitingAsync(JobKind.Composition, CancellationToken.None));
            await began.Task;

            await rig.Desk.CancelAsync(rig.Owner, job.Id, CancellationToken.None);
            await running;

            Assert.Equal(JobStatus.Cancelled, (await rig.ReadAsync(job)).Status);
            await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.CancelAsync(rig.Owner, job.Id, CancellationToken.None));
        }
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_waiting_job_is_cancelled_at_once_and_can_be_asked_for_again(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var job = await rig.AskAsync();

        Assert.Equal(JobStatus.Cancelled, (await rig.Desk.CancelAsync(rig.Owner, job.Id, CancellationToken.None)).Status);
        await rig.RunWaitingAsync();
        Assert.Equal(0, (await rig.ReadAsync(job)).Attempt);

        Assert.Equal(JobStatus.Queued, (await rig.Desk.RetryAsync(rig.Owner, job.Id, CancellationToken.None)).Status);
        await rig.RunWaitingAsync();
        Assert.Equal(JobStatus.Succeeded, (await rig.ReadAsync(job)).Status);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_worker_that_was_given_up_cannot_publish_any_more(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var (late, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var published = new List<int>();
        rig.Handler.Work = async (_, context, _) =>
        {
            if (context.Attempt == 1)
            {
                late.SetResult();
                await goOn.Task;
            }

            return StepOutcome.Done((_, _) =>
            {
                published.Add(context.Attempt);
                return Task.CompletedTask;
            });
        };
        var job = await rig.AskAsync();
        var first = Task.Run(() => rig.SecondRunner.RunWaitingAsync(JobKind.Composition, CancellationToken.None));
        await late.Task;

        // The first worker is silent for longer than its lease: as if its machine slept.
        await using (var db = await rig.Contexts.CreateDbContextAsync())
        {
            await db.Jobs.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, rig.Clock.GetUtcNow() - TimeSpan.FromSeconds(1)));
            await Sweep.ReleaseAsync(
                db, rig.Board, new JobGroups(rig.Board, rig.Clock), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, _ => true, rig.Clock.GetUtcNow(), CancellationToken.None);
        }

        await rig.RunWaitingAsync();
        goOn.SetResult();
        await first;

        var end = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Succeeded, 2), (end.Status, end.Attempt));
        Assert.Equal([2], published);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_takes_its_worker_down_each_time_is_parked(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var job = await rig.AskAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await rig.Runner.ClaimAsync(JobKind.Composition, CancellationToken.None));
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
            await rig.SweepAsync();
        }

        var end = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Failed, "job.lost"), (end.Status, end.Error?.Code));
        Assert.Null(await rig.Runner.ClaimAsync(JobKind.Composition, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Going_down_gives_the_job_back_without_counting_the_attempt(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        using var goingDown = new CancellationTokenSource();
        rig.Handler.Work = async (_, _, stop) =>
        {
            await goingDown.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
            return StepOutcome.Done();
        };
        var job = await rig.AskAsync();

        await rig.Runner.RunWaitingAsync(JobKind.Composition, goingDown.Token);

        var waiting = await rig.ReadAsync(job);
        Assert.Equal((JobStatus.Queued, 4), (waiting.Status, waiting.MaxAttempts));
        Assert.Single(rig.Bell.Rings);
        rig.Handler.Work = (_, _, _) => Task.FromResult(StepOutcome.Done());
        await rig.RunWaitingAsync();
        Assert.Equal(JobStatus.Succeeded, (await rig.ReadAsync(job)).Status);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task One_key_gives_one_job_and_a_stranger_sees_none(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var job = await rig.AskAsync(key: "once");

        Assert.Equal(job.Id, (await rig.Desk.FindByKeyAsync(rig.Owner, JobKind.Composition, job.RootId, "once", CancellationToken.None))?.Id);
        var other = await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.FindByKeyAsync(rig.Owner, JobKind.Composition, Guid.NewGuid(), "once", CancellationToken.None));
        Assert.Equal("request.idempotency_key", other.Code);
        await Assert.ThrowsAsync<DbUpdateException>(() => rig.AskAsync(key: "once"));
        var problem = await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.GetAsync(Guid.NewGuid(), job.Id, CancellationToken.None));
        Assert.Equal("job.not_found", problem.Code);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Progress_never_falls_and_reaches_those_who_look(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var seen = new List<double>();
        using var subscription = rig.Board.Subscribe(rig.Owner, job => seen.Add(job.Progress));
        rig.Handler.Work = (_, context, _) =>
        {
            context.Report("One", 0.4);
            context.Report("Two", 0.2);
            context.Report("Three", 0.8);
            return Task.FromResult(StepOutcome.Done());
        };
        await rig.AskAsync();

        await rig.RunWaitingAsync();

        Assert.Equal(seen.Order(), seen);
        Assert.Contains(0.8, seen);
        Assert.Equal(1, seen[^1]);
    }
}
