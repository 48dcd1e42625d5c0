using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>A timeline as programs see it.</summary>
internal sealed record TimelineView
{
    /// <summary>The song.</summary>
    public required Guid SongId { get; init; }

    /// <summary>Counts up with each change; 0 while nothing was changed by hand.</summary>
    public required int Version { get; init; }

    /// <summary>True when the last change can be undone.</summary>
    public required bool CanUndo { get; init; }

    /// <summary>True when an undone change can be made again.</summary>
    public required bool CanRedo { get; init; }

    /// <summary>True when the song's beats or parts are others by now than those it was planned on.</summary>
    public required bool IsOutdated { get; init; }

    /// <summary>What it was planned by.</summary>
    public required CompositionSettings Settings { get; init; }

    /// <summary>Frames per second.</summary>
    public required double Fps { get; init; }

    /// <summary>Frames in all.</summary>
    public required int Frames { get; init; }

    /// <summary>Where in the song the film begins, seconds.</summary>
    public required double Start { get; init; }

    /// <summary>In order; they cover the film without gap or overlap.</summary>
    public required IReadOnlyList<TimelineShot> Shots { get; init; }

    public static TimelineView Of(OpenTimeline open)
    {
        var plan = PlanView.Of(open.Cut);
        return new()
        {
            SongId = open.SongId,
            Version = open.Version,
            CanUndo = open.History.CanUndo,
            CanRedo = open.History.CanRedo,
            IsOutdated = open.IsOutdated,
            Settings = open.Content.Settings,
            Fps = plan.Fps,
            Frames = plan.Frames,
            Start = open.Cut.StartSeconds,
            Shots = [.. plan.Shots.Zip(open.Cut.Shots, (planned, shot) => TimelineShot.Of(open, planned, shot))],
        };
    }
}

/// <summary>A shot as programs see it: start and end in seconds of the song, the rest as in a plan.</summary>
internal sealed record TimelineShot(
    int Index, Guid ClipId, int StartFrame, int EndFrame, double Start, double End, double SourceStart, double Speed, Filling Filling, double MissingSeconds, int? BeatIndex, bool Locked, bool ClipGone,
    PlannedTransition? Transition, IReadOnlyList<ShotEffect> Effects)
{
    public static TimelineShot Of(OpenTimeline open, PlannedShot planned, Shot shot)
    {
        var clip = open.Clips.GetValueOrDefault(shot.ClipId);
        return new(
            planned.Index, planned.ClipId, planned.StartFrame, planned.EndFrame, open.SongSeconds(planned.StartFrame), open.SongSeconds(planned.EndFrame), planned.SourceStart, shot.Speed, shot.Filling,
            clip is null ? 0 : TimelineEdits.MissingSeconds(open.Cut, shot.Index, clip), planned.BeatIndex, shot.IsLocked, clip is null, planned.Transition,
            open.EffectsOf(shot));
    }
}

/// <summary>What to put on the table.</summary>
/// <param name="Version">The version that the caller saw; when another one is there by now, nothing is changed. Null: whichever is there.</param>
/// <param name="CompositionId">A video of the song: its cut as it was made.</param>
/// <param name="Settings">What to plan afresh by when no video is named; the usual settings when null. Locked shots stay.</param>
internal sealed record TimelineStart(int? Version, Guid? CompositionId, CompositionSettings? Settings);

/// <summary>What to render.</summary>
/// <param name="Version">The version that the caller saw; when another one is there by now, nothing is rendered. Null: whichever is there.</param>
/// <param name="Preset">draft, fast, balanced or high; as it was planned when null.</param>
/// <param name="Priority">0 (last) to 9 (first); as it was planned when null.</param>
internal sealed record TimelineRender(int? Version, string? Preset, int? Priority);

/// <summary>A step in the history.</summary>
/// <param name="Version">The version that the caller saw; when another one is there by now, nothing is changed. Null: whichever is there.</param>
internal sealed record TimelineStep(int? Version);
