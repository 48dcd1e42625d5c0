using Microsoft.Extensions.Options;
using Quartz;

namespace Downbeat.Jobs;

/// <summary>
/// Rings by a Quartz trigger in the execution group of the job's kind: Quartz holds it back until this instance (or, clustered, any instance) may run one more of that
/// kind. What the firing then runs is decided by the job table alone, and it runs all that waits: so of the rings for now no more are kept than this instance has places, and
/// a thousand jobs that come at once are not a thousand triggers.
/// </summary>
internal sealed class QuartzBell(ISchedulerFactory schedulers, IOptions<JobOptions> options, TimeProvider clock) : IWorkerBell
{
    private uint rings;

    public async Task RingAsync(JobKind kind, DateTimeOffset at) =>
        await RingAsync(
            at > clock.GetUtcNow() ? $"{Guid.NewGuid():N}" : $"{(await schedulers.GetScheduler()).SchedulerInstanceId} {Interlocked.Increment(ref rings) % options.Value.LimitOf(kind)}",
            kind,
            at);

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
