using System.Text.Json;
using CsCheck;
using Downbeat.Features.Analysis;
using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis;

public sealed class CorrectorTests
{
    private const double Exact = 1e-5;

    private static readonly Gen<SongAnalysis> Songs =
        from count in Gen.Int[4, 300]
        from period in Gen.Double[0.25, 1.2]
        from drift in Gen.Double[-0.1, 0.1]
        from first in Gen.Double[0, 2]
        from beatsPerBar in Gen.OneOf(new[] { 2, 3, 4, 6 })
        from phase in Gen.Int[0, 5]
        from tail in Gen.Double[0.01, 5]
        select Song([.. Enumerable.Range(0, count).Select(n => first + (period * (n + (drift * n * n / count / 2))))], beatsPerBar, phase, tail);

    private static readonly Gen<Correction> Wishes = Gen.OneOf(
        Gen.OneOf(new[] { 0.5, 2 }).Select(factor => new Correction { TempoFactor = factor }),
        Gen.Double[-3, 3].Select(seconds => new Correction { ShiftSeconds = seconds }),
        Gen.OneOf(new[] { 0.5, -0.5 }).Select(beats => new Correction { ShiftBeats = beats }),
        Gen.Int[0, 3].Select(index => new Correction { FirstDownbeatIndex = index }),
        Gen.OneOf(new[] { 2, 3, 4, 6 }).Select(beats => new Correction { BeatsPerBar = beats }),
        Gen.Double[40, 220].Select(bpm => new Correction { TempoBpm = bpm }),
        Gen.Select(Gen.Double[0, 20], Gen.Double[0.2, 1.5]).Select((first, period) => new Correction { Taps = [.. Enumerable.Range(0, 8).Select(n => first + (n * period))] }));

    private static readonly Gen<Correction> RestrictedWishes =
        from wish in Wishes
        from start in Gen.Double[0, 20]
        from length in Gen.Double[0.1, 60]
        from isRestricted in Gen.Bool
        select isRestricted ? wish with { From = start, To = start + length } : wish;

    [Fact]
    public void Whatever_is_done_beats_rise_inside_the_song_and_bars_begin_on_beats() =>
        Gen.Select(Songs, RestrictedWishes.Array[1, 6]).Sample((song, wishes) =>
        {
            var (standing, analysis) = (Corrections.None, song);
            foreach (var wish in wishes)
            {
                try
                {
                    standing = Corrector.Apply(analysis, standing, wish, null);
                }
                catch (StudioProblem problem) when (problem.Status is 400 or 422)
                {
                    Assert.NotEmpty(problem.Errors!);
                    continue;
                }

                analysis = CorrectedAnalysis.Of(song, null, standing);
                Assert.All(analysis.Beats.Zip(analysis.Beats.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 0.049, $"{pair.First} and {pair.Second} after {wish}"));
                Assert.All(analysis.Beats, beat => Assert.InRange(beat, 0, song.DurationSeconds));
                Assert.Empty(analysis.Downbeats.Except(analysis.Beats));
                Assert.Equal(analysis.Beats.Count, analysis.Energy.Count);
                Assert.All(analysis.Sections.Zip(analysis.Sections.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
                Assert.Equal((0, song.DurationSeconds), (analysis.Sections[0].Start, analysis.Sections[^1].End));
            }
        });

    [Fact]
    public void Twice_as_fast_and_back_is_where_it_began() => Songs.Sample(song => AssertSameGrid(song, After(song, new() { TempoFactor = 2 }, new() { TempoFactor = 0.5 })));

    [Fact]
    public void Moved_there_and_back_is_where_it_began() => Gen.Select(Songs.Where(song => song.Beats.Count > 20), Gen.Double[-2, 2]).Sample((song, seconds) =>
        AssertSameGrid(song, After(song, new() { ShiftSeconds = seconds }, new() { ShiftSeconds = -seconds })));

    [Fact]
    public void What_was_undone_was_never_done() => Gen.Select(Songs, Wishes, Wishes).Sample((song, first, second) =>
    {
        try
        {
            var standing = Corrector.Apply(song, Corrections.None, first, null);
            var before = CorrectedAnalysis.Of(song, null, standing);
            Corrector.Apply(before, standing, second, null);

            AssertSameGrid(before, CorrectedAnalysis.Of(song, null, Corrections.FromJson(standing.ToJson())));
            AssertSameGrid(song, CorrectedAnalysis.Of(song, null, Corrections.None));
        }
        catch (StudioProblem problem)
        {
            Assert.True(problem.Status is 400 or 422, problem.Code);
        }
    });

    [Fact]
    public void A_song_heard_at_half_its_tempo_gets_a_beat_between_every_two_and_a_bar_within_every_bar()
    {
        var song = Song([1, 2, 3, 4, 5, 6, 7, 8, 9], 4, phase: 0);

        var corrected = After(song, new Correction { TempoFactor = 2 });

        Assert.Equal(120, corrected.Bpm, 1e-6);
        Assert.Equal([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5], corrected.Beats);
        Assert.Equal([1, 3, 5, 7, 9], corrected.Downbeats);
        Assert.Equal((4, 1, 1), (corrected.BeatsPerBar, corrected.BpmConfidence, corrected.MetreConfidence));
    }

    [Fact]
    public void Half_as_fast_keeps_the_beats_that_begin_bars()
    {
        var corrected = After(Song([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 4, phase: 1), new Correction { TempoFactor = 0.5 });

        Assert.Equal([1, 3, 5, 7, 9], corrected.Beats);
        Assert.Equal([1, 9], corrected.Downbeats);
    }

    [Fact]
    public void Half_a_beat_later_and_a_nudge_move_every_beat()
    {
        var song = Song([1, 2, 3, 4.5], 4, phase: 0, tailSeconds: 2);

        Assert.Equal([1.5, 2.5, 3.75, 5.25], After(song, new Correction { ShiftBeats = 0.5 }).Beats);
        Assert.Equal([0.5, 1.5, 2.5, 3.75], After(song, new Correction { ShiftBeats = -0.5 }).Beats);
        Assert.Equal([0.99, 1.99, 2.99, 4.49], After(song, new Correction { ShiftSeconds = -0.01 }).Beats);
    }

    [Fact]
    public void The_one_is_counted_in_both_directions_and_a_metre_counts_from_the_one_that_was_there()
    {
        var song = Song([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4, phase: 0);

        Assert.Equal([2, 6], After(song, new Correction { FirstDownbeatIndex = 6 }).Downbeats);
        Assert.Equal([2, 5, 8], After(song, new Correction { FirstDownbeatIndex = 2 }, new() { BeatsPerBar = 3 }).Downbeats);
        Assert.Equal([1, 4, 7], After(song, new Correction { FirstDownbeatIndex = 4, BeatsPerBar = 3 }).Downbeats);
    }

    [Fact]
    public void The_metre_of_a_stretch_is_that_of_the_song_only_when_it_has_most_of_its_bars()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => n * 0.5)], 4, phase: 0);

        var stretch = After(song, new Correction { From = 40, To = 46, BeatsPerBar = 3 });

        Assert.Equal((4, 40, 41.5, 43), (stretch.BeatsPerBar, stretch.Downbeats[20], stretch.Downbeats[21], stretch.Downbeats[22]));
        Assert.Equal(0, After(song, new Correction { From = 40, To = 46, BeatsPerBar = 3 }, new() { Taps = Taps(10, 0.5), From = 10, To = 20 }).Downbeats.Count(bar => bar is >= 10 and < 20 && bar % 2 != 0));
        Assert.Equal(3, After(song, new Correction { From = 6, BeatsPerBar = 3 }).BeatsPerBar);
        Assert.Equal(3, After(Song([.. Enumerable.Range(0, 40).Select(n => n * 0.5)], 4, phase: 0, tailSeconds: 0.5), new Correction { To = 14, BeatsPerBar = 3 }).BeatsPerBar);
    }

    [Fact]
    public void Taps_outside_the_stretch_are_left_out()
    {
        var song = Song([.. Enumerable.Range(0, 60).Select(n => n * 0.5)], 4, phase: 0);

        var tapped = After(song, new Correction { Taps = [-0.01, 9.98, .. Taps(10.2, 0.5, 12)], From = 10, To = 16 });

        Assert.All(tapped.Beats.Where(beat => beat is >= 10 and < 15.9), beat => Assert.Equal(0.2, beat % 0.5, Exact));
    }

    [Fact]
    public void A_stretch_moves_by_one_of_its_beats_at_most()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => n * 0.5)], 4, phase: 0);

        Assert.Equal(120, After(song, new Correction { From = 10, To = 20, ShiftSeconds = 0.5 }).Beats.Count, 2.0);
        Assert.Equal("correction.infeasible", Assert.Throws<StudioProblem>(() => After(song, new Correction { From = 10, To = 20, ShiftSeconds = 30 })).Code);
    }

    [Fact]
    public void A_person_may_say_that_there_is_no_beat()
    {
        var song = Song([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4, phase: 0);

        var none = After(song, new Correction { Beats = [] });

        Assert.Equal((0, 0, 0, 0, 0), (none.Beats.Count, none.Downbeats.Count, none.BeatsPerBar, none.Bpm, none.Tempos.Count));
        Assert.True(none.Corrected.Grid);
        Assert.Equal((20, 4), After(song, new Correction { Beats = [] }, new() { TempoBpm = 120 }) is var again ? (again.Beats.Count, again.BeatsPerBar) : default);
    }

    [Fact]
    public void Listed_beats_of_the_whole_song_leave_no_stretch_that_was_set_on_its_own()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => n * 0.5)], 4, phase: 0);

        var tapped = After(song, new Correction { TempoBpm = 90, From = 40 }, new() { Beats = song.Beats }, new() { Taps = Taps(10.1, 0.5) });

        Assert.All(tapped.Beats, beat => Assert.Equal(0.1, beat % 0.5, Exact));
    }

    [Fact]
    public void Chords_change_on_the_beats_of_the_day()
    {
        var song = Song([.. Enumerable.Range(0, 20).Select(n => n * 0.5)], 4, phase: 0) with { Chords = [new(0, 2, "C", 1), new(2, 4.5, "G", 1), new(4.5, 4.7, "F", 1), new(8, 30, "C", 1)] };

        var corrected = After(song, new Correction { ShiftSeconds = 0.1 });

        Assert.Equal([(0.1, 2.1, "C"), (2.1, 4.6, "G"), (8.1, 30, "C")], corrected.Chords.Select(chord => (Math.Round(chord.Start, 6), Math.Round(chord.End, 6), chord.Name)));
        Assert.Equal(song.Chords, After(song, new Correction { Genre = "polka" }).Chords);
    }

    [Fact]
    public void A_song_can_have_several_tempos()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => n * 0.5)], 4, phase: 0);

        var corrected = After(song, new Correction { TempoBpm = 90, From = 20, To = 40, AnchorSeconds = 20 }, new() { TempoBpm = 150, From = 40, AnchorSeconds = 40 });

        Assert.Equal([120, 90, 150], corrected.Tempos.Select(tempo => Math.Round(tempo.Bpm, 2)));
        Assert.Equal([20, 40], corrected.Tempos.Skip(1).Select(tempo => tempo.Start), (a, b) => Math.Abs(a - b) < 0.1);
        Assert.All(corrected.Beats.Zip(corrected.Beats.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.24, 0.76));
    }

    [Fact]
    public void What_is_tapped_ends_where_a_stretch_was_set_on_its_own_and_where_another_tempo_begins()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => n * 0.5)], 4, phase: 0);
        var set = After(song, new Correction { TempoBpm = 90, From = 40, AnchorSeconds = 40 });

        var tapped = After(song, new Correction { TempoBpm = 90, From = 40, AnchorSeconds = 40 }, new() { Taps = Taps(10.1, 0.5) });

        Assert.Equal(set.Beats.Where(beat => beat >= 40), tapped.Beats.Where(beat => beat >= 40));
        Assert.All(tapped.Beats.Where(beat => beat < 39.5), beat => Assert.Equal(0.1, beat % 0.5, Exact));

        var changing = Song([.. Enumerable.Range(0, 60).Select(n => n * 0.5), .. Enumerable.Range(0, 60).Select(n => 30 + (n * 0.4))], 4, phase: 0) with
        {
            Tempos = [new(0, 30, 120), new(30, 53.6, 150)],
        };
        Assert.All(After(changing, new Correction { Taps = Taps(10.1, 0.5) }).Beats.Where(beat => beat >= 30), beat => Assert.Equal(0, Distance(beat - 30, 0.4), Exact));
        Assert.Equal(0, Distance(After(changing, new Correction { Taps = Taps(10.1, 0.7) }).Beats[^1] - 10.1, 0.7), Exact);
    }

    [Fact]
    public void Taps_keep_the_bars_that_were_known_and_else_count_from_the_first()
    {
        Assert.Equal([1.02, 3.02, 5.02, 7.02, 9.02], After(Song([.. Enumerable.Range(0, 20).Select(n => n * 0.5)], 4, phase: 2), new Correction { Taps = Taps(2.02, 0.5, 6) }).Downbeats, Near);
        Assert.Equal([0.25, 2.25, 4.25, 6.25, 8.25], After(Song([], 0, 0, 10), new Correction { Taps = Taps(2.25, 0.5, 6) }).Downbeats, Near);
    }

    [Fact]
    public void Borders_move_onto_the_bars_of_the_day()
    {
        var song = Song([.. Enumerable.Range(0, 60).Select(n => n * 0.5)], 4, phase: 0) with { Sections = [Section(0, 0, 10.4, "intro"), Section(1, 10.4, 30, "verse")] };
        SectionWish[] wished = [new(0, 6.9, "Intro"), new(6.9, 15.2, "My part"), new(15.3, 29, "my PART")];

        var corrected = After(song, new Correction { Sections = wished });
        Assert.Equal([(0, 0, 6), (1, 6, 16), (1, 16, song.DurationSeconds)], corrected.Sections.Select(s => (s.Group, s.Start, s.End)));
        Assert.Equal(["intro", "My part", "my PART"], corrected.Sections.Select(section => section.Label));
        Assert.All(corrected.Sections, section => Assert.Equal(1, section.Confidence));

        Assert.Equal([0, 6.9, 14.9], After(song, new Correction { Sections = wished }, new() { ShiftSeconds = 0.9 }).Sections.Select(section => section.Start), Near);
        Assert.Equal([0, 10.2], After(song, new Correction { ShiftSeconds = 0.2 }).Sections.Select(section => section.Start), Near);
        Assert.Equal([0, 10.4], After(song, new Correction { Genre = "polka" }).Sections.Select(section => section.Start));
    }

    [Fact]
    public void What_a_person_says_is_sure()
    {
        var corrected = After(Song([0, 1, 2, 3], 4, 0), new Correction { Key = "Bb", Mode = "minor", Genre = " Polka ", Mood = new(Tension: 0.75) });

        Assert.Equal(("A#", "minor", 1.0), (corrected.Key, corrected.Mode, corrected.KeyConfidence));
        Assert.Equal(new SongGenre("Polka", 1), corrected.Genre);
        Assert.Equal(new SongMood(0.1, 0.2, 0.75, 0.4), corrected.Mood);
        Assert.Equal(new CorrectedParts(Grid: false, Sections: false, Key: true, Mood: true, Genre: true), corrected.Corrected);
        Assert.True(corrected.IsCorrected);
    }

    [Fact]
    public void New_beats_get_curves_of_their_own()
    {
        var song = Song([0, 1, 2, 3, 4, 5], 4, phase: 0);
        var (energy, kick) = (new float[431], new float[431]);
        energy.AsSpan(215).Fill(1);
        kick[(int)(2.5 * Curves.PerSecond)] = 1;
        var silent = new float[431];
        var curves = new Curves(energy, kick, silent, silent, silent, silent);

        var corrected = CorrectedAnalysis.Of(song, curves, Corrector.Apply(song, Corrections.None, new() { TempoFactor = 2 }, curves));

        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], corrected.Curves.Kick);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], corrected.Energy, (a, b) => Math.Abs(a - b) < 0.1);
    }

    public static TheoryData<string, Correction> Refusals => new()
    {
        { "tempoFactor", new() { TempoFactor = 3 } },
        { "shiftBeats", new() { ShiftBeats = 0.25 } },
        { "shiftSeconds", new() { ShiftSeconds = double.PositiveInfinity } },
        { "shiftSeconds", new() { ShiftSeconds = double.NaN } },
        { "firstDownbeatIndex", new() { FirstDownbeatIndex = -1 } },
        { "firstDownbeatIndex", new() { FirstDownbeatIndex = 10 } },
        { "beatsPerBar", new() { BeatsPerBar = 5 } },
        { "beats", new() { Beats = [1, 2, 2.01] } },
        { "beats", new() { Beats = [2, 1] } },
        { "beats", new() { Beats = [1, double.NaN] } },
        { "beats", new() { Beats = [1, 11] } },
        { "beats", new() { Beats = [1, 2], From = 3 } },
        { "beats", new() { Beats = [5] } },
        { "beats", new() { Beats = [], TempoFactor = 2 } },
        { "beats", new() { Beats = [1, 2], Taps = [1, 2, 3, 4] } },
        { "taps", new() { Taps = [1, 2, 3] } },
        { "taps", new() { Taps = [3, 4, 5, 6], From = 4 } },
        { "taps", new() { Taps = [.. Enumerable.Repeat(1.0, 10_001)] } },
        { "shiftSeconds", new() { ShiftSeconds = 1.1, From = 2, To = 4 } },
        { "shiftSeconds", new() { ShiftSeconds = -5, From = 9.5 } },
        { "taps", new() { Taps = [0, 0.3, 1.4, 1.6, 2.9, 3.1, 4.6] } },
        { "tempoBpm", new() { TempoBpm = 1000 } },
        { "anchorSeconds", new() { TempoBpm = 100, AnchorSeconds = double.NegativeInfinity } },
        { "from", new() { TempoBpm = 100, From = -1 } },
        { "to", new() { TempoBpm = 100, From = 5, To = 4 } },
        { "sections", new() { Sections = [] } },
        { "sections[0].label", new() { Sections = [new(0, 5, "")] } },
        { "sections[0].label", new() { Sections = [new(0, 5, new('a', 41))] } },
        { "sections[1]", new() { Sections = [new(0, 5, "a"), new(4, 9, "b")] } },
        { "sections[0]", new() { Sections = [new(0, null, "a")] } },
        { "sections[0]", new() { Sections = [new(0, double.PositiveInfinity, "a")] } },
        { "sections", new() { Sections = [new(0, 3.6, "a"), new(3.6, 4.2, "b"), new(4.2, 10, "c")] } },
        { "key", new() { Key = "H" } },
        { "mode", new() { Mode = "dorian", Key = "C" } },
        { "mood.energy", new() { Mood = new(Energy: 1.5) } },
        { "genre", new() { Genre = new('a', 41) } },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void What_cannot_be_done_is_refused_by_name(string field, Correction wish)
    {
        var problem = Assert.Throws<StudioProblem>(() => After(Song([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4, phase: 0), wish));

        Assert.True(problem.Status is 400 or 422, problem.Code);
        Assert.Equal(field, Assert.Single(problem.Errors!).Key);
    }

    [Theory]
    [InlineData("""{ "tempoBpm": 1000 }""", "A tempo lies between 20 and 400 beats a minute.")]
    [InlineData("""{ "taps": [1, 2, 3] }""", "Tap at least 4 times inside the song, or inside the loop where only that is changed; more than 10000 taps are too many.")]
    [InlineData("""{ "sections": [{ "start": 0, "end": 5, "label": "a" }, { "start": 4, "end": 9, "label": "b" }] }""", "Part 2 has to begin where the one before ends or later, to end after it begins, and to lie inside the song.")]
    [InlineData("""{ "sections": [{ "start": 0, "end": 5, "label": "" }] }""", "The name of a part has 1 to 40 characters.")]
    [InlineData("""{ "version": 7 }""", "The song was corrected in the meantime; look at it as it is now and try again.")]
    [InlineData("""{ "genre": "a genre whose name is longer than forty characters" }""", "A genre has at most 40 characters.")]
    public void A_refusal_that_a_page_shows_is_a_sentence_and_the_field_stands_beside_it(string wish, string sentence)
    {
        var correction = JsonSerializer.Deserialize<Correction>(wish, JsonSerializerOptions.Web)!;
        Assert.Equal(sentence, Assert.Throws<StudioProblem>(() => After(Song([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4, phase: 0), correction)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\u0001")]
    public void A_genre_can_be_left_open_whatever_was_heard_or_set(string blank)
    {
        var song = Song([0, 1, 2, 3], 4, 0) with { Genre = new("rock", 0.4) };

        var open = After(song, new Correction { Genre = "polka" }, new() { Genre = blank });

        Assert.Equal((new("", 1), true), (open.Genre, open.Corrected.Genre));
        Assert.Equal("", Corrections.FromJson(Corrector.Apply(song, Corrections.None, new() { Genre = blank }, null).ToJson()).Genre);
    }

    [Fact]
    public void A_song_without_a_beat_says_what_helps()
    {
        var problem = Assert.Throws<StudioProblem>(() => After(Song([], 0, 0, 20), new Correction { TempoFactor = 2 }));
        Assert.Equal((422, "correction.infeasible"), (problem.Status, problem.Code));

        Assert.Equal(40, After(Song([], 0, 0, 20), new Correction { TempoBpm = 120 }).Beats.Count);
    }

    [Fact]
    public void Fifty_states_can_be_gone_back_to()
    {
        var history = default(CorrectionHistory);
        for (var n = 1; n <= 80; n++)
        {
            history = history.Do();
        }

        var steps = 0;
        for (; history.CanUndo; steps++)
        {
            history = history.Undo();
        }

        Assert.Equal((50, 30), (steps, history.Current));
        Assert.Equal(new(30, 31, 31), history.Do());
        Assert.Equal(31, history.Redo().Current);
        Assert.Equal("analysis.nothing_to_undo", Assert.Throws<StudioProblem>(() => history.Undo()).Code);
    }

    internal static SongAnalysis Song(double[] beats, int beatsPerBar, int phase, double tailSeconds = 1)
    {
        var duration = (beats.Length == 0 ? 0 : beats[^1]) + tailSeconds;
        return new()
        {
            DurationSeconds = duration,
            Beats = beats,
            BeatsPerBar = beatsPerBar,
            Downbeats = [.. beats.Where((_, n) => beatsPerBar > 0 && n % beatsPerBar == phase % Math.Max(1, beatsPerBar))],
            Bpm = beats.Length < 2 ? 0 : BeatGrid.TempoOf(beats),
            Energy = [.. beats.Select(_ => 0.5)],
            Sections = [Section(0, 0, duration / 2, "verse"), Section(1, duration / 2, duration, "chorus")],
            Key = "C",
            Mode = "major",
            Mood = new(0.1, 0.2, 0.3, 0.4),
        };
    }

    internal static SongAnalysis After(SongAnalysis song, params Correction[] wishes)
    {
        var (standing, analysis) = (Corrections.None, song);
        foreach (var wish in wishes)
        {
            standing = Corrector.Apply(analysis, standing, wish, null);
            analysis = CorrectedAnalysis.Of(song, null, standing);
        }

        return analysis;
    }

    private static SongSection Section(int index, double start, double end, string label) => new(index, start, end, label, index, 0.5, 0.5);

    private static double[] Taps(double first, double period, int count = 8) => [.. Enumerable.Range(0, count).Select(n => first + (n * period))];

    private static double Distance(double time, double period) => time - (period * Math.Round(time / period));

    private static bool Near(double a, double b) => Math.Abs(a - b) < Exact;

    internal static void AssertSameGrid(SongAnalysis expected, SongAnalysis actual)
    {
        Assert.Equal(expected.Beats, actual.Beats, Near);
        Assert.Equal(expected.Downbeats, actual.Downbeats, Near);
        Assert.Equal(expected.BeatsPerBar, actual.BeatsPerBar);
    }
}
