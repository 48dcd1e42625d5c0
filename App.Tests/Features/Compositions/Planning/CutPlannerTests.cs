using CsCheck;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Tests.Timing;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Planning;

public class CutPlannerTests
{
    private static readonly Gen<CutRequest> Requests =
        from seconds in Gen.Double[3, 600]
        from bpm in Gen.Double[50, 210]
        from origin in Gen.Double[0, 2]
        from jitterSeed in Gen.Int[0, 1000]
        from barLength in Gen.Int[3, 4]
        from rate in Gen.OneOf(FrameRateTests.Rates)
        from cutOn in Gen.OneOf(Enum.GetValues<CutOn>())
        from minShot in Gen.Double[0.2, 3]
        from clips in Gen.Select(Gen.Double[0.3, 40], Gen.Int[0, 4]).Array[1, 8]
        from seed in Gen.Int[0, 100]
        from part in Gen.Double[0, 0.3]
        from maxShot in Gen.OneOf(Gen.Const(0.0), Gen.Double[2, 20])
        from shortClips in Gen.Enum<ShortClips>()
        from phrases in Gen.Select(Gen.Double[0.05, 20], Gen.Double[0.1, 15]).Array[1, 60]
        select new CutRequest
        {
            Grid = Grid(seconds, bpm, origin, jitterSeed, barLength),
            Clips = [.. clips.Select((clip, i) => new CutClip(Id(i), clip.Item1, clip.Item2 == 0))],
            StartSeconds = Math.Min(part * seconds, seconds - 3),
            EndSeconds = Math.Min(seconds, Math.Min(part * seconds, seconds - 3) + Math.Max(3, seconds * 0.6)),
            CutOn = cutOn,
            MinShotSeconds = minShot,
            MaxShotSeconds = maxShot == 0 ? null : maxShot * minShot,
            ShortClips = shortClips,
            VoiceSeconds = Voice(phrases, seconds),
            Rate = rate,
            Seed = seed,
        };

    private static readonly Gen<EffectRule[]> Rules =
        (from kind in Gen.Enum<EffectKind>()
         from moment in Gen.Enum<EffectOn>()
         from every in Gen.Int[1, 5]
         from strength in Gen.Double[0, 1]
         from seconds in Gen.Double[0.02, 2]
         from inChorus in Gen.Bool
         select new EffectRule(kind, moment) { Every = every, Strength = strength, Seconds = seconds, Sections = inChorus ? ["chorus"] : null }).Array[0, 4];

    [Fact]
    public void Shots_cover_the_part_exactly() => Requests.Sample(request =>
    {
        var cut = CutPlanner.Plan(request);

        Assert.Equal(request.Rate.FrameAt(request.EndSeconds!.Value - request.StartSeconds!.Value), cut.Frames);
        Assert.Equal(0, cut.Shots[0].Frames.Start);
        Assert.Equal(cut.Frames, cut.Shots[^1].Frames.End);
        Assert.All(cut.Shots.Zip(cut.Shots.Skip(1)), pair => Assert.Equal(pair.First.Frames.End, pair.Second.Frames.Start));
        Assert.Equal(cut.Frames, cut.Shots.Sum(shot => shot.Frames.Count));
    });

    [Fact]
    public void Every_cut_is_the_frame_nearest_to_its_beat() => Requests.Sample(request =>
    {
        var cut = CutPlanner.Plan(request);

        foreach (var shot in cut.Shots.Where(shot => shot.BeatIndex is not null))
        {
            var beat = request.Grid.BeatSeconds[shot.BeatIndex!.Value];
            Assert.Equal(beat, shot.PlannedSeconds);
            Assert.Equal(request.Rate.FrameAt(beat - cut.StartSeconds), shot.Frames.Start);
        }
    });

    [Fact]
    public void No_shot_is_shorter_or_longer_than_allowed() => Requests.Sample(request =>
    {
        var cut = CutPlanner.Plan(request);
        var longest = request.MaxShotSeconds ?? Math.Max(8, 2 * request.MinShotSeconds);

        Assert.All(cut.Shots, shot => Assert.InRange(
            shot.Frames.Count, Math.Min(cut.Frames, request.Rate.FrameAt(request.MinShotSeconds) - 1), request.Rate.FrameAt(longest) + 1));
    });

    [Fact]
    public void No_clip_follows_itself_and_all_are_used_in_order() => Requests.Sample(request =>
    {
        var cut = CutPlanner.Plan(request);

        if (request.Clips.Count > 1)
        {
            Assert.All(cut.Shots.Zip(cut.Shots.Skip(1)), pair => Assert.NotEqual(pair.First.ClipId, pair.Second.ClipId));
        }

        Assert.Equal(
            request.Clips.Select(clip => clip.Id).Take(cut.Shots.Count),
            cut.Shots.Select(shot => shot.ClipId).Distinct());
    });

    [Fact]
    public void Sources_lie_inside_their_clip_and_do_not_repeat_before_they_must() => Requests.Sample(request =>
    {
        var cut = CutPlanner.Plan(request);
        foreach (var clip in request.Clips)
        {
            var uses = cut.Shots.Where(shot => shot.ClipId == clip.Id).ToList();
            double Length(Shot shot) => request.Rate.SecondsAt(shot.Frames.Count);
            if (clip.IsStill)
            {
                Assert.All(uses, shot => Assert.True(shot is { SourceStartSeconds: 0, Filling: Filling.Hold, Speed: 1, SourceEndSeconds: null }));
                continue;
            }

            Assert.All(uses, shot => Assert.Equal(Length(shot) > clip.DurationSeconds, shot.SourceEndSeconds == clip.DurationSeconds));
            Assert.All(uses, shot => Assert.True(shot.SourceStartSeconds >= 0
                && (shot.SourceStartSeconds + Length(shot) <= clip.DurationSeconds + 0.1 || shot.SourceStartSeconds == 0)));
            if (uses.Sum(Length) <= clip.DurationSeconds)
            {
                // Places are whole milliseconds, rounded down.
                Assert.All(uses.Zip(uses.Skip(1)), pair => Assert.True(pair.First.SourceStartSeconds + Length(pair.First) <= pair.Second.SourceStartSeconds + 0.0011));
            }
        }
    });

    [Fact]
    public void A_clip_that_is_too_short_is_filled_as_wished() => Requests.Sample(request =>
    {
        var lengths = request.Clips.ToDictionary(clip => clip.Id, clip => clip.IsStill ? double.PositiveInfinity : clip.DurationSeconds);
        foreach (var shot in CutPlanner.Plan(request).Shots)
        {
            var (clip, length) = (lengths[shot.ClipId], request.Rate.SecondsAt(shot.Frames.Count));
            if (length <= clip + 0.1)
            {
                Assert.True(shot is { Filling: Filling.Hold, Speed: 1 });
                continue;
            }

            // 256 MB are 86 pictures of 1080p.
            var turnable = request.Rate.FrameAt(clip) + 1 <= 86;
            var (filling, speed) = (request.ShortClips, clip / length) switch
            {
                (ShortClips.Slow, var s) => (Filling.Hold, Math.Max(0.25, s)),
                (ShortClips.Auto, >= 0.5 and var s) => (Filling.Hold, s),
                (ShortClips.Hold, _) => (Filling.Hold, 1),
                (ShortClips.PingPong or ShortClips.Auto, _) when turnable => (Filling.PingPong, 1),
                _ => (Filling.Loop, 1),
            };
            if (Math.Abs((clip / length) - 0.5) > 0.002)
            {
                Assert.Equal(filling, shot.Filling);
                Assert.InRange(shot.Speed, speed - 0.0011, speed);
                Assert.True(shot.Speed >= ShortClip.LeastSpeed);
            }
        }
    });

    [Fact]
    public void The_same_request_gives_the_same_cut_and_json_keeps_it() => Requests.Sample(request =>
    {
        var json = CutPlanner.Plan(request).ToJson();

        Assert.Equal(json, CutPlanner.Plan(request).ToJson());
        Assert.Equal(json, Cut.FromJson(json).ToJson());
        Assert.False(Cut.FromJson(json).IsByHand);
    }, iter: 30);

    [Fact]
    public void Another_seed_shows_other_material_at_the_same_cuts()
    {
        var request = Request(Grid(60, 120, 0, 0, 4));
        var (one, other) = (CutPlanner.Plan(request), CutPlanner.Plan(request with { Seed = 7 }));

        Assert.Equal(one.Shots.Select(shot => shot.Frames), other.Shots.Select(shot => shot.Frames));
        Assert.NotEqual(one.Shots.Select(shot => shot.SourceStartSeconds), other.Shots.Select(shot => shot.SourceStartSeconds));
    }

    [Fact]
    public void Two_beats_a_shot_at_120_bpm_and_a_second_each()
    {
        var cut = CutPlanner.Plan(Request(Grid(20, 120, 0, 0, 4)));

        Assert.All(cut.Shots, shot => Assert.Equal(30, shot.Frames.Count));
        Assert.Equal([2, 4, 6], cut.Shots.Skip(1).Take(3).Select(shot => shot.BeatIndex!.Value));
    }

    [Fact]
    public void Downbeats_are_followed_alone()
    {
        var cut = CutPlanner.Plan(Request(Grid(20, 120, 0, 0, 4)) with { CutOn = CutOn.Downbeat });

        Assert.All(cut.Shots, shot => Assert.Equal(60, shot.Frames.Count));
    }

    [Fact]
    public void Sections_are_cut_and_long_ones_divided_at_bars()
    {
        var grid = Grid(60, 120, 0, 0, 4) with { SectionStartSeconds = [0, 16, 20.1, 40] };
        var cut = CutPlanner.Plan(Request(grid) with { CutOn = CutOn.Section });

        Assert.Subset(cut.Shots.Select(shot => shot.Frames.Start).ToHashSet(), new HashSet<int> { 480, 600, 1200 });
        Assert.All(cut.Shots.Skip(1), shot => Assert.Contains(shot.BeatIndex!.Value, grid.DownbeatIndexes));
    }

    [Fact]
    public void Cuts_follow_the_phrases_of_the_voice_their_rests_and_bars_where_nobody_sings_for_long()
    {
        // The first phrase begins near a beat, the second between two; the pause before the third is too short for a shot, the one after it is long.
        var request = Request(Grid(40, 120, 0, 0, 4)) with { CutOn = CutOn.Vocals, VoiceSeconds = [(4.1, 7.26), (9.26, 12.1), (12.6, 15)] };

        var cut = CutPlanner.Plan(request);

        Assert.Equal([0, 120, 218, 278, 375, 450], cut.Shots.Select(shot => shot.Frames.Start).Take(6));
        Assert.Equal([8, null, null, 25, 30], cut.Shots.Skip(1).Take(5).Select(shot => shot.BeatIndex));
        Assert.All(cut.Shots.Skip(6), shot => Assert.Contains(shot.BeatIndex!.Value, request.Grid.DownbeatIndexes));
        Assert.InRange(cut.Shots.Max(shot => shot.Frames.Count), 120, 241);
    }

    [Fact]
    public void Each_phrase_gets_its_cut_where_there_is_room_for_a_shot() => Requests.Sample(request =>
    {
        request = request with { CutOn = CutOn.Vocals, MinShotSeconds = 0.2, VoiceSeconds = [.. request.VoiceSeconds.Where((_, n) => n % 8 == 0)] };
        var cut = CutPlanner.Plan(request);

        var shortest = request.Rate.FrameAt(0.7);
        var starts = request.VoiceSeconds.Select(phrase => request.Rate.FrameAt(phrase.Start - cut.StartSeconds)).ToList();
        var near = request.Rate.FrameAt(0.2) + 1;
        Assert.All(
            starts.Where((start, n) => start > shortest && start < cut.Frames - shortest && (n == 0 || start - starts[n - 1] > shortest)),
            start => Assert.Contains(cut.Shots, shot => Math.Abs(shot.Frames.Start - start) <= near));
    }, iter: 50);

    [Fact]
    public void Cuts_cannot_follow_a_voice_that_was_not_heard_and_are_told_what_to_do()
    {
        var problem = Assert.Throws<StudioProblem>(() => CutPlanner.Plan(Request(Grid(20, 120, 0, 0, 4)) with { CutOn = CutOn.Vocals }));

        Assert.Equal((422, "cut.infeasible", "cutOn"), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Key));
        Assert.Contains("split the song into stems", problem.Message, StringComparison.Ordinal);
        Assert.Equal("Cut on energy", PlanRemedy.For(problem, new() { CutOn = "vocals" }, 20)!.Label);
    }

    [Theory]
    [InlineData(EffectOn.Bass, "bass", "cut.no_bass")]
    [InlineData(EffectOn.Vocals, "vocals", "cut.no_voice")]
    public void Effects_cannot_follow_what_was_not_heard_and_are_told_what_to_do(object on, string name, string code)
    {
        var request = Request(Grid(20, 120, 0, 0, 4)) with { Effects = [new(EffectKind.Flash, (EffectOn)on)] };
        var problem = Assert.Throws<StudioProblem>(() => CutPlanner.Plan(request));

        Assert.Equal((422, code, "effects"), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Key));
        Assert.Contains("split the song into stems", problem.Message, StringComparison.Ordinal);
        var wishes = new CompositionSettings { Effects = [new() { On = name }, new() { On = "beat" }] };
        Assert.Equal("beat", Assert.Single(PlanRemedy.For(problem, wishes, 20)!.Settings.Effects!).On);
        Assert.Null(new EffectWish { On = name }.WhatIsLeft(new SongAnalysis()));
        Assert.NotEmpty(CutPlanner.Plan(request with { BassSeconds = [3], VoiceSeconds = [(3, 5)] }).Hits);
    }

    [Fact]
    public void Energy_makes_loud_parts_quicker_and_cuts_at_each_section()
    {
        var grid = Grid(64, 120, 0, 0, 4) with { SectionStartSeconds = [0, 32] };
        grid = grid with { BeatEnergies = [.. grid.BeatSeconds.Select(beat => beat < 32 ? 0.1 + (beat / 1000) : 0.8 + (beat / 1000))] };
        var cut = CutPlanner.Plan(Request(grid) with { CutOn = CutOn.Energy });

        Assert.Contains(cut.Shots, shot => shot.Frames.Start == 960);
        Assert.True(cut.Shots.Count(shot => shot.Frames.Start >= 960) > 1.5 * cut.Shots.Count(shot => shot.Frames.Start < 960));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(90)]
    public void A_song_without_beats_is_cut_evenly_and_no_beat_is_claimed(double seconds)
    {
        var cut = CutPlanner.Plan(Request(new([], [], [], [], seconds)));

        Assert.True(cut.Shots.Count > 1);
        Assert.All(cut.Shots, shot => Assert.Null(shot.BeatIndex));
        Assert.InRange(cut.Shots.Max(shot => shot.Frames.Count) - cut.Shots.Min(shot => shot.Frames.Count), 0, 1);
    }

    [Fact]
    public void The_same_clip_twice_in_the_order_never_follows_itself()
    {
        var (a, b) = (new CutClip(Id(1), 10, false), new CutClip(Id(2), 10, false));
        foreach (var clips in new CutClip[][] { [a, a, b], [a, b, a], [a, b, b, a, a] })
        {
            var cut = CutPlanner.Plan(Request(Grid(20, 120, 0, 0, 4)) with { Clips = clips });

            Assert.All(cut.Shots.Zip(cut.Shots.Skip(1)), pair => Assert.NotEqual(pair.First.ClipId, pair.Second.ClipId));
        }
    }

    [Fact]
    public void Transitions_stay_within_their_shots_and_their_clips_and_move_no_cut() => Gen.Select(Requests, Gen.Double[0.05, 5]).Sample((request, seconds) =>
    {
        var (hard, soft) = (CutPlanner.Plan(request), CutPlanner.Plan(request with { Transition = TransitionKind.WipeLeft, TransitionSeconds = seconds }));

        Assert.Equal(hard.Shots.Select(shot => (shot.Frames, shot.BeatIndex)), soft.Shots.Select(shot => (shot.Frames, shot.BeatIndex)));
        var pieces = FilmPiece.Of(soft);
        Assert.Equal(0, pieces[0].Frames.Start);
        Assert.Equal(soft.Frames, pieces[^1].Frames.End);
        Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.Equal(pair.First.Frames.End, pair.Second.Frames.Start));
        var lengths = request.Clips.ToDictionary(clip => clip.Id, clip => clip.IsStill ? double.PositiveInfinity : clip.DurationSeconds + 0.101);
        Assert.All(pieces.SelectMany(piece => piece.Parts).Where(part => part.Shot is { Filling: Filling.Hold, SourceEndSeconds: null } && !double.IsInfinity(lengths[part.Shot.ClipId])), part =>
        {
            Assert.True(part.Shot.SourceStartSeconds + soft.Rate.SecondsAt(part.Offset) > -1e-6);
            Assert.True(part.StartSeconds(soft.Rate) + part.SourceSeconds(soft.Rate) < lengths[part.Shot.ClipId]);
        });
    });

    [Fact]
    public void Hits_lie_in_the_film_on_their_moments_and_are_safe_or_all_that_was_asked_for() => Gen.Select(Requests, Rules).Sample((request, rules) =>
    {
        request = request with
        {
            Effects = rules,
            KickSeconds = [.. request.Grid.BeatSeconds.Select(beat => beat + 0.11)],
            BassSeconds = [.. request.Grid.BeatSeconds.Select(beat => beat + 0.11)],
            VoiceSeconds = request.VoiceSeconds.Count > 0 ? request.VoiceSeconds : [(1, 2)],
            Sections = [new(0, request.Grid.DurationSeconds / 2, "verse"), new(request.Grid.DurationSeconds / 2, request.Grid.DurationSeconds, "chorus")],
        };
        var (safe, all) = (CutPlanner.Plan(request), CutPlanner.Plan(request with { IsFlashSafe = false }));
        var moments = request.Grid.BeatSeconds.Concat(request.KickSeconds).Concat(request.Grid.SectionStartSeconds).Concat(request.VoiceSeconds.Select(phrase => phrase.Start))
            .Select(moment => request.Rate.FrameAt(moment - safe.StartSeconds)).ToHashSet();

        Assert.Equal(safe.Shots, all.Shots);
        Assert.All(all.Hits, hit => Assert.True(hit.Frame >= 0 && hit.Frame < all.Frames && hit.Frames > 0 && hit.Strength is >= 0 and <= 1 && moments.Contains(hit.Frame)));
        Assert.Equal(all.Hits.OrderBy(hit => hit.Frame).DistinctBy(hit => (hit.Frame, hit.Kind)), all.Hits);
        Assert.Equal(0, all.WeakenedHits);
        Assert.Equal(SafeHits.Possible(all.Hits, all.Rate), safe.Hits);
        Assert.Equal(all.Hits.Count(hit => !safe.Hits.Contains(hit)), safe.WeakenedHits);
        Assert.Equal(safe.ToJson(), Cut.FromJson(safe.ToJson()).ToJson());
    }, iter: 50);

    [Fact]
    public void Hits_stand_on_the_frames_of_their_moments()
    {
        var grid = Grid(20, 120, 0.25, 0, 4) with { SectionStartSeconds = [0.3, 8.25] };
        var request = Request(grid) with
        {
            StartSeconds = 2,
            KickSeconds = [3.3, 5.5, 19.99],
            BassSeconds = [2.5, 6.3],
            VoiceSeconds = [(1, 1.9), (4.3, 6), (9, 12)],
            Sections = [new(0, 8.25, "verse"), new(8.25, 20, "chorus")],
        };
        IEnumerable<int> Frames(EffectRule rule) => CutPlanner.Plan(request with { Effects = [rule] }).Hits.Select(hit => hit.Frame);

        Assert.Equal([8, 23, 38], Frames(new(EffectKind.Flash, EffectOn.Beat)).Take(3));
        Assert.Equal([8, 68, 128], Frames(new(EffectKind.Flash, EffectOn.Downbeat)).Take(3));
        Assert.Equal([68, 188], Frames(new(EffectKind.Flash, EffectOn.Downbeat) { Every = 2 }).Take(2));
        Assert.Equal([38, 105], Frames(new(EffectKind.Flash, EffectOn.Kick)).Take(2));
        Assert.Equal([15, 128], Frames(new(EffectKind.Flash, EffectOn.Bass)));
        Assert.Equal([68, 210], Frames(new(EffectKind.Flash, EffectOn.Vocals)));
        Assert.Equal([188], Frames(new(EffectKind.Flash, EffectOn.Section)));
        Assert.Equal([188, 248], Frames(new(EffectKind.Flash, EffectOn.Downbeat) { Sections = ["Chorus"] }).Take(2));
        Assert.Empty(CutPlanner.Plan(request).Hits);
    }

    public static TheoryData<string> Impossible => ["clips", "short", "order", "beyond", "behind", "minShot", "maxShot", "odd", "length", "nan", "maxNan"];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_cannot_be_cut_is_refused_with_what_to_change(string what)
    {
        var request = Request(Grid(20, 120, 0, 0, 4));
        var bad = what switch
        {
            "clips" => request with { Clips = [] },
            "short" => request with { EndSeconds = 0.9 },
            "order" => request with { StartSeconds = 10, EndSeconds = 5 },
            "beyond" => request with { EndSeconds = 21 },
            "behind" => request with { StartSeconds = 21 },
            "minShot" => request with { MinShotSeconds = 21 },
            "maxShot" => request with { MinShotSeconds = 2, MaxShotSeconds = 3 },
            "maxNan" => request with { MaxShotSeconds = double.NaN },
            "odd" => request with { Width = 1281 },
            "length" => request with { Clips = [new(Id(1), 0, false)] },
            _ => request with { MinShotSeconds = double.NaN },
        };

        var problem = Assert.Throws<StudioProblem>(() => CutPlanner.Plan(bad));

        Assert.Equal((422, "cut.infeasible"), (problem.Status, problem.Code));
        Assert.EndsWith(".", problem.Message);
        Assert.Equal(what is "beyond" or "behind", problem.Message.Contains("inside the song", StringComparison.Ordinal));
    }

    /// <summary>Phrases by the pauses before them and their lengths, as far as the song goes; one at least.</summary>
    internal static IReadOnlyList<(double Start, double End)> Voice((double Pause, double Length)[] phrases, double seconds)
    {
        var voice = new List<(double Start, double End)>();
        var at = Math.Min(phrases[0].Pause, seconds / 2) - phrases[0].Pause;
        foreach (var (pause, length) in phrases.TakeWhile(_ => at < seconds))
        {
            voice.Add((at + pause, Math.Min(seconds, at + pause + length)));
            at += pause + length;
        }

        return [.. voice.Where(phrase => phrase.End > phrase.Start)];
    }

    internal static Guid Id(int i) => new(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    internal static BeatGrid Grid(double seconds, double bpm, double origin, int jitterSeed, int barLength)
    {
        var chance = new SeededSequence(jitterSeed, 0);
        var beats = Enumerable.Range(0, 4000).Select(i => origin + (i * 60 / bpm) + (jitterSeed == 0 ? 0 : (chance.Next() - 0.5) * 0.03)).Where(t => t >= 0 && t < seconds).ToList();
        var bars = Enumerable.Range(0, beats.Count).Where(i => i % barLength == 0).ToList();
        return new(beats, bars, [.. bars.Where((_, i) => i % 8 == 0).Select(i => beats[i])], [.. beats.Select(_ => chance.Next())], seconds);
    }

    private static CutRequest Request(BeatGrid grid) => new() { Grid = grid, Clips = [new(Id(1), 30, false), new(Id(2), 40, false), new(Id(3), 0, true)] };
}
