using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How well the cuts of a finished film meet their beats, measured on the file.</summary>
/// <param name="Cuts">Every cut that was planned for a beat, in order.</param>
/// <param name="MaxErrorMs">Largest distance; 0 when no cut was planned for a beat.</param>
public sealed record SyncReport(IReadOnlyList<MeasuredCut> Cuts, double MaxErrorMs)
{
    /// <summary>A report of cuts.</summary>
    internal static SyncReport Of(IReadOnlyList<MeasuredCut> cuts) => new(cuts, cuts.Count == 0 ? 0 : cuts.Max(cut => Math.Abs(cut.ErrorMs)));

    /// <summary>Compares planned beats with the time stamps of the pictures in the file that stand alone: each piece begins with one. The pictures themselves are not looked at.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="keyframeSeconds">When those pictures are shown, rising, seconds from the film's start; at least one.</param>
    internal static SyncReport Of(Cut cut, IReadOnlyList<double> keyframeSeconds) => Of(
        [.. cut.Shots.Where(shot => shot.BeatIndex is not null).Select(shot => new MeasuredCut(shot.PlannedSeconds, cut.StartSeconds + StampOf(cut, shot, keyframeSeconds)))]);

    /// <summary>When a shot begins by the file's time stamps, seconds from the film's start; of a transition the middle.</summary>
    internal static double StampOf(Cut cut, Shot shot, IReadOnlyList<double> keyframeSeconds)
    {
        var half = (shot.Transition?.Frames ?? 0) / 2;
        var (from, to) = (Nearest(keyframeSeconds, cut.Rate.SecondsAt(shot.Frames.Start - half)), Nearest(keyframeSeconds, cut.Rate.SecondsAt(shot.Frames.Start + half)));
        return (from + to) / 2;
    }

    private static double Nearest(IReadOnlyList<double> times, double seconds) => times.MinBy(time => Math.Abs(time - seconds));
}

/// <summary>One cut, in the song's time.</summary>
/// <param name="PlannedBeatSeconds">The beat.</param>
/// <param name="MeasuredSeconds">When the picture changes in the file; of a transition the middle of its change.</param>
public sealed record MeasuredCut(double PlannedBeatSeconds, double MeasuredSeconds)
{
    /// <summary>Whether the change was found in the pictures; false where they do not tell (both sides look alike, or something else changes as much) and the time is that of the file's time stamps; null when the pictures were not looked at.</summary>
    public bool? Seen { get; init; }

    /// <summary>Measured less planned; below 0 the picture is early.</summary>
    public double ErrorMs => (MeasuredSeconds - PlannedBeatSeconds) * 1000;
}
