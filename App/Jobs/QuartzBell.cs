using Quartz;

namespace Downbeat.Jobs;

/// <summary>
/// Rings by a Quartz trigger in the execution group of the job's kind: Quartz holds it back until this instance (or, clustered, any instance) may run one more of that
/// kind. What the firing then runs is decided by the job table alone.
/// </summary>
internal sealed class QuartzBell(ISchedulerFactory schedulers) : IWorkerBell
{
    public async Task RingAsync(JobKind kind, DateTimeOffset at) => await RingAsync($"{Guid.NewGuid():N}", kind, at);

    /// <summary>Rings under a name of its own, so that a later ring replaces one that still waits.</summary>
    public async Task RingAsync(string name, JobKind kind, DateTimeOffset at)
    {
        var scheduler = await schedulers.GetScheduler();
        var job = JobBuilder.Create<WorkerCall>().WithIdentity(kind.ToString(), "workers").StoreDurably().Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity(name, kind.ToString())
            .ForJob(job)
            .WithExecutionGroup(kind.ToString())
            .StartAt(at)
            .WithSimpleSchedule(once => once.WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .Build();
        await scheduler.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true });
    }
}

/// <summary>The Quartz job: run what waits of one kind.</summary>
internal sealed class WorkerCall(JobRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await runner.RunWaitingAsync(Enum.Parse<JobKind>(context.JobDetail.Key.Name), cancellationToken);
}
