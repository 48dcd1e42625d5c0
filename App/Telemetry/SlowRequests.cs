using System.Collections.Concurrent;

namespace Downbeat.Telemetry;

/// <summary>A request that took its time.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, without what stood behind the question mark.</param>
/// <param name="Route">The route that it took.</param>
/// <param name="Status">What it was answered with.</param>
/// <param name="Seconds">From its arrival to the beginning of the answer.</param>
/// <param name="TraceId">What the logs call it.</param>
/// <param name="Cause">What it spent its time with.</param>
internal sealed record SlowRequest(DateTimeOffset At, string Method, string Path, string Route, int Status, double Seconds, string TraceId, string Cause);

/// <summary>The slowest requests of the last quarter of an hour on this instance.</summary>
internal sealed class SlowRequests(TimeProvider clock)
{
    private const int MostKept = 500;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WorthALook = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentQueue<SlowRequest> kept = new();

    /// <summary>The slowest, slowest first.</summary>
    /// <param name="most">How many.</param>
    public IReadOnlyList<SlowRequest> Slowest(int most) => [.. kept.Where(request => request.At > clock.GetUtcNow() - Window).OrderByDescending(request => request.Seconds).Take(most)];

    /// <summary>Takes note of a request, when it is worth a look.</summary>
    public void Take(HttpContext context, string route, TimeSpan took, Counts counts)
    {
        if (took < WorthALook)
        {
            return;
        }

        var now = clock.GetUtcNow();
        kept.Enqueue(new(
            now, context.Request.Method, context.Request.Path, route, context.Response.StatusCode, took.TotalSeconds, context.TraceIdentifier, counts.Cause(took.TotalSeconds)));
        while (kept.TryPeek(out var oldest) && (kept.Count > MostKept || oldest.At < now - Window) && kept.TryDequeue(out _))
        {
            // Until what is left is young and few enough.
        }
    }
}
