using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Http;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>
/// What a person changes about one shot of a cut: the body of PATCH /songs/{id}/timeline. Null leaves as it is; several changes are made in the order of the properties.
/// </summary>
public sealed record TimelineEdit
{
    private const int MostEffects = 200;

    /// <summary>The version that the caller saw; when another one is there by now, nothing is changed. Null: whichever is there.</summary>
    public int? Version { get; init; }

    /// <summary>Place of the shot in the film, from 0.</summary>
    public int? Shot { get; init; }

    /// <summary>The clip that it shows.</summary>
    public Guid? ClipId { get; init; }

    /// <summary>Where in the clip it begins, seconds, inside the clip; as near to that as the clip is long enough for.</summary>
    public double? SourceStart { get; init; }

    /// <summary>What fills it when its clip is too short: hold, loop …</summary>
    public string? Filling { get; init; }

    /// <summary>When it begins, seconds of the song: the nearest place of <see cref="Snap"/> between its neighbours. The shot before ends there.</summary>
    public double? Start { get; init; }

    /// <summary>How it comes in; kind <c>cut</c> for a hard cut.</summary>
    public TransitionWish? Transition { get; init; }

    /// <summary>The effects that begin in it, all of them; none for an empty list.</summary>
    public IReadOnlyList<ShotEffect>? Effects { get; init; }

    /// <summary>Whether a fresh plan keeps it.</summary>
    public bool? Locked { get; init; }

    /// <summary>A moment inside it, seconds of the song, near which it becomes two: the nearest place of <see cref="Snap"/>.</summary>
    public double? Split { get; init; }

    /// <summary>True: it goes on to the end of the next shot, which goes away.</summary>
    public bool? MergeNext { get; init; }

    /// <summary>beat, bar or section; beat when null.</summary>
    public string? Snap { get; init; }

    /// <summary>What else the request named. It is refused, not ignored.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Makes the changes.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>; 404 <c>clip.not_found</c>; 422 <c>timeline.infeasible</c>.</exception>
    internal Cut Apply(Cut cut, IReadOnlyDictionary<Guid, CutClip> clips, TimelineMarks marks)
    {
        if (Unknown?.Keys.FirstOrDefault() is { } unknown)
        {
            throw StudioProblem.Field(unknown, $"This studio does not know {unknown}; leave it out.");
        }

        var shot = Shot is { } index && index >= 0 && index < cut.Shots.Count ? index : throw StudioProblem.Field("shot", $"shot is the place of a shot in the film, from 0 to {cut.Shots.Count - 1}.");
        TimelineEdits On(Cut current) => new(current, clips, marks);
        cut = ClipId is { } clip ? On(cut).ChooseClip(shot, clips.ContainsKey(clip) ? clip : throw StudioProblem.NotFound("clip")) : cut;
        cut = SourceStart is { } source ? On(cut).Slip(shot, CompositionSettings.InRange(source, 0, LengthOf(clips.GetValueOrDefault(cut.Shots[shot].ClipId)), "sourceStart")) : cut;
        cut = ReadFilling(cut, shot, clips) is { } filling ? On(cut).SetFilling(shot, filling) : cut;
        cut = Start is { } start ? On(cut).MoveStart(shot, Place(cut, marks, start, "start", TimelineEdits.RoomOfStart(cut, shot))) : cut;
        cut = Transition is { } transition ? On(cut).SetTransition(shot, ReadTransition(transition, shot), Seconds(transition)) : cut;
        cut = Effects is { } effects ? On(cut).SetHits(shot, ReadEffects(cut, shot, effects)) : cut;
        cut = Locked is { } isLocked ? On(cut).Lock(shot, isLocked) : cut;
        cut = Split is { } split ? On(cut).Split(shot, Place(cut, marks, split, "split", TimelineEdits.RoomInside(cut, shot))) : cut;
        return MergeNext is true ? On(cut).MergeWithNext(shot < cut.Shots.Count - 1 ? shot : throw Infeasible("The last shot has no next one to be merged with.")) : cut;
    }

    /// <summary>A still and a clip that is gone have no length to keep to.</summary>
    private static double LengthOf(CutClip? clip) => clip is { IsStill: false } ? clip.DurationSeconds : 1e6;

    private Filling? ReadFilling(Cut cut, int shot, IReadOnlyDictionary<Guid, CutClip> clips) =>
        Choices.Read<Filling>(Filling, "filling") is Planning.Filling.PingPong && clips.TryGetValue(cut.Shots[shot].ClipId, out var clip) && !TimelineEdits.CanTurn(cut, clip)
            ? throw Infeasible("This clip is too long to run to and fro at this size; let it start again, or choose a shorter one.")
            : Choices.Read<Filling>(Filling, "filling");

    private int Place(Cut cut, TimelineMarks marks, double seconds, string field, (int Least, int Most) room)
    {
        var end = cut.StartSeconds + cut.DurationSeconds;
        _ = seconds >= cut.StartSeconds && seconds <= end ? seconds : throw StudioProblem.Field(field, FormattableString.Invariant($"{field} is a moment of the film, from {cut.StartSeconds:0.###} to {end:0.###} seconds of the song."));
        return marks.Nearest(seconds, Choices.Read<Snap>(Snap, "snap") ?? Timeline.Snap.Beat, room.Least, room.Most)?.Frame
            ?? throw Infeasible(field == "split" ? "There is no beat inside this shot to split it at." : "There is no other beat between the shots around this cut that it could stand on.");
    }

    private static TransitionKind? ReadTransition(TransitionWish wish, int shot) => wish.Read() is { } kind && shot == 0 ? throw Infeasible("Nothing comes before the first shot; a transition needs two.") : wish.Read();

    private static double Seconds(TransitionWish wish) => CompositionSettings.InRange(wish.Seconds ?? 0.5, 0.05, 5, "transition.seconds");

    private static List<EffectHit> ReadEffects(Cut cut, int shot, IReadOnlyList<ShotEffect> effects)
    {
        var frames = cut.Shots[shot].Frames;
        return effects.Count > MostEffects ? throw StudioProblem.Field("effects", $"effects has at most {MostEffects} for one shot.") : [.. effects.Select((effect, i) => (effect ?? throw StudioProblem.Field($"effects[{i}]", "An effect has a kind and a place.")).ToHit(cut, frames, $"effects[{i}]"))];
    }

    private static StudioProblem Infeasible(string sentence) => new(422, "timeline.infeasible", sentence);
}

/// <summary>An effect in a shot.</summary>
/// <param name="Kind">flash, colorBurst, zoomPulse, brightnessPulse, glitch, shake or strobe.</param>
/// <param name="At">When it is full, seconds of the song, inside the shot.</param>
/// <param name="Strength">0 to 1; 0.5 when null.</param>
/// <param name="Seconds">How long it takes to die away, 0.02 to 2; 0.25 when null.</param>
public sealed record ShotEffect(string? Kind, double At, double? Strength, double? Seconds)
{
    internal EffectHit ToHit(Cut cut, Timing.FrameRange frames, string field)
    {
        var kind = Choices.Read<EffectKind>(Kind, $"{field}.kind") ?? throw StudioProblem.Field($"{field}.kind", $"{field}.kind says what is seen, for example flash or zoomPulse.");
        var inside = CompositionSettings.InRange(At, cut.StartSeconds, cut.StartSeconds + cut.DurationSeconds, $"{field}.at");
        var frame = cut.Rate.FrameAt(inside - cut.StartSeconds);
        return frame >= frames.Start && frame < frames.End
            ? new(kind, frame, Math.Max(1, cut.Rate.FrameAt(CompositionSettings.InRange(Seconds ?? 0.25, 0.02, 2, $"{field}.seconds"))), CompositionSettings.InRange(Strength ?? 0.5, 0, 1, $"{field}.strength"))
            : throw StudioProblem.Field($"{field}.at", $"{field}.at lies inside the shot.");
    }
}
