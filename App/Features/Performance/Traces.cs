using Downbeat.Data;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Performance;

/// <summary>One attempt at a job, in a list.</summary>
internal sealed record TraceRow(
    Guid JobId, JobKind Kind, int Attempt, string Outcome, string TraceId, string Instance, double WaitedSeconds, DateTimeOffset StartedAt, double Seconds, IReadOnlyList<StageTrace> Stages);

/// <summary>A job that runs, or that was just said to have changed.</summary>
/// <param name="Id">The job.</param>
/// <param name="Kind">Kind of job.</param>
/// <param name="IsShown">Whether it runs; of a group, whether its parts do.</param>
/// <param name="Stage">What it does.</param>
/// <param name="Progress">How much of it is done, 0 to 1.</param>
/// <param name="StartedAt">Since when it runs.</param>
internal sealed record RunningJob(Guid Id, JobKind Kind, bool IsShown, string Stage, double Progress, DateTimeOffset? StartedAt)
{
    /// <summary>What the board says of a job.</summary>
    public static RunningJob Of(Job job) => new(job.Id, job.Kind, job.Status == JobStatus.Running && (!job.IsGroup || job.Progress > 0), job.Stage, job.Progress, job.StartedAt);
}

/// <summary>One job with all of its attempts.</summary>
/// <param name="Id">The job.</param>
/// <param name="Kind">Kind of job.</param>
/// <param name="Owner">Address of whose it is.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Stage">What it does, or last did.</param>
/// <param name="Progress">How much of it is done, 0 to 1.</param>
/// <param name="Error">What it last failed with.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="TraceId">What logs and traces call it.</param>
/// <param name="Log">What happened, line by line.</param>
/// <param name="Attempts">The attempts that are over, oldest first.</param>
internal sealed record JobView(Guid Id, JobKind Kind, string Owner, JobStatus Status, string Stage, double Progress, JobError? Error, DateTimeOffset CreatedAt, string? TraceId, string Log, IReadOnlyList<AttemptView> Attempts);

/// <summary>One attempt, whole.</summary>
/// <param name="Trace">Its figures and stages.</param>
/// <param name="Runs">The runs of media tools.</param>
internal sealed record AttemptView(TraceRow Trace, IReadOnlyList<ToolRun> Runs);

/// <summary>Reads where the time of jobs went, for administrators: of all owners.</summary>
internal sealed class Traces(IDbContextFactory<StudioDb> databases)
{
    private const int MostRunning = 100;

    /// <summary>Attempts of the last week, newest or slowest first.</summary>
    /// <param name="kind">One kind only; all when null.</param>
    /// <param name="bySeconds">The slowest first.</param>
    /// <param name="most">How many.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<IReadOnlyList<TraceRow>> ListAsync(JobKind? kind, bool bySeconds, int most, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var traces = db.JobTraces.AsNoTracking().Where(trace => kind == null || trace.Kind == kind);
        traces = bySeconds ? traces.OrderByDescending(trace => trace.Seconds) : traces.OrderByDescending(trace => trace.StartedAt);
        var rows = await traces.Take(most)
            .Select(trace => new { trace.JobId, trace.Kind, trace.Attempt, trace.Outcome, trace.TraceId, trace.Instance, trace.WaitedSeconds, trace.StartedAt, trace.Seconds, trace.StagesJson })
            .ToListAsync(stop);
        return [.. rows.Select(row => RowOf(new() { JobId = row.JobId, Kind = row.Kind, Attempt = row.Attempt, Outcome = row.Outcome, TraceId = row.TraceId, Instance = row.Instance, WaitedSeconds = row.WaitedSeconds, StartedAt = row.StartedAt, Seconds = row.Seconds, StagesJson = row.StagesJson }))];
    }

    /// <summary>Jobs that run now, on all instances, at most a hundred.</summary>
    public async Task<IReadOnlyList<RunningJob>> RunningAsync(CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Jobs.AsNoTracking()
            .Where(job => job.Status == JobStatus.Running && (job.StepName != "" || job.Progress > 0))
            .OrderBy(job => job.StartedAt)
            .Take(MostRunning)
            .Select(job => new RunningJob(job.Id, job.Kind, true, job.Stage, job.Progress, job.StartedAt))
            .ToListAsync(stop);
    }

    /// <summary>One job with its attempts.</summary>
    /// <exception cref="StudioProblem">404 <c>job.not_found</c>.</exception>
    public async Task<JobView> GetAsync(Guid jobId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var (users, traces) = (db.Users, db.JobTraces);
        var found = await db.Jobs.AsNoTracking()
            .Where(job => job.Id == jobId)
            .Select(job => new
            {
                Job = job,
                Owner = users.Where(user => user.Id == job.OwnerId).Select(user => user.Email).First(),
                Attempts = traces.Where(trace => trace.JobId == job.Id).OrderBy(trace => trace.Attempt).ToList(),
            })
            .FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("job");
        var job = found.Job;
        return new(job.Id, job.Kind, found.Owner ?? "", job.Status, job.Stage, job.Progress, job.Error, job.CreatedAt, job.TraceId, job.Log, [.. found.Attempts.Select(trace => new AttemptView(RowOf(trace), trace.Runs))]);
    }

    private static TraceRow RowOf(JobTrace trace) =>
        new(trace.JobId, trace.Kind, trace.Attempt, trace.Outcome, trace.TraceId, trace.Instance, trace.WaitedSeconds, trace.StartedAt, trace.Seconds, trace.Stages);
}
