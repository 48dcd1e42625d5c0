using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Downbeat.Telemetry;

/// <summary>Measures a call to the file store; it ends when the value is disposed.</summary>
/// <param name="call">What is done: <c>put</c>, <c>delete</c>.</param>
internal readonly struct StorageCall(string call) : IDisposable
{
    private static readonly Histogram<double> Durations = StudioMeter.Instance.CreateHistogram<double>("downbeat.storage.duration", "s", "Duration of a call to the file store.");

    private readonly long begun = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void Dispose()
    {
        var took = Stopwatch.GetElapsedTime(begun);
        Durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("call", call));
        Tally.Current?.AddStorage(took);
    }
}
