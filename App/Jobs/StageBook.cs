using System.Text.Json;
using Downbeat.Telemetry;

namespace Downbeat.Jobs;

/// <summary>Takes down what stages an attempt goes through, and what each asks for.</summary>
internal sealed class StageBook
{
    private readonly Job job;
    private readonly Tally tally;
    private readonly TimeProvider clock;
    private readonly DateTimeOffset startedAt;
    private readonly long begun;
    private readonly List<StageTrace> stages = [];
    private readonly Lock gate = new();
    private string stage = "Starting";
    private double stageStart;
    private Counts countsBefore;

    /// <summary>Begins with the stage <c>Starting</c>.</summary>
    public StageBook(Job job, Tally tally, TimeProvider clock)
    {
        (this.job, this.tally, this.clock) = (job, tally, clock);
        (startedAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        tally.Stage = stage;
    }

    /// <summary>Seconds since the attempt began.</summary>
    public double Seconds => clock.GetElapsedTime(begun).TotalSeconds;

    /// <summary>What the time went into.</summary>
    public string Cause => tally.Counts.Cause(Seconds);

    /// <summary>The stages so far; the last of them may be going on.</summary>
    public IReadOnlyList<StageTrace> Stages
    {
        get
        {
            lock (gate)
            {
                return [.. stages, Present()];
            }
        }
    }

    /// <summary>Another stage begins.</summary>
    public void Enter(string next)
    {
        lock (gate)
        {
            Close();
            (stage, stageStart, countsBefore) = (next, Seconds, tally.Counts);
            tally.Stage = next;
        }
    }

    /// <summary>The last stage is over. Gives what there is to keep of the attempt.</summary>
    /// <param name="waited">How long the job had waited for it.</param>
    /// <param name="outcome">As in <see cref="JobTrace.Outcome"/>.</param>
    public JobTrace End(TimeSpan waited, string outcome)
    {
        lock (gate)
        {
            Close();
            return new()
            {
                JobId = job.Id,
                Attempt = job.Attempt,
                Kind = job.Kind,
                TraceId = System.Diagnostics.Activity.Current?.TraceId.ToHexString() ?? "",
                Instance = Environment.MachineName,
                WaitedSeconds = Math.Max(0, waited.TotalSeconds),
                StartedAt = startedAt,
                Seconds = Seconds,
                Outcome = outcome,
                StagesJson = JsonSerializer.Serialize(stages),
                RunsJson = JsonSerializer.Serialize(tally.Runs),
            };
        }
    }

    private StageTrace Present() => new(stage, stageStart, Seconds - stageStart, tally.Counts - countsBefore);

    private void Close()
    {
        var ended = Present();
        stages.Add(ended);
        JobMeter.EndStage(job.Kind, ended);
    }
}
