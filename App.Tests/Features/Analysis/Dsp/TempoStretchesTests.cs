using CsCheck;
using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

public sealed class TempoStretchesTests
{
    [Fact]
    public void A_steady_song_has_one_tempo_however_its_beats_tremble() =>
        Gen.Double[50, 220].SelectMany(tempoBpm => Gen.Double[-0.012, 0.012].Array[300].Select(tremble => (tempoBpm, tremble))).Sample(
            made =>
            {
                var stretch = Assert.Single(TempoStretches.Find([.. made.tremble.Select((off, n) => 1 + (n * 60 / made.tempoBpm) + off).Order()]));
                Assert.Equal(made.tempoBpm, stretch.Bpm, made.tempoBpm * 1e-3);
            },
            iter: 30);

    [Theory]
    [InlineData(120, 126)]
    [InlineData(100, 70)]
    [InlineData(90, 180)]
    public void A_change_of_tempo_shows_two(double first, double second)
    {
        double[] slow = [.. Enumerable.Range(0, 80).Select(n => n * 60 / first)];
        double[] all = [.. slow, .. Enumerable.Range(1, 80).Select(n => slow[^1] + (n * 60 / second))];

        var stretches = TempoStretches.Find(all);

        Assert.Equal([first, second], stretches.Select(stretch => stretch.Bpm), (a, b) => Math.Abs(a - b) < 0.5);
        Assert.Equal(slow[^1], stretches[0].EndSeconds, 1.5);
        Assert.Equal([0, stretches[0].EndSeconds, all[^1]], [stretches[0].StartSeconds, stretches[1].StartSeconds, stretches[1].EndSeconds]);
    }

    [Fact]
    public void A_slow_drift_is_followed_by_lines_that_stay_close()
    {
        var beats = new List<double> { 0 };
        while (beats.Count < 200)
        {
            beats.Add(beats[^1] + (60 / (100 + (beats[^1] / 5))));
        }

        var stretches = TempoStretches.Find(beats);

        Assert.InRange(stretches.Length, 2, 20);
        Assert.All(stretches, stretch => Assert.Equal(100 + ((stretch.StartSeconds + stretch.EndSeconds) / 10), stretch.Bpm, 1.0));
    }

    [Fact]
    public void One_beat_has_no_tempo_and_two_have()
    {
        Assert.Empty(TempoStretches.Find([]));
        Assert.Empty(TempoStretches.Find([3]));
        Assert.Equal(new TempoStretch(3, 3.5, 120), Assert.Single(TempoStretches.Find([3, 3.5])));
    }

    [Fact]
    public void Where_the_beat_pauses_there_is_no_tempo()
    {
        double[] beats = [.. Enumerable.Range(0, 30).Select(n => n * 0.5), .. Enumerable.Range(0, 3).Select(n => 20 + (n * 0.5)), 40, .. Enumerable.Range(0, 30).Select(n => 50 + (n * 0.4))];

        var stretches = TempoStretches.Find(beats);

        Assert.Equal([(0, 14.5, 120), (20, 21, 120), (50, 61.6, 150)], stretches.Select(one => (one.StartSeconds, Math.Round(one.EndSeconds, 6), Math.Round(one.Bpm, 6))));
        Assert.Equal(120, TempoStretches.MainBpm(beats), 1e-6);
    }

    [Fact]
    public void A_border_cuts_where_the_beat_changes_and_not_where_it_runs_straight_on()
    {
        double[] beats = [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.5, 4, 4.5];

        Assert.Equal([120, 240, 120], TempoStretches.Find(beats, 3, 2).Select(stretch => Math.Round(stretch.Bpm, 6)));
        Assert.Equal(120, Assert.Single(TempoStretches.Find([0, 0.5, 1, 1.5, 2, 2.5, 3], 1.2, 2)).Bpm, 1e-6);
    }

    [Fact]
    public void Nothing_has_no_main_tempo() => Assert.Equal(0, TempoStretches.MainBpm([]));
}
