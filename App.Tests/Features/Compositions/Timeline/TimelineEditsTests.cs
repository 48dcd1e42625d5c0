using CsCheck;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Tests.Timing;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Timeline;

public class TimelineEditsTests
{
    private const double HairSeconds = 1e-9;

    private static readonly Gen<CutRequest> Requests =
        from seconds in Gen.Double[3, 60]
        from bpm in Gen.OneOf(Gen.Const(0.0), Gen.Double[60, 200], Gen.Double[60, 200])
        from origin in Gen.Double[0, 2]
        from rate in Gen.OneOf(FrameRateTests.Rates)
        from cutOn in Gen.OneOf(Enum.GetValues<CutOn>())
        from minShot in Gen.Double[0.2, 2]
        from clips in Gen.Select(Gen.Double[0.3, 20], Gen.Int[0, 4]).Array[1, 5]
        from transition in Gen.Double[0, 2]
        from phrases in Gen.Select(Gen.Double[0.05, 8], Gen.Double[0.1, 8]).Array[1, 20]
        from start in Gen.Double[0, 0.5]
        from seed in Gen.Int[0, 100]
        select new CutRequest
        {
            Grid = Grid(seconds, bpm, origin),
            Clips = [.. clips.Select((clip, i) => new CutClip(Id(i), clip.Item1, clip.Item2 == 0))],
            StartSeconds = start,
            CutOn = cutOn,
            MinShotSeconds = minShot,
            VoiceSeconds = Planning.CutPlannerTests.Voice(phrases, seconds),
            Rate = rate,
            Transition = transition > 0.5 ? TransitionKind.Fade : null,
            TransitionSeconds = transition + 0.05,
            Effects = [new(EffectKind.Flash, EffectOn.Downbeat)],
            Seed = seed,
        };

    /// <summary>What one hand does: which tool, on which shot, and how far, each 0 to 1.</summary>
    private static readonly Gen<(int Tool, double Where, double HowFar)[]> Hands = Gen.Select(Gen.Int[0, 9], Gen.Double[0, 0.999], Gen.Double[0, 0.999]).Array[1, 25];

    [Fact]
    public void Whatever_a_hand_does_the_shots_cover_the_film_and_stay_inside_their_clips() => Gen.Select(Requests, Hands).Sample((request, hand) =>
    {
        var cut = CutPlanner.Plan(request);
        AssertWhole(cut, request);
        foreach (var (tool, where, howFar) in hand)
        {
            cut = Use(request, cut, tool, where, howFar);
            AssertWhole(cut, request);
        }
    }, iter: 300);

    [Fact]
    public void A_cut_that_follows_the_music_moves_to_the_nearest_beats_and_takes_its_effects_along()
    {
        var cut = Plain();
        var off = cut with
        {
            Shots = [.. cut.Shots.Select(shot => shot with { Frames = new(shot.Index == 0 ? 0 : shot.Frames.Start + 4, shot.Index == cut.Shots.Count - 1 ? cut.Frames : shot.Frames.End + 4) })],
            Hits = [new(EffectKind.Flash, cut.Shots[1].Frames.Start + 4, 6, 1), new(EffectKind.Shake, cut.Shots[1].Frames.Start + 9, 6, 1)],
        };

        var followed = Edits(Plainly(), off).FollowMarks();

        Assert.Equal(cut.Shots.Select(shot => shot.Frames), followed.Shots.Select(shot => shot.Frames));
        Assert.Equal(cut.Shots.Select(shot => shot.ClipId), followed.Shots.Select(shot => shot.ClipId));
        Assert.Equal([cut.Shots[1].Frames.Start, cut.Shots[1].Frames.Start + 5], followed.Hits.Select(hit => hit.Frame));
    }

    [Fact]
    public void A_cut_that_follows_the_music_loses_of_its_transitions_and_motions_only_what_the_new_shots_have_no_room_for() =>
        Gen.Select(Requests, Gen.Double[-0.3, 0.3]).Sample((request, laterSeconds) =>
        {
            var cut = CutPlanner.Plan(request);
            var moved = request.Grid with { BeatSeconds = [.. request.Grid.BeatSeconds.Select(beat => beat + laterSeconds).Where(beat => beat >= 0)], DownbeatIndexes = [] };

            var shots = Edits(request with { Grid = moved }, cut).FollowMarks().Shots;

            Assert.All(cut.Shots.Skip(1), was => Assert.Equal(
                was.Transition is { } it ? Transition.Between(shots[was.Index - 1], shots[was.Index], it.Kind, it.Frames) : null, shots[was.Index].Transition));
            Assert.All(cut.Shots.Where(was => Room(cut.Shots, was.Index) == Room(shots, was.Index)), was => Assert.Equal(was.Motion, shots[was.Index].Motion));
        }, iter: 300);

    [Fact]
    public void A_clip_that_is_too_long_to_be_turned_round_at_that_size_is_refused_and_starts_again_where_the_size_grew()
    {
        var request = Plainly() with { Clips = [new(Id(0), 4, false), new(Id(1), 30, false)] };
        var cut = Plain() with { Shots = [new(0, Id(0), new(0, Plain().Frames), 0, null, 0, Filling.Hold)], Width = 640, Height = 360 };
        var turned = Edits(request, cut).SetFilling(0, Filling.PingPong);
        var large = turned with { Width = 3840, Height = 2160 };

        Assert.Equal(Filling.PingPong, turned.Shots[0].Filling);
        Assert.Equal(Filling.Loop, Edits(request, large).Lock(0, true).Shots[0].Filling);
        var clips = request.Clips.ToDictionary(clip => clip.Id);
        var problem = Assert.Throws<StudioProblem>(() => new TimelineEdit { Shot = 0, Filling = "pingPong" }.Apply(large, clips, TimelineMarks.Of(request.Grid, large)));
        Assert.Equal("timeline.infeasible", problem.Code);
    }

    [Fact]
    public void What_can_be_split_is_the_same_again_when_it_is_merged() => Gen.Select(Requests, Gen.Double[0, 0.999]).Sample((request, where) =>
    {
        var cut = CutPlanner.Plan(request);
        var shot = (int)(where * cut.Shots.Count);
        var (least, most) = TimelineEdits.RoomInside(cut, shot);
        if (least <= most)
        {
            var split = Edits(request, cut).Split(shot, least);

            Assert.Equal(cut.Shots.Count + 1, split.Shots.Count);
            Assert.Equal(split.Shots[shot].ClipId, split.Shots[shot + 1].ClipId);
            Assert.Equal(Bare(cut.Shots[shot]), Bare(Edits(request, split).MergeWithNext(shot).Shots[shot]));
        }
    }, iter: 200);

    [Fact]
    public void A_fresh_plan_of_the_same_wishes_changes_nothing_when_nothing_is_locked() => Requests.Sample(request =>
    {
        var cut = CutPlanner.Plan(request);
        Assert.Equal(cut.ToJson(), Edits(request, cut).KeepLocked(cut).ToJson());
    }, iter: 100);

    [Fact]
    public void A_fresh_plan_keeps_locked_shots_with_their_effects() => Gen.Select(Requests, Gen.Double[0, 0.999], Gen.OneOf(Enum.GetValues<CutOn>())).Sample((request, where, cutOn) =>
    {
        var cut = CutPlanner.Plan(request);
        var shot = (int)(where * cut.Shots.Count);
        var hit = new EffectHit(EffectKind.Glitch, cut.Shots[shot].Frames.Start, 3, 0.7);
        var locked = Edits(request, Edits(request, cut).Lock(shot, true)).SetHits(shot, [hit]);
        var fresh = CutPlanner.Plan(request with { CutOn = cutOn, Seed = request.Seed + 1 });

        var kept = Edits(request, fresh).KeepLocked(locked);

        AssertWhole(kept, request);
        var found = Assert.Single(kept.Shots, it => it.IsLocked);
        Assert.Equal((locked.Shots[shot].Frames, locked.Shots[shot].ClipId), (found.Frames, found.ClipId));
        if (fresh.Shots.DistinctBy(it => it.ClipId).Count() > 2)
        {
            Assert.All(kept.Shots.Zip(kept.Shots.Skip(1)).Where(pair => pair.First.IsLocked || pair.Second.IsLocked), pair => Assert.NotEqual(pair.First.ClipId, pair.Second.ClipId));
        }

        Assert.Equal([hit], kept.Hits.Where(it => it.Frame >= found.Frames.Start && it.Frame < found.Frames.End));
    }, iter: 200);

    [Fact]
    public void A_cut_that_is_moved_leaves_what_the_later_shot_shows_at_every_moment()
    {
        var cut = Plain();
        var moved = Edits(Plainly(), cut).MoveStart(1, cut.Shots[1].Frames.Start + 15);

        Assert.Equal(cut.Shots[1].SourceStartSeconds + 0.5, moved.Shots[1].SourceStartSeconds, 9);
        Assert.Equal(cut.Shots[0].SourceStartSeconds, moved.Shots[0].SourceStartSeconds);
        Assert.Equal(moved.Shots[0].Frames.End, moved.Shots[1].Frames.Start);
        Assert.Equal(1, moved.Shots[1].BeatIndex - cut.Shots[1].BeatIndex);
    }

    [Fact]
    public void A_clip_that_is_too_short_starts_again_and_a_long_one_does_not()
    {
        var request = Plainly() with { Clips = [new(Id(0), 30, false), new(Id(1), 1, false)] };
        var cut = Plain();

        var looped = Edits(request, cut).ChooseClip(0, Id(1));
        Assert.Equal((Filling.Loop, 1.0), (looped.Shots[0].Filling, TimelineEdits.MissingSeconds(looped, 0, request.Clips[1])), Close);
        Assert.Equal(Filling.Hold, Edits(request, looped).ChooseClip(0, Id(0)).Shots[0].Filling);

        static bool Close((Filling, double) one, (Filling, double) other) => one.Item1 == other.Item1 && Math.Abs(one.Item2 - other.Item2) < HairSeconds;
    }

    [Fact]
    public void A_clip_slips_as_far_as_it_is_long()
    {
        var (request, cut) = (Plainly(), Plain());
        Assert.Equal(3.25, Edits(request, cut).Slip(0, 3.25).Shots[0].SourceStartSeconds);
        Assert.Equal(0, Edits(request, cut).Slip(0, -1).Shots[0].SourceStartSeconds);
        Assert.Equal(28, Edits(request, cut).Slip(0, 100).Shots[0].SourceStartSeconds, 9);
    }

    [Fact]
    public void A_beginning_outside_the_clip_is_refused_with_the_clips_length_and_one_inside_is_met_as_far_as_it_goes()
    {
        var (request, cut) = (Plainly(), Plain());
        Cut Apply(double seconds) => new TimelineEdit { Shot = 1, SourceStart = seconds }.Apply(cut, request.Clips.ToDictionary(clip => clip.Id), TimelineMarks.Of(request.Grid, cut));

        var refused = Assert.Throws<StudioProblem>(() => Apply(30.5));
        Assert.Equal((400, "sourceStart lies between 0 and 30."), (refused.Status, Assert.Single(refused.Errors!["sourceStart"])));
        Assert.Equal(28, Apply(30).Shots[1].SourceStartSeconds, 9);
    }

    [Fact]
    public void A_shot_whose_clip_is_gone_keeps_its_place_and_can_be_moved_and_replaced()
    {
        var request = Plainly();
        var gone = Edits(request, Plain() with { Shots = [.. Plain().Shots.Select(shot => shot with { ClipId = Id(7), SourceStartSeconds = 12 })] });

        var moved = gone.MoveStart(1, 75);
        Assert.Equal((12, 12.5), (moved.Shots[0].SourceStartSeconds, moved.Shots[1].SourceStartSeconds));
        Assert.Equal(Id(0), gone.ChooseClip(1, Id(0)).Shots[1].ClipId);
    }

    [Fact]
    public void Places_are_beats_bars_and_parts_and_each_holds_the_next()
    {
        var marks = TimelineMarks.Of(Grid(20, 120, 0) with { SectionStartSeconds = [0, 8.1, 13.3] }, Plain());

        Assert.Equal(0.5, marks.Nearest(0.6, Snap.Beat, 1, 599)!.Seconds);
        Assert.Equal(2, marks.Nearest(1.4, Snap.Bar, 1, 599)!.Seconds);
        Assert.Equal(8, marks.Nearest(3, Snap.Section, 1, 599)!.Seconds);
        Assert.Equal(13.5, marks.Next(240, 1, Snap.Section, 1, 599)!.Seconds);
        Assert.Equal(6, marks.Next(240, -1, Snap.Bar, 1, 599)!.Seconds);
        Assert.Null(marks.Next(240, -1, Snap.Section, 1, 599));
    }

    [Fact]
    public void Without_a_beat_cuts_stand_on_whole_seconds()
    {
        var marks = TimelineMarks.Of(new([], [], [], [], 20), Plain());
        Assert.Equal((7.0, null, 210), (marks.Nearest(6.8, Snap.Beat, 1, 599)!.Seconds, marks.Nearest(6.8, Snap.Beat, 1, 599)!.BeatIndex, marks.Nearest(6.8, Snap.Beat, 1, 599)!.Frame));
        Assert.Equal(19, marks.All.Count);
    }

    private static Cut Use(CutRequest request, Cut cut, int tool, double where, double howFar)
    {
        var edits = Edits(request, cut);
        var shot = (int)(where * cut.Shots.Count);
        var clip = request.Clips[(int)(howFar * request.Clips.Count)].Id;
        return tool switch
        {
            0 => edits.ChooseClip(shot, clip),
            1 => edits.Slip(shot, (howFar * 30) - 5),
            2 => InRoom(TimelineEdits.RoomOfStart(cut, shot), howFar) is { } frame ? edits.MoveStart(shot, frame) : cut,
            3 => InRoom(TimelineEdits.RoomInside(cut, shot), howFar) is { } frame ? edits.Split(shot, frame) : cut,
            4 => shot < cut.Shots.Count - 1 ? edits.MergeWithNext(shot) : cut,
            5 => edits.Lock(shot, howFar < 0.5),
            6 => edits.SetTransition(shot, howFar < 0.2 ? null : TransitionKind.WipeLeft, howFar * 3),
            7 => edits.SetFilling(shot, Enum.GetValues<Filling>()[(int)(howFar * Enum.GetValues<Filling>().Length)]),
            8 => edits.FollowMarks(),
            _ => edits.SetHits(shot, howFar < 0.2 ? [] : [new(EffectKind.Shake, cut.Shots[shot].Frames.Start, 4, howFar), new(EffectKind.Shake, cut.Shots[shot].Frames.Start, 4, 0.1)]),
        };
    }

    private static int? InRoom((int Least, int Most) room, double howFar) => room.Least <= room.Most ? room.Least + (int)(howFar * (room.Most - room.Least + 1)) : null;

    private static void AssertWhole(Cut cut, CutRequest request)
    {
        Assert.Equal(0, cut.Shots[0].Frames.Start);
        Assert.Null(cut.Shots[0].Transition);
        Assert.Equal(cut.Frames, cut.Shots[^1].Frames.End);
        Assert.Equal(cut.Frames, cut.Shots.Sum(shot => shot.Frames.Count));
        Assert.Equal(Enumerable.Range(0, cut.Shots.Count), cut.Shots.Select(shot => shot.Index));
        Assert.All(cut.Shots, shot => Assert.True(shot.Frames.Count > 0));
        Assert.All(cut.Shots.Zip(cut.Shots.Skip(1)), pair => Assert.Equal(pair.First.Frames.End, pair.Second.Frames.Start));
        Assert.All(cut.Shots.Zip(cut.Shots.Skip(1)), pair => Assert.InRange(
            pair.Second.Transition?.Frames ?? 2, 2, Math.Max(2, Math.Min(pair.First.Frames.Count, pair.Second.Frames.Count))));
        Assert.All(cut.Shots, shot => Assert.Equal(0, (shot.Transition?.Frames ?? 0) % 2));
        Assert.Equal(cut.Hits.DistinctBy(hit => (hit.Kind, hit.Frame)).OrderBy(hit => hit.Frame).ThenBy(hit => hit.Kind), cut.Hits);
        foreach (var shot in cut.Shots)
        {
            var clip = request.Clips.First(clip => clip.Id == shot.ClipId);
            var (lead, tail) = (Half(shot), Half(cut.Shots.ElementAtOrDefault(shot.Index + 1)));
            var (from, to) = (shot.SourceStartSeconds - (cut.Rate.SecondsAt(lead) * shot.Speed), shot.SourceStartSeconds + (cut.Rate.SecondsAt(shot.Frames.Count + tail) * shot.Speed));
            if (!clip.IsStill)
            {
                Assert.True(from >= -HairSeconds);
                Assert.True(Math.Abs(to - clip.DurationSeconds) < HairSeconds || (to > clip.DurationSeconds || shot.Speed < 1) == (shot.SourceEndSeconds == clip.DurationSeconds));
                Assert.False(shot.Filling == Filling.PingPong && shot.SourceEndSeconds is null);
                Assert.Null(shot.Motion);
                Assert.True(from < HairSeconds || to <= clip.DurationSeconds + HairSeconds, $"Shot {shot.Index} shows {from} to {to} of {clip.DurationSeconds}");
            }
        }
    }

    // Where it is in its clip, and how it is filled, may have changed with the room that its halves had.
    private static Shot Bare(Shot shot) => shot with { Transition = null, SourceStartSeconds = 0, SourceEndSeconds = null, Filling = Filling.Hold, Motion = null };

    private static (int Lead, int Count, int Tail) Room(IReadOnlyList<Shot> shots, int shot) => (Half(shots[shot]), shots[shot].Frames.Count, Half(shots.ElementAtOrDefault(shot + 1)));

    private static int Half(Shot? shot) => (shot?.Transition?.Frames ?? 0) / 2;

    private static TimelineEdits Edits(CutRequest request, Cut cut) =>
        new(cut, request.Clips.DistinctBy(clip => clip.Id).ToDictionary(clip => clip.Id), TimelineMarks.Of(request.Grid, cut));

    private static CutRequest Plainly() => new() { Grid = Grid(20, 120, 0), Clips = [new(Id(0), 30, false), new(Id(1), 30, false)] };

    /// <summary>Twenty seconds at 30 frames with a cut every two seconds, two clips in turn, each shot from second 1 of its clip.</summary>
    private static Cut Plain() => new(
        FrameRate.Of(30), 1280, 720, Fit.Cover, 0, 600,
        [.. Enumerable.Range(0, 10).Select(i => new Shot(i, Id(i % 2), new(60 * i, 60 * (i + 1)), 1, i == 0 ? null : 4 * i, 2 * i, Filling.Hold))]);

    private static BeatGrid Grid(double seconds, double bpm, double origin)
    {
        var beats = bpm == 0 ? [] : Enumerable.Range(0, (int)((seconds - origin) * bpm / 60) + 1).Select(i => origin + (i * 60 / bpm)).Where(beat => beat < seconds).ToArray();
        return new(beats, [.. Enumerable.Range(0, beats.Length).Where(i => i % 4 == 0)], [0, seconds / 2], [], seconds);
    }

    private static Guid Id(int i) => new(i + 1, 0, 0, new byte[8]);
}
