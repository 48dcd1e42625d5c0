using Downbeat.Features.Analysis;
using static Downbeat.Tests.Features.Analysis.CorrectorTests;

namespace Downbeat.Tests.Features.Analysis;

/// <summary>The tempos of a song with stretches that were changed, emptied or set on their own.</summary>
public sealed class GridTempoTests
{
    private static readonly SongAnalysis Steady = Song([.. Enumerable.Range(0, 24).Select(n => 0.1 + (n * 0.5))], 4, phase: 0, tailSeconds: 0.4);

    [Fact]
    public void A_few_seconds_of_another_tempo_are_a_stretch_of_their_own()
    {
        Assert.Equal([120, 240, 120], BpmOf(After(Steady, new Correction { From = 3, To = 6, TempoFactor = 2 })));
        Assert.Equal([120, 60, 120], BpmOf(After(Steady, new Correction { From = 3, To = 6, TempoFactor = 0.5 })));

        var set = After(Steady, new Correction { From = 3, To = 6, TempoBpm = 170 });
        Assert.Equal([120, 170, 120], BpmOf(set));
        Assert.Equal([(0.1, 3.1), (3.1, 6.6), (6.6, 11.6)], set.Tempos.Select(tempo => (Math.Round(tempo.Start, 3), Math.Round(tempo.End, 3))));
        Assert.Equal(120, set.Bpm, 0.01);
    }

    [Fact]
    public void A_stretch_without_beats_has_no_tempo()
    {
        var emptied = After(Steady, new Correction { From = 3, To = 6, Beats = [] });

        Assert.Equal([(0.1, 2.6), (6.1, 11.6)], emptied.Tempos.Select(tempo => (Math.Round(tempo.Start, 3), Math.Round(tempo.End, 3))));
        Assert.Equal([120, 120], BpmOf(emptied));
        Assert.Equal(120, emptied.Bpm, 0.01);
    }

    [Fact]
    public void The_tempo_of_a_song_is_that_of_most_of_its_time()
    {
        Assert.Equal(80, After(Steady, new Correction { To = 7, TempoBpm = 80 }).Bpm, 0.01);
        Assert.Equal(120, After(Steady, new Correction { To = 3, TempoBpm = 80 }, new Correction { From = 9, TempoBpm = 80 }).Bpm, 0.01);
    }

    [Fact]
    public void A_nudge_changes_no_tempo()
    {
        var swaying = Song([.. Enumerable.Range(0, 200).Select(n => 0.1 + (n * 0.5) + (0.4 * Math.Sin(n / 20.0)))], 4, phase: 0, tailSeconds: 0.4);

        Assert.Equal(swaying.Bpm, After(swaying, new Correction { ShiftSeconds = 0.01 }).Bpm, 1e-3);
    }

    [Fact]
    public void Tapped_beats_are_one_tempo_however_little_was_tapped()
    {
        var tapped = After(Steady, new Correction { Taps = [.. Enumerable.Range(0, 6).Select(n => 4 + (n * 0.48))] });

        Assert.Equal([125], BpmOf(tapped));
    }

    [Fact]
    public void Taps_go_on_after_a_pause_and_leave_one_that_was_emptied_by_hand()
    {
        double[] beats = [.. Enumerable.Range(0, 20).Select(n => n * 0.5), .. Enumerable.Range(0, 20).Select(n => 20 + (n * 0.5))];
        var song = Song(beats, 4, phase: 0) with { Tempos = [new(0, 9.5, 120), new(20, 29.5, 120)] };
        var tap = new Correction { Taps = [.. Enumerable.Range(0, 8).Select(n => 2.2 + (n * 0.5))] };

        Assert.Equal(61, After(song, tap).Beats.Count);
        Assert.Equal([0.2, 9.7, 20, 29.5], (double[])[.. After(song, new Correction { From = 9.8, To = 19.8, Beats = [] }, tap).Beats is var left ? [left[0], left[19], left[20], left[^1]] : Array.Empty<double>()], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Taps_go_on_through_a_pause_to_where_another_tempo_begins()
    {
        double[] beats = [.. Enumerable.Range(0, 20).Select(n => n * 0.5), .. Enumerable.Range(0, 20).Select(n => 20 + (n * 0.4))];
        var song = Song(beats, 4, phase: 0) with { Tempos = [new(0, 9.5, 120), new(20, 27.6, 150)] };

        var tapped = After(song, new Correction { Taps = [.. Enumerable.Range(0, 8).Select(n => 2.2 + (n * 0.5))] });

        double[] expected = [.. Enumerable.Range(0, 40).Select(n => 0.2 + (n * 0.5)), .. beats.Where(beat => beat >= 20)];
        Assert.Equal(expected, tapped.Beats, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private static IEnumerable<double> BpmOf(SongAnalysis song) => song.Tempos.Select(tempo => Math.Round(tempo.Bpm, 2));
}
