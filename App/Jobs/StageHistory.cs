using System.Collections.Concurrent;
using Downbeat.Data;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Jobs;

/// <summary>Knows how long the stages of each kind of job took lately, and says when one takes more than twice as long as it used to.</summary>
internal sealed class StageHistory(IDbContextFactory<StudioDb> databases, ILogger<StageHistory> logger)
{
    private const int Remembered = 30;
    private const int Enough = 5;
    private const double TooLong = 2;
    private const double WorthALineSeconds = 1;

    private readonly ConcurrentDictionary<JobKind, Task<Dictionary<string, Queue<double>>>> kinds = new();

    /// <summary>Takes an attempt in that has done its work, after the log has been told of the stages that stand out.</summary>
    public async Task TakeAsync(JobTrace trace)
    {
        var loading = kinds.GetOrAdd(trace.Kind, LoadAsync);
        if (loading.IsFaulted)
        {
            // The database was away when it was first asked.
            kinds.TryRemove(new(trace.Kind, loading));
            loading = kinds.GetOrAdd(trace.Kind, LoadAsync);
        }

        var history = await loading;
        lock (history)
        {
            // One name may come up several times in an attempt; what counts is the time it took in all.
            foreach (var stage in trace.Stages.GroupBy(stage => stage.Stage))
            {
                var seconds = stage.Sum(part => part.Seconds);
                if (!history.TryGetValue(stage.Key, out var before))
                {
                    history[stage.Key] = before = new();
                }

                if (before.Count >= Enough && seconds > WorthALineSeconds && seconds > TooLong * Median(before))
                {
                    logger.LogWarning(
                        "{Stage} of {Kind} job {JobId} took {Seconds:0.0} s, {Times:0.0} times as long as it used to ({Median:0.0} s, the median of {Runs}): {Cause}",
                        stage.Key, trace.Kind, trace.JobId, seconds, seconds / Median(before), Median(before), before.Count,
                        stage.Aggregate(default(Telemetry.Counts), (sum, part) => sum + part.Counts).Cause(seconds));
                }

                before.Enqueue(seconds);
                if (before.Count > Remembered)
                {
                    before.Dequeue();
                }
            }
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private async Task<Dictionary<string, Queue<double>>> LoadAsync(JobKind kind)
    {
        await using var db = await databases.CreateDbContextAsync();
        var traces = await db.JobTraces.AsNoTracking()
            .Where(trace => trace.Kind == kind && trace.Outcome == "succeeded")
            .OrderByDescending(trace => trace.StartedAt)
            .Skip(1) // the one that is about to be taken in
            .Take(Remembered)
            .Select(trace => new JobTrace { StagesJson = trace.StagesJson })
            .ToListAsync();
        traces.Reverse();
        return traces
            .SelectMany(trace => trace.Stages.GroupBy(stage => stage.Stage).Select(stage => (stage.Key, Seconds: stage.Sum(part => part.Seconds))))
            .GroupBy(stage => stage.Key, stage => stage.Seconds)
            .ToDictionary(stage => stage.Key, stage => new Queue<double>(stage));
    }
}
