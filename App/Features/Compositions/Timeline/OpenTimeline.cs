using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>A cut on the table: what it is by now, and what it can be made of.</summary>
public sealed class OpenTimeline
{
    private TimelineMarks? marks;
    private Dictionary<Guid, CutClip>? clips;

    /// <param name="songId">The song.</param>
    /// <param name="draft">The stored draft; null while nothing was changed: then it is the plan of the usual settings.</param>
    /// <param name="content">Cut and settings.</param>
    /// <param name="grid">The song's grid in effect.</param>
    /// <param name="footage">The clips that are ready, in order.</param>
    internal OpenTimeline(Guid songId, Draft? draft, DraftContent content, BeatGrid grid, IReadOnlyList<Clip> footage) =>
        (SongId, Draft, Content, Grid, Footage) = (songId, draft, content, grid, footage);

    /// <summary>The song.</summary>
    public Guid SongId { get; }

    /// <summary>The song's grid in effect.</summary>
    public BeatGrid Grid { get; }

    /// <summary>The clips that are ready, in order.</summary>
    public IReadOnlyList<Clip> Footage { get; }

    /// <summary>Counts up with each change; 0 while nothing was.</summary>
    public int Version => Draft?.Version ?? 0;

    /// <summary>True when the song's beats or parts are others by now than those it was planned on.</summary>
    public bool IsOutdated => Content.GridPrint != Grid.Fingerprint();

    /// <summary>The stored draft; null while nothing was changed.</summary>
    internal Draft? Draft { get; }

    /// <summary>Cut and settings.</summary>
    internal DraftContent Content { get; }

    /// <summary>The cut.</summary>
    internal Cut Cut => Content.Cut;

    /// <summary>Which states can be gone back to.</summary>
    internal DraftHistory History => Draft is null ? default : new(Draft.OldestState, Draft.CurrentState, Draft.NewestState);

    /// <summary>Where cuts may stand.</summary>
    internal TimelineMarks Marks => marks ??= TimelineMarks.Of(Grid, Cut);

    /// <summary>The clips as edits see them.</summary>
    internal IReadOnlyDictionary<Guid, CutClip> Clips => clips ??= Footage.ToDictionary(clip => clip.Id, CutClip.Of);

    /// <summary>A moment of the film in seconds of the song.</summary>
    internal double SongSeconds(int frame) => Cut.StartSeconds + Cut.Rate.SecondsAt(frame);

    /// <summary>The shot that is seen at a moment of the song; the first before the film, the last after it.</summary>
    internal int ShotAt(double songSeconds)
    {
        var frame = Cut.Rate.FrameAt(songSeconds - Cut.StartSeconds);
        return Math.Max(0, Cut.Shots.Count(shot => shot.Frames.Start <= frame) - 1);
    }

    /// <summary>The effects that begin in a shot.</summary>
    internal IEnumerable<EffectHit> HitsOf(Shot shot) => Cut.Hits.Where(hit => hit.Frame >= shot.Frames.Start && hit.Frame < shot.Frames.End);

    /// <summary>The same as they are asked for.</summary>
    internal IReadOnlyList<ShotEffect> EffectsOf(Shot shot) =>
        [.. HitsOf(shot).Select(hit => new ShotEffect(ShotWords.Code(hit.Kind), SongSeconds(hit.Frame), hit.Strength, Cut.Rate.SecondsAt(hit.Frames)))];

    /// <summary>Place of a clip among those of the song, from 0; after them for one that is gone. It chooses the colour.</summary>
    internal int NumberOf(Guid clipId) => Footage.TakeWhile(clip => clip.Id != clipId).Count();

    /// <summary>The cut with the locked shots of another one laid over it.</summary>
    internal Cut KeepLocked(Cut old) => new TimelineEdits(Cut, Clips, Marks).KeepLocked(old);

    /// <summary>The cut moved to the beats that are heard now.</summary>
    internal Cut FollowMarks() => new TimelineEdits(Cut, Clips, Marks).FollowMarks();

    /// <summary>How many cuts stand where nothing of the music begins.</summary>
    internal int CutsOffBeat => TimelineEdits.CutsOffBeat(Cut, Marks);

    /// <summary>How many shots show a clip that has been deleted.</summary>
    internal int ShotsWithoutClip => Cut.Shots.Count(shot => !Clips.ContainsKey(shot.ClipId));

    /// <summary>The same table with another cut on it.</summary>
    internal OpenTimeline With(Draft? draft, DraftContent content) => new(SongId, draft, content, Grid, Footage);
}
