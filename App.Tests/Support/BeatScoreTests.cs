using CsCheck;

namespace Downbeat.Tests.Support;

public sealed class BeatScoreTests
{
    private static readonly double[] Grid = BeatScore.Grid(0.3, 120, 30);

    [Fact]
    public void The_same_beats_score_one() => Assert.Equal(1, BeatScore.F(Grid, Grid));

    [Fact]
    public void Nothing_found_scores_zero() => Assert.Equal(0, BeatScore.F(Grid, []));

    [Fact]
    public void Off_beats_score_zero() => Assert.Equal(0, BeatScore.F(Grid, [.. Grid.Select(beat => beat + 0.25)]));

    [Fact]
    public void Half_the_beats_score_two_thirds() => Assert.Equal(2.0 / 3, BeatScore.F(BeatScore.Grid(0.25, 120, 30), BeatScore.Grid(0.25, 60, 30)), 2);

    [Fact]
    public void A_beat_seventy_milliseconds_away_still_counts_and_one_further_away_does_not()
    {
        Assert.Equal(1, BeatScore.F([10, 20], [10.0699, 19.9301]));
        Assert.Equal(0, BeatScore.F([10, 20], [10.0701, 19.9299]));
    }

    [Fact]
    public void The_first_five_seconds_do_not_count() => Assert.Equal(1, BeatScore.F([1, 4.999, 10], [2.5, 10]));

    [Fact]
    public void Two_found_beats_cannot_share_one_true_beat() => Assert.Equal(1, BeatScore.Matches([10], [9.95, 10.05], 0.07));

    [Fact]
    public void Close_beats_are_paired_so_that_most_of_them_match() => Assert.Equal(2, BeatScore.Matches([10, 10.1], [9.94, 10.06], 0.07));

    [Fact]
    public void The_matching_is_as_large_as_trying_every_pairing_finds()
    {
        var times = Gen.Double[0, 1].Array[0, 5];
        Gen.Select(times, times).Sample((truth, found) =>
        {
            Array.Sort(truth);
            Array.Sort(found);
            Assert.Equal(Exhaustive(truth, found, 0.07), BeatScore.Matches(truth, found, 0.07));
        });
    }

    [Fact]
    public void A_grid_holds_every_whole_beat_inside_the_song() =>
        Assert.Equal([0.4, 0.9, 1.4], BeatScore.Grid(-0.1, 120, 1.45), (a, b) => Math.Abs(a - b) < 1e-9);

    private static int Exhaustive(double[] truth, double[] found, double window)
    {
        if (truth.Length == 0)
        {
            return 0;
        }

        var best = Exhaustive(truth[1..], found, window);
        for (var n = 0; n < found.Length; n++)
        {
            if (Math.Abs(truth[0] - found[n]) <= window)
            {
                best = Math.Max(best, 1 + Exhaustive(truth[1..], [.. found[..n], .. found[(n + 1)..]], window));
            }
        }

        return best;
    }
}
