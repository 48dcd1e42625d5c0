using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How well the cuts of a finished film meet their beats, measured on the file.</summary>
/// <param name="Cuts">Every cut that was planned for a beat, in order.</param>
/// <param name="MaxErrorMs">Largest distance; 0 when no cut was planned for a beat.</param>
internal sealed record SyncReport(IReadOnlyList<MeasuredCut> Cuts, double MaxErrorMs)
{
    /// <summary>Compares planned beats with the pictures in the file that stand alone: each piece begins with one. A transition is measured in its middle.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="keyframeSeconds">When those pictures are shown, rising, seconds from the film's start; at least one.</param>
    public static SyncReport Of(Cut cut, IReadOnlyList<double> keyframeSeconds)
    {
        var cuts = cut.Shots.Where(shot => shot.BeatIndex is not null)
            .Select(shot => new MeasuredCut(shot.PlannedSeconds, cut.StartSeconds + Measured(cut, shot, keyframeSeconds)))
            .ToList();
        return new(cuts, cuts.Count == 0 ? 0 : cuts.Max(c => Math.Abs(c.ErrorMs)));
    }

    private static double Measured(Cut cut, Shot shot, IReadOnlyList<double> keyframeSeconds)
    {
        var half = (shot.Transition?.Frames ?? 0) / 2;
        var (from, to) = (Nearest(keyframeSeconds, cut.Rate.SecondsAt(shot.Frames.Start - half)), Nearest(keyframeSeconds, cut.Rate.SecondsAt(shot.Frames.Start + half)));
        return (from + to) / 2;
    }

    private static double Nearest(IReadOnlyList<double> times, double seconds) => times.MinBy(time => Math.Abs(time - seconds));
}

/// <summary>One cut, in the song's time.</summary>
/// <param name="PlannedBeatSeconds">The beat.</param>
/// <param name="MeasuredSeconds">When the picture changes in the file.</param>
internal sealed record MeasuredCut(double PlannedBeatSeconds, double MeasuredSeconds)
{
    /// <summary>Measured less planned; below 0 the picture is early.</summary>
    public double ErrorMs => (MeasuredSeconds - PlannedBeatSeconds) * 1000;
}
