using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Downbeat.Telemetry;

/// <summary>Counts what this process sent away because there was too much of it, by the code that the caller got.</summary>
internal static class Refusals
{
    private static readonly Counter<long> Refused = StudioMeter.Instance.CreateCounter<long>("downbeat.admission.refused", "{request}", "Requests, jobs and circuits that were refused because there was too much.");
    private static readonly ConcurrentDictionary<string, long> Counts = new();

    /// <summary>How many since the start, by reason.</summary>
    public static IReadOnlyDictionary<string, long> ByReason => new SortedDictionary<string, long>(Counts, StringComparer.Ordinal);

    /// <summary>Counts one and gives it back to be thrown.</summary>
    public static StudioProblem Of(StudioProblem problem)
    {
        Count(problem.Code);
        return problem;
    }

    /// <summary>Counts one.</summary>
    /// <param name="reason">Stable code, such as <c>request.too_many</c>.</param>
    public static void Count(string reason)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
        Counts.AddOrUpdate(reason, 1, (_, count) => count + 1);
    }
}
