using System.Diagnostics.Metrics;

namespace Downbeat.Telemetry;

/// <summary>The studio's own meter; every instrument hangs on it.</summary>
internal static class StudioMeter
{
    /// <summary>Name to subscribe to.</summary>
    public const string Name = "Downbeat";

    /// <summary>The meter.</summary>
    public static Meter Instance { get; } = new(Name);
}
