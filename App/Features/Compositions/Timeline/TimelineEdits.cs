using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>
/// What can be done to a cut by hand, each as a new cut. Shots go on covering the film without gap or overlap, transitions stay within their two shots, and what a shot shows stays inside its clip.
/// Pure. A shot whose clip is gone keeps its place in it.
/// </summary>
/// <param name="cut">The cut.</param>
/// <param name="clips">The clips that there are.</param>
/// <param name="marks">Where its cuts may stand.</param>
internal sealed class TimelineEdits(Cut cut, IReadOnlyDictionary<Guid, CutClip> clips, TimelineMarks marks)
{
    private const double ShortestShotSeconds = 0.1;
    private const double RoundingShare = 1e-6;
    private const double RoundingSeconds = 1e-9;

    /// <summary>A clip that is short by no more than this holds its last picture: a loop would only flash.</summary>
    private const double HoldSeconds = 0.1;

    /// <summary>Fewest frames that an edit leaves of a shot.</summary>
    public static int LeastFrames(Cut cut) => Math.Max(2, cut.Rate.FrameAt(ShortestShotSeconds));

    /// <summary>The frames that the start of a shot may be moved to; empty, with the first above the last, for the first shot and between two short ones.</summary>
    public static (int Least, int Most) RoomOfStart(Cut cut, int shot) => shot == 0
        ? (1, 0)
        : (cut.Shots[shot - 1].Frames.Start + LeastFrames(cut), cut.Shots[shot].Frames.End - LeastFrames(cut));

    /// <summary>The frames that a shot can be split at; empty, with the first above the last, when it is too short.</summary>
    public static (int Least, int Most) RoomInside(Cut cut, int shot) =>
        (cut.Shots[shot].Frames.Start + LeastFrames(cut), cut.Shots[shot].Frames.End - LeastFrames(cut));

    /// <summary>Where a shot is best split: at the place nearest to what is heard, when that lies well inside it, else in its middle, at a bar where there is one; null when it is too short.</summary>
    /// <param name="open">The cut.</param>
    /// <param name="shot">The shot.</param>
    /// <param name="nowSeconds">What is heard, in seconds of the song.</param>
    public static TimelineMark? PlaceToSplit(OpenTimeline open, int shot, double nowSeconds)
    {
        var (least, most) = RoomInside(open.Cut, shot);
        var (from, to) = (open.SongSeconds(open.Cut.Shots[shot].Frames.Start), open.SongSeconds(open.Cut.Shots[shot].Frames.End));
        if (open.Marks.Nearest(nowSeconds, Snap.Beat, least, most) is { } near && nowSeconds > (from + near.Seconds) / 2 && nowSeconds < to)
        {
            return near;
        }

        // A bar near the end would leave a splinter.
        var quarter = (to - from) / 4;
        var bar = open.Marks.Nearest((from + to) / 2, Snap.Bar, least, most);
        return bar is not null && bar.Seconds > from + quarter && bar.Seconds < to - quarter ? bar : open.Marks.Nearest((from + to) / 2, Snap.Beat, least, most);
    }

    /// <summary>Where in its clip a shot may begin, seconds: the transitions around it need material too. Both ends are the same when the clip is no longer than the shot.</summary>
    public static (double Least, double Most) RoomInClip(Cut cut, int shot, CutClip clip)
    {
        var (it, next) = (cut.Shots[shot], cut.Shots.ElementAtOrDefault(shot + 1));
        var least = clip.IsStill ? 0 : cut.Rate.SecondsAt(Half(it)) * it.Speed;
        return (least, clip.IsStill ? 0 : Math.Max(least, clip.DurationSeconds - (cut.Rate.SecondsAt(it.Frames.Count + Half(next)) * it.Speed)));
    }

    /// <summary>By how many seconds a clip is too short for a shot and its transitions; 0 when it is long enough.</summary>
    public static double MissingSeconds(Cut cut, int shot, CutClip clip)
    {
        var (it, next) = (cut.Shots[shot], cut.Shots.ElementAtOrDefault(shot + 1));
        return clip.IsStill ? 0 : Math.Max(0, (cut.Rate.SecondsAt(Half(it) + it.Frames.Count + Half(next)) * it.Speed) - clip.DurationSeconds);
    }

    /// <summary>Whether a clip is short enough to run to and fro in a cut of this size.</summary>
    public static bool CanTurn(Cut cut, CutClip clip) => ShortClip.CanTurn(cut.Rate, cut.Width, cut.Height, clip.DurationSeconds);

    /// <summary>Shows another clip, from its beginning and at its own speed; one that is too short starts again.</summary>
    public Cut ChooseClip(int shot, Guid clipId)
    {
        var chosen = Change(shot, it => it with { ClipId = clipId, SourceStartSeconds = 0, Speed = 1, Filling = Filling.Hold, Motion = null });
        return MissingSeconds(chosen, shot, clips[clipId]) > HoldSeconds ? new TimelineEdits(chosen, clips, marks).SetFilling(shot, Filling.Loop) : chosen;
    }

    /// <summary>Lets a shot begin elsewhere in its clip, as near to the wish as the clip allows.</summary>
    public Cut Slip(int shot, double sourceStartSeconds) => Change(shot, it => it with { SourceStartSeconds = sourceStartSeconds });

    /// <summary>Says what fills a shot when its clip is too short.</summary>
    public Cut SetFilling(int shot, Filling filling) => Change(shot, it => it with { Filling = filling });

    /// <summary>Locks a shot, or unlocks it: a fresh plan keeps what is locked.</summary>
    public Cut Lock(int shot, bool isLocked) => Change(shot, it => it with { IsLocked = isLocked });

    /// <summary>Says how a shot comes in; null for a hard cut. The first shot has none before it.</summary>
    public Cut SetTransition(int shot, TransitionKind? kind, double seconds) =>
        Change(shot, it => it with { Transition = kind is { } wanted ? new(wanted, Math.Max(2, cut.Rate.FrameAt(seconds))) : null });

    /// <summary>Moves the first frame of a shot, which is the end of the one before; both go on showing what they showed at the same moments.</summary>
    /// <param name="shot">Not the first.</param>
    /// <param name="frame">Within <see cref="RoomOfStart"/>.</param>
    public Cut MoveStart(int shot, int frame)
    {
        var shots = cut.Shots.ToList();
        shots[shot - 1] = shots[shot - 1] with { Frames = new(shots[shot - 1].Frames.Start, frame) };
        shots[shot] = From(shots[shot], frame);
        return Settle(shots, shot - 1, shot);
    }

    /// <summary>Makes two shots of one; nothing looks different until one of them is changed.</summary>
    /// <param name="shot">The shot.</param>
    /// <param name="frame">First frame of the second one, within <see cref="RoomInside"/>.</param>
    public Cut Split(int shot, int frame)
    {
        var shots = cut.Shots.ToList();
        var whole = shots[shot];
        shots[shot] = whole with { Frames = new(whole.Frames.Start, frame) };
        shots.Insert(shot + 1, From(whole, frame) with { Transition = null });
        return Settle(shots, shot, shot + 1);
    }

    /// <summary>Lets a shot go on to the end of the next one, which goes away.</summary>
    /// <param name="shot">Not the last.</param>
    public Cut MergeWithNext(int shot)
    {
        var shots = cut.Shots.ToList();
        var (it, next) = (shots[shot], shots[shot + 1]);
        shots[shot] = it with { Frames = new(it.Frames.Start, next.Frames.End), IsLocked = it.IsLocked || next.IsLocked };
        shots.RemoveAt(shot + 1);
        return Settle(shots, shot, shot);
    }

    /// <summary>Puts these effects in the place of those that begin in a shot. Of one kind at one frame the strongest stays.</summary>
    public Cut SetHits(int shot, IEnumerable<EffectHit> hits)
    {
        var frames = cut.Shots[shot].Frames;
        return cut with { Hits = InOrder(cut.Hits.Where(hit => !Holds(frames, hit.Frame)).Concat(hits)) };
    }

    /// <summary>Lays the locked shots of another cut of the same song, with their effects, over this one.</summary>
    public Cut KeepLocked(Cut old)
    {
        var kept = old.Shots.Where(shot => shot.IsLocked).Select(shot => Moved(old, shot)).Where(shot => shot.Frames.Count >= LeastFrames(cut)).ToList();
        var starts = cut.Shots.Select(shot => shot.Frames.Start)
            .Where(start => start == 0 || !kept.Exists(shot => start > shot.Frames.Start - LeastFrames(cut) && start < shot.Frames.End + LeastFrames(cut)))
            .Concat(kept.Select(shot => shot.Frames.Start)).Concat(kept.Select(shot => shot.Frames.End)).Where(start => start < cut.Frames).Distinct().Order().ToList();
        var shots = starts.Select((start, i) =>
        {
            var end = i + 1 < starts.Count ? starts[i + 1] : cut.Frames;
            var fresh = cut.Shots.First(shot => Holds(shot.Frames, start + ((end - start) / 2)));
            return kept.Find(shot => shot.Frames.Start == start) ?? (fresh.Frames.Start == start ? fresh : From(fresh, start)) with { Frames = new(start, end) };
        }).ToList();
        bool IsKept(int frame) => kept.Exists(shot => Holds(shot.Frames, frame));
        var hits = cut.Hits.Where(hit => !IsKept(hit.Frame)).Concat(old.Hits.Select(hit => hit with { Frame = FrameOf(old, hit.Frame) }).Where(hit => IsKept(hit.Frame)));
        return WithoutRepeats(Settle(shots, 0, shots.Count - 1) with { Hits = InOrder(hits), IsByHand = kept.Count > 0 });
    }

    /// <summary>How many cuts stand where nothing of the music begins.</summary>
    public static int CutsOffBeat(Cut cut, TimelineMarks marks) => cut.Shots.Skip(1).Count(shot => !marks.Has(shot.Frames.Start));

    /// <summary>Moves every cut to the nearest place of the music that its neighbours leave it; the effects go along with their shots. A cut that finds none stays.</summary>
    public Cut FollowMarks()
    {
        var shots = cut.Shots.ToList();
        for (var i = 1; i < shots.Count; i++)
        {
            var from = shots[i].Frames.Start;
            var (least, most) = (shots[i - 1].Frames.Start + LeastFrames(cut), shots[i].Frames.End - LeastFrames(cut));
            var to = marks.Nearest(cut.StartSeconds + cut.Rate.SecondsAt(from), Snap.Beat, least, most)?.Frame ?? from;
            shots[i - 1] = shots[i - 1] with { Frames = new(shots[i - 1].Frames.Start, to) };
            shots[i] = From(shots[i], to);
        }

        // Only now is each shot as long as it will be: what a transition or a motion lost on the way would not come back.
        var moved = Settle(shots, 0, shots.Count - 1);
        var hits = cut.Shots.Zip(moved.Shots).SelectMany(pair => cut.Hits.Where(hit => Holds(pair.First.Frames, hit.Frame))
            .Select(hit => hit with { Frame = Math.Min(hit.Frame - pair.First.Frames.Start + pair.Second.Frames.Start, pair.Second.Frames.End - 1) }));
        return moved with { Hits = InOrder(hits) };
    }

    /// <summary>The cut with other clips beside locked shots that show the same one, where there are others.</summary>
    private Cut WithoutRepeats(Cut kept)
    {
        var others = cut.Shots.Select(shot => shot.ClipId).Distinct().Where(clips.ContainsKey).ToList();
        for (var i = 0; i < kept.Shots.Count; i++)
        {
            Shot?[] beside = [kept.Shots.ElementAtOrDefault(i - 1), kept.Shots.ElementAtOrDefault(i + 1)];
            var isRepeat = !kept.Shots[i].IsLocked && beside.Any(shot => shot is { IsLocked: true } && shot.ClipId == kept.Shots[i].ClipId);
            if (isRepeat && others.Find(other => beside.All(shot => shot?.ClipId != other)) is var other && other != Guid.Empty)
            {
                kept = new TimelineEdits(kept, clips, marks).ChooseClip(i, other);
            }
        }

        return kept;
    }

    private Shot Moved(Cut old, Shot shot)
    {
        var (start, end) = (FrameOf(old, shot.Frames.Start), FrameOf(old, shot.Frames.End));
        var mark = marks.At(start);
        return shot with { Frames = new(start, end), BeatIndex = mark.BeatIndex, PlannedSeconds = mark.Seconds };
    }

    private int FrameOf(Cut other, int frame) =>
        Math.Clamp(cut.Rate.FrameAt(other.StartSeconds + other.Rate.SecondsAt(frame) - cut.StartSeconds), 0, cut.Frames);

    private Cut Change(int shot, Func<Shot, Shot> change)
    {
        var shots = cut.Shots.ToList();
        shots[shot] = change(shots[shot]);
        return Settle(shots, shot, shot);
    }

    /// <summary>The rest of a shot, or more of it, beginning at another frame of the film and so at another place in the clip.</summary>
    private Shot From(Shot shot, int frame)
    {
        var mark = marks.At(frame);
        var source = shot.SourceStartSeconds + (cut.Rate.SecondsAt(frame - shot.Frames.Start) * shot.Speed);
        var runsRound = shot.Filling == Filling.Loop && clips.TryGetValue(shot.ClipId, out var clip) && !clip.IsStill ? clip.DurationSeconds : double.PositiveInfinity;
        return shot with { Frames = new(frame, shot.Frames.End), SourceStartSeconds = source % runsRound, BeatIndex = mark.BeatIndex, PlannedSeconds = mark.Seconds };
    }

    /// <summary>The cut with these shots; those from <paramref name="first"/> to <paramref name="last"/> were changed, and with them what their neighbours need of their clips.</summary>
    private Cut Settle(List<Shot> shots, int first, int last)
    {
        for (var i = first; i <= Math.Min(last + 1, shots.Count - 1); i++)
        {
            shots[i] = shots[i] with { Transition = i > 0 && shots[i].Transition is { } it ? Transition.Between(shots[i - 1], shots[i], it.Kind, it.Frames) : null };
        }

        var settled = shots.Select((shot, i) => shot.Index == i ? shot : shot with { Index = i }).ToArray();
        for (var i = Math.Max(0, first - 1); i <= Math.Min(last + 1, settled.Length - 1); i++)
        {
            settled[i] = InsideItsClip(cut with { Shots = settled }, i);
        }

        return cut with { Shots = settled };
    }

    private Shot InsideItsClip(Cut settled, int index)
    {
        var shot = settled.Shots[index];
        if (!clips.TryGetValue(shot.ClipId, out var clip))
        {
            return shot;
        }

        var (least, most) = RoomInClip(settled, index, clip);
        var isInside = shot.SourceStartSeconds >= least - RoundingSeconds && shot.SourceStartSeconds <= most + RoundingSeconds;
        var isTooShort = MissingSeconds(settled, index, clip) > 0;
        return shot with
        {
            SourceStartSeconds = isInside ? shot.SourceStartSeconds : Math.Clamp(shot.SourceStartSeconds, least, most),
            SourceEndSeconds = isTooShort || (!clip.IsStill && shot.Speed < 1) ? clip.DurationSeconds : null,
            Filling = (shot.Filling, isTooShort) switch
            {
                (Filling.PingPong, false) => Filling.Hold,
                (Filling.PingPong, true) when !CanTurn(settled, clip) => Filling.Loop,
                var (filling, _) => filling,
            },
            Motion = shot.Motion is { } motion && StaysInside(motion, shot, settled.Shots.ElementAtOrDefault(index + 1)) ? motion : null,
        };
    }

    /// <summary>Whether all that is seen of a still lies inside it, also in the transitions, where the view moves on at the same pace.</summary>
    private static bool StaysInside(Motion motion, Shot shot, Shot? next)
    {
        bool IsInside(double share)
        {
            double At(double from, double to) => from + (share * (to - from));
            var (x, y, half) = (At(motion.From.X, motion.To.X), At(motion.From.Y, motion.To.Y), At(motion.From.Size, motion.To.Size) / 2);
            return half > 0 && Math.Min(x, y) - half >= -RoundingShare && Math.Max(x, y) + half <= 1 + RoundingShare;
        }

        return IsInside(-(double)Half(shot) / shot.Frames.Count) && IsInside(1 + ((double)Half(next) / shot.Frames.Count));
    }

    private IReadOnlyList<EffectHit> InOrder(IEnumerable<EffectHit> hits) =>
    [
        .. hits.Where(hit => hit.Frame >= 0 && hit.Frame < cut.Frames)
            .GroupBy(hit => (hit.Kind, hit.Frame)).Select(same => same.MaxBy(hit => hit.Strength)!)
            .OrderBy(hit => hit.Frame).ThenBy(hit => hit.Kind),
    ];

    private static bool Holds(FrameRange frames, int frame) => frame >= frames.Start && frame < frames.End;

    private static int Half(Shot? shot) => (shot?.Transition?.Frames ?? 0) / 2;
}
