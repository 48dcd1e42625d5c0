using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>
/// A stretch of a shot that runs through its clip in one go. Most shots are one run; where the clip ends before the shot does, the next run starts it again or holds its last picture,
/// which editing programs have no other words for. A shot that runs to and fro is handed over as one that starts again.
/// </summary>
/// <param name="Shot">The shot.</param>
/// <param name="Frames">Where it shows, in frames of the film.</param>
/// <param name="SourceSeconds">Where in the clip it begins.</param>
/// <param name="Speed">How fast the clip runs; 0 when one picture is held.</param>
internal sealed record FilmRun(Shot Shot, FrameRange Frames, double SourceSeconds, double Speed)
{
    private const double RoundingSeconds = 1e-6;

    /// <summary>True when one picture is held.</summary>
    public bool IsHeld => Speed == 0;

    /// <summary>The first of its shot.</summary>
    public bool BeginsShot => Frames.Start == Shot.Frames.Start;

    /// <summary>The last of its shot.</summary>
    public bool EndsShot => Frames.End == Shot.Frames.End;

    /// <summary>Where in the clip a frame of the film lies; before the run where a transition shows the clip earlier.</summary>
    public double SourceAt(FrameRate rate, int frame) => Math.Max(0, SourceSeconds + (rate.SecondsAt(frame - Frames.Start) * Speed));

    /// <summary>The runs of a shot in order; they cover it.</summary>
    public static IReadOnlyList<FilmRun> Of(Shot shot, HandoverClip clip, FrameRate rate)
    {
        if (clip.IsStill)
        {
            return [new(shot, shot.Frames, 0, 0)];
        }

        var runs = new List<FilmRun>();
        for (var frame = shot.Frames.Start; frame < shot.Frames.End; frame = runs[^1].Frames.End)
        {
            var passed = shot.SourceStartSeconds + (rate.SecondsAt(frame - shot.Frames.Start) * shot.Speed);
            var lap = Math.Floor((passed + RoundingSeconds) / clip.DurationSeconds);
            if (lap > 0 && shot.Filling == Filling.Hold)
            {
                runs.Add(new(shot, new(frame, shot.Frames.End), Math.Max(0, clip.DurationSeconds - clip.Rate.SecondsAt(1)), 0));
                continue;
            }

            var place = Math.Max(0, passed - (lap * clip.DurationSeconds));
            var left = (int)Math.Min(shot.Frames.Count, Math.Ceiling(((clip.DurationSeconds - place) / shot.Speed * rate.PerSecond) - RoundingSeconds));
            runs.Add(new(shot, new(frame, Math.Min(shot.Frames.End, frame + Math.Max(1, left))), place, shot.Speed));
        }

        return runs;
    }
}
