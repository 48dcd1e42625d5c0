using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>A cut on the table: what it is by now, and what it can be made of.</summary>
/// <param name="SongId">The song.</param>
/// <param name="Draft">The stored draft; null while nothing was changed: then it is the plan of the usual settings.</param>
/// <param name="Content">Cut and settings.</param>
/// <param name="Grid">The song's grid in effect.</param>
/// <param name="Footage">The clips that are ready, in order.</param>
internal sealed record OpenTimeline(Guid SongId, Draft? Draft, DraftContent Content, BeatGrid Grid, IReadOnlyList<Clip> Footage)
{
    private TimelineMarks? marks;
    private Dictionary<Guid, CutClip>? clips;

    /// <summary>The cut.</summary>
    public Cut Cut => Content.Cut;

    /// <summary>Counts up with each change; 0 while nothing was.</summary>
    public int Version => Draft?.Version ?? 0;

    /// <summary>Which states can be gone back to.</summary>
    public DraftHistory History => Draft is null ? default : new(Draft.OldestState, Draft.CurrentState, Draft.NewestState);

    /// <summary>True when the song's beats or parts are others by now than those it was planned on.</summary>
    public bool IsOutdated => Content.GridPrint != Grid.Fingerprint();

    /// <summary>Where cuts may stand.</summary>
    public TimelineMarks Marks => marks ??= TimelineMarks.Of(Grid, Cut);

    /// <summary>The clips as edits see them.</summary>
    public IReadOnlyDictionary<Guid, CutClip> Clips => clips ??= Footage.ToDictionary(clip => clip.Id, clip => new CutClip(clip.Id, clip.DurationSeconds ?? 0, clip.IsStill));

    /// <summary>The cut with the locked shots of another one laid over it.</summary>
    public Cut KeepLocked(Cut old) => new TimelineEdits(Cut, Clips, Marks).KeepLocked(old);

    /// <summary>The same table with another cut on it.</summary>
    public OpenTimeline With(Draft? draft, DraftContent content) => new(SongId, draft, content, Grid, Footage);
}
