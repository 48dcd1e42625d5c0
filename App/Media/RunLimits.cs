namespace Downbeat.Media;

/// <summary>How far one run may go.</summary>
/// <param name="WallClock">It is killed after this time.</param>
/// <param name="Stall">It is killed when the output has not moved for this time.</param>
internal readonly record struct RunLimits(TimeSpan WallClock, TimeSpan Stall)
{
    /// <summary>Whether a driver of a device runs in it: these map far more memory than there is, so that a bound on what is mapped would stop them.</summary>
    public bool UsesDriver { get; init; }

    /// <summary>For finding out whether a device works: 10 s.</summary>
    public static RunLimits Trial { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)) { UsesDriver = true };

    /// <summary>For looks at one file: 60 s in all, 30 s without movement.</summary>
    public static RunLimits Short { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30));

    /// <summary>For reading a whole file once: 10 minutes in all, 30 s without movement.</summary>
    public static RunLimits WholeFile { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30));

    /// <summary>For renders: an hour in all, a minute without movement.</summary>
    public static RunLimits Render { get; } = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
}
