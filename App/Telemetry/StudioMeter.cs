using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Downbeat.Telemetry;

/// <summary>The studio's own meter and source of activities; every instrument and every span hangs on them.</summary>
internal static class StudioMeter
{
    /// <summary>Name to subscribe to, of both.</summary>
    public const string Name = "Downbeat";

    /// <summary>The meter.</summary>
    public static Meter Instance { get; } = new(Name);

    /// <summary>The source of activities: job attempts and runs of media tools.</summary>
    public static ActivitySource Activities { get; } = new(Name);
}
