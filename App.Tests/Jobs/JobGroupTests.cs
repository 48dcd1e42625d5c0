using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Jobs;

/// <summary>Jobs that stand for several.</summary>
public sealed class JobGroupTests(PostgresServer postgres)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_group_ends_with_the_last_of_its_jobs(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var (group, members) = await rig.AskGroupAsync(3);
        var seen = new List<(JobStatus, string, double)>();
        using var subscription = rig.Board.Subscribe(rig.Owner, job =>
        {
            if (job.Id == group.Id)
            {
                seen.Add((job.Status, job.Stage, Math.Round(job.Progress, 2)));
            }
        });

        await rig.RunWaitingAsync();

        Assert.Equal([(JobStatus.Running, "1 of 3 done", 0.33), (JobStatus.Running, "2 of 3 done", 0.67), (JobStatus.Succeeded, "Done", 1)], seen);
        Assert.NotNull((await rig.ReadAsync(group)).FinishedAt);
        Assert.All(members, member => Assert.Equal(group.Id, member.GroupId));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task One_that_failed_is_tried_again_through_its_group(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        rig.Handler.Work = (step, _, _) => step.Number == 1 ? throw new StudioProblem(422, "test.refused", "No.") : Task.FromResult(StepOutcome.Done());
        var (group, members) = await rig.AskGroupAsync(3);
        await rig.RunWaitingAsync();

        var failed = await rig.ReadAsync(group);
        Assert.Equal((JobStatus.Failed, "job.part_failed"), (failed.Status, failed.ErrorCode));
        Assert.StartsWith("1 of 3 could not be done", failed.ErrorMessage, StringComparison.Ordinal);

        rig.Handler.Work = (_, _, _) => Task.FromResult(StepOutcome.Done());
        Assert.Equal(JobStatus.Running, (await rig.Desk.RetryAsync(rig.Owner, group.Id, CancellationToken.None)).Status);
        Assert.Equal(JobStatus.Queued, (await rig.ReadAsync(members[1])).Status);
        await rig.RunWaitingAsync();
        Assert.Equal((JobStatus.Succeeded, (string?)null), ((await rig.ReadAsync(group)).Status, (await rig.ReadAsync(group)).ErrorCode));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Cancelling_a_group_cancels_what_waits_and_what_runs(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var began = new TaskCompletionSource();
        rig.Handler.Work = async (_, _, stop) =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return StepOutcome.Done();
        };
        var (group, members) = await rig.AskGroupAsync(3);
        var running = Task.Run(rig.RunWaitingAsync, TestContext.Current.CancellationToken);
        await began.Task;

        await rig.Desk.CancelAsync(rig.Owner, group.Id, CancellationToken.None);
        await running;

        foreach (var job in (Job[])[group, .. members])
        {
            Assert.Equal(JobStatus.Cancelled, (await rig.ReadAsync(job)).Status);
        }

        Assert.Equal("job.not_cancellable", (await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.CancelAsync(rig.Owner, group.Id, CancellationToken.None))).Code);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Nobody_works_on_the_group_itself(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var (group, _) = await rig.AskGroupAsync(1);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.SweepAsync();

        Assert.Equal((JobStatus.Running, 0), ((await rig.ReadAsync(group)).Status, (await rig.ReadAsync(group)).Attempt));
        await rig.RunWaitingAsync();
        Assert.Equal((JobStatus.Succeeded, 0), ((await rig.ReadAsync(group)).Status, (await rig.ReadAsync(group)).Attempt));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_group_whose_jobs_ended_without_telling_it_is_found(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var (group, _) = await rig.AskGroupAsync(2);
        await using (var db = await rig.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await db.Jobs.Where(job => job.GroupId == group.Id).ExecuteUpdateAsync(set => set.SetProperty(job => job.Status, JobStatus.Succeeded), TestContext.Current.CancellationToken);
        }

        Assert.Equal(JobStatus.Running, (await rig.ReadAsync(group)).Status);
        await rig.SweepAsync();
        Assert.Equal(JobStatus.Succeeded, (await rig.ReadAsync(group)).Status);
    }
}
