using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>Gives shots whose clips have been deleted other clips. Everything else of the cut stays as it is, also their places, transitions and effects. Pure.</summary>
internal sealed class LostShots
{
    private readonly IReadOnlyList<CutClip> choices;
    private readonly Dictionary<Guid, int> uses;
    private readonly Dictionary<Guid, double> usedSeconds;
    private readonly IReadOnlyDictionary<Guid, CutClip> clips;
    private readonly TimelineMarks marks;
    private Cut cut;

    private LostShots(Cut cut, IReadOnlyDictionary<Guid, CutClip> clips, IReadOnlyList<CutClip> choices, TimelineMarks marks)
    {
        (this.cut, this.clips, this.choices, this.marks) = (cut, clips, choices, marks);
        uses = choices.ToDictionary(clip => clip.Id, clip => cut.Shots.Count(shot => shot.ClipId == clip.Id));
        usedSeconds = choices.ToDictionary(clip => clip.Id, clip => cut.Shots.Where(shot => shot.ClipId == clip.Id).Select(EndInClip).DefaultIfEmpty(0).Max());
    }

    /// <summary>How many shots have lost their clip.</summary>
    public static int Count(Cut cut, IReadOnlyDictionary<Guid, CutClip> clips) => cut.Shots.Count(shot => !clips.ContainsKey(shot.ClipId));

    /// <summary>The cut with other clips in their place: those that are seen least, not the one of a neighbour where there are others, each going on behind what has been seen of it.</summary>
    /// <param name="cut">The cut.</param>
    /// <param name="request">What would be planned now: its clips are the ones to choose from, with its seed and its wish for stills.</param>
    /// <param name="clips">All clips that there are.</param>
    /// <exception cref="StudioProblem">422 <c>composition.clip_gone</c>: there is none to choose.</exception>
    public static Cut Replaced(Cut cut, CutRequest request, IReadOnlyDictionary<Guid, CutClip> clips)
    {
        var choices = request.Clips.Concat(cut.Shots.Select(shot => clips.GetValueOrDefault(shot.ClipId)).OfType<CutClip>()).DistinctBy(clip => clip.Id).ToList();
        if (choices.Count == 0)
        {
            throw new StudioProblem(422, "composition.clip_gone", "All clips of this video have been deleted; add clips and make the video anew.");
        }

        var lost = cut.Shots.Where(shot => !clips.ContainsKey(shot.ClipId)).Select(shot => shot.Index).ToList();
        var mending = new LostShots(cut, clips, choices, TimelineMarks.Of(request.Grid, cut));
        lost.ForEach(mending.Replace);
        var moving = StillMotion.Fill(request with { Clips = choices, Rate = cut.Rate }, mending.cut.Shots);
        return mending.cut with { Shots = [.. mending.cut.Shots.Select(shot => lost.Contains(shot.Index) ? moving[shot.Index] : shot)] };
    }

    private void Replace(int shot)
    {
        Guid?[] beside = [cut.Shots.ElementAtOrDefault(shot - 1)?.ClipId, cut.Shots.ElementAtOrDefault(shot + 1)?.ClipId];
        var chosen = choices.OrderBy(clip => beside.Contains(clip.Id)).ThenBy(clip => uses[clip.Id]).First();
        cut = new TimelineEdits(cut, clips, marks).ChooseClip(shot, chosen.Id);
        if (TimelineEdits.RoomInClip(cut, shot, chosen).Most >= usedSeconds[chosen.Id])
        {
            cut = new TimelineEdits(cut, clips, marks).Slip(shot, usedSeconds[chosen.Id]);
        }

        uses[chosen.Id]++;
        usedSeconds[chosen.Id] = EndInClip(cut.Shots[shot]);
    }

    private double EndInClip(Shot shot) => shot.SourceStartSeconds + (cut.Rate.SecondsAt(shot.Frames.Count) * shot.Speed);
}
