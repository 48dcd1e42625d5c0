using System.Diagnostics.Metrics;
using Downbeat.Telemetry;

namespace Downbeat.Jobs;

/// <summary>What is measured of jobs.</summary>
internal static class JobMeter
{
    private static readonly Histogram<double> Durations = StudioMeter.Instance.CreateHistogram<double>("downbeat.job.duration", "s", "Duration of an attempt at a job.");
    private static readonly Histogram<double> Stages = StudioMeter.Instance.CreateHistogram<double>("downbeat.job.stage.duration", "s", "Duration of a stage of a job.");
    private static readonly Histogram<double> Waits = StudioMeter.Instance.CreateHistogram<double>("downbeat.job.waiting", "s", "Time from when a job was due until a worker took it.");
    private static readonly Counter<long> Retries = StudioMeter.Instance.CreateCounter<long>("downbeat.job.retries", "{retry}", "Attempts that failed and are made again.");
    private static readonly UpDownCounter<long> Running = StudioMeter.Instance.CreateUpDownCounter<long>("downbeat.jobs.running", "{job}", "Jobs that this instance is working on.");
    private static readonly Counter<long> Losses = StudioMeter.Instance.CreateCounter<long>("downbeat.job.losses", "{attempt}", "Attempts that lost their worker.");
    private static IReadOnlyList<QueueDepth> depths = [];

    static JobMeter() => StudioMeter.Instance.CreateObservableGauge(
        "downbeat.jobs.depth",
        () => depths.Select(depth => new Measurement<long>(
            depth.Jobs, [new("kind", NameOf(depth.Kind)), new("queue", depth.Queue.ToString().ToLowerInvariant()), new("status", depth.Status.ToString().ToLowerInvariant())])),
        "{job}",
        "Jobs that wait or run, in all instances.");

    /// <summary>Jobs that wait or run in all instances, as <see cref="QueueDepths"/> found them last.</summary>
    public static IReadOnlyList<QueueDepth> Depths
    {
        get => depths;
        set => Volatile.Write(ref depths, value);
    }

    /// <summary>Kind of job as programs know it.</summary>
    public static string NameOf(JobKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>A worker took a job.</summary>
    public static void Begin(Job job, TimeSpan waited)
    {
        Waits.Record(Math.Max(0, waited.TotalSeconds), new KeyValuePair<string, object?>("kind", NameOf(job.Kind)));
        Running.Add(1, new KeyValuePair<string, object?>("kind", NameOf(job.Kind)));
    }

    /// <summary>A stage is over.</summary>
    public static void EndStage(JobKind kind, StageTrace stage) => Stages.Record(stage.Seconds, new("kind", NameOf(kind)), new("stage", stage.Stage));

    /// <summary>An attempt is over.</summary>
    /// <param name="kind">Kind of job.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="outcome">As in <see cref="JobTrace.Outcome"/>.</param>
    public static void End(JobKind kind, double seconds, string outcome)
    {
        Running.Add(-1, new KeyValuePair<string, object?>("kind", NameOf(kind)));
        Durations.Record(seconds, new("kind", NameOf(kind)), new("outcome", outcome));
        if (outcome == JobTrace.TriedAgain)
        {
            Retries.Add(1, new KeyValuePair<string, object?>("kind", NameOf(kind)));
        }
    }

    /// <summary>An attempt was found whose worker gives no sign of life.</summary>
    /// <param name="kind">Kind of job.</param>
    /// <param name="isTriedAgain">Whether there will be another.</param>
    public static void Lose(JobKind kind, bool isTriedAgain)
    {
        Losses.Add(1, new KeyValuePair<string, object?>("kind", NameOf(kind)));
        if (isTriedAgain)
        {
            Retries.Add(1, new KeyValuePair<string, object?>("kind", NameOf(kind)));
        }
    }
}

/// <summary>How many jobs of a kind stand in a queue.</summary>
/// <param name="Kind">Kind of job.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Status">Waiting or running.</param>
/// <param name="Jobs">How many.</param>
internal sealed record QueueDepth(JobKind Kind, JobQueueName Queue, JobStatus Status, long Jobs);
