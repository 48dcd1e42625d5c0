using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions;

/// <summary>A cut as programs see it.</summary>
/// <param name="Fps">Frames per second.</param>
/// <param name="Frames">Frames in all.</param>
/// <param name="Shots">In order; they cover the film without gap or overlap.</param>
/// <param name="Weakened">How many hits of effects are weaker than asked for, or left out, so that the film does not flash more than people can bear.</param>
internal sealed record PlanView(double Fps, int Frames, IReadOnlyList<PlannedShot> Shots, int Weakened)
{
    /// <summary>How many captions are shown.</summary>
    public required int Captions { get; init; }

    /// <summary>How many cards with titles are shown: one at the beginning, one at the end.</summary>
    public required int Cards { get; init; }

    /// <summary>In how many shots the view moves over a still.</summary>
    public required int MovingStills { get; init; }

    /// <summary>What is done in shots that outlast their clips.</summary>
    public required ShortShots ShortShots { get; init; }

    /// <summary>What rendering it costs; null where that was not asked.</summary>
    public FilmEstimate? Estimate { get; init; }

    public static PlanView Of(Cut cut) => new(cut.Rate.PerSecond, cut.Frames, [.. cut.Shots.Select(shot => PlannedShot.Of(cut, shot))], cut.WeakenedHits)
    {
        Captions = cut.Captions?.Lines.Count ?? 0,
        Cards = cut.Cards.Count,
        MovingStills = cut.Shots.Count(shot => shot.Motion is not null),
        ShortShots = ShortShots.Of(cut),
    };
}

/// <summary>A shot as programs see it; a hard cut has no transition. Filling and speed say what is done where the clip is too short for it.</summary>
internal sealed record PlannedShot(
    int Index, Guid ClipId, int StartFrame, int EndFrame, double SourceStart, Filling Filling, double Speed, int? BeatIndex, PlannedTransition? Transition, IReadOnlyList<PlannedEffect> Effects)
{
    public static PlannedShot Of(Cut cut, Shot shot) => new(
        shot.Index, shot.ClipId, shot.Frames.Start, shot.Frames.End, shot.SourceStartSeconds, shot.Filling, shot.Speed, shot.BeatIndex,
        shot.Transition is { } transition ? new(transition.Kind, cut.Rate.SecondsAt(transition.Frames)) : null,
        [.. cut.Hits.Where(hit => hit.Frame >= shot.Frames.Start && hit.Frame < shot.Frames.End).Select(hit => new PlannedEffect(hit.Kind, hit.Frame, hit.Frames, hit.Strength))]);
}

/// <summary>How the shot before goes over into this one; the cut is its middle.</summary>
internal sealed record PlannedTransition(TransitionKind Kind, double Seconds);

/// <summary>An effect in a shot; it is full at its first frame and has died away after its last.</summary>
internal sealed record PlannedEffect(EffectKind Kind, int StartFrame, int Frames, double Strength);

/// <summary>Shots that outlast their clips, by what is done in them.</summary>
/// <param name="Slowed">The clip is slowed down.</param>
/// <param name="Turned">It runs to and fro.</param>
/// <param name="Looped">It starts again.</param>
/// <param name="Held">Its last picture stays.</param>
internal sealed record ShortShots(int Slowed, int Turned, int Looped, int Held)
{
    public static ShortShots Of(Cut cut)
    {
        int Count(Func<Shot, bool> isSuch) => cut.Shots.Count(isSuch);
        return new(
            Count(shot => shot.Speed < 1),
            Count(shot => shot is { Speed: >= 1, Filling: Filling.PingPong }),
            Count(shot => shot is { Speed: >= 1, Filling: Filling.Loop }),
            Count(shot => shot is { Speed: >= 1, Filling: Filling.Hold, SourceEndSeconds: not null }));
    }
}
