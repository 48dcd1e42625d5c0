using CsCheck;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

public sealed class ContinuityTests
{
    private static readonly double[] Grid = BeatScore.Grid(0.3, 120, 30);

    // Inputs and results published with mir_eval (tests/data/beat, pair 08), the times written as whole steps of the lattice that they lie on.
    private static readonly int[] TrueSteps =
    [
        0, 13, 13, 15, 13, 14, 15, 15, 15, 13, 13, 12, 14, 14, 12, 13, 13, 13, 13, 13, 12, 12, 12, 14, 13, 13, 12, 13, 12, 13, 12, 13, 13, 14, 12, 12, 12, 13, 13, 12, 12, 12, 14, 14, 13, 11, 13, 12, 13, 13,
        13, 12, 13, 12, 12, 13, 13, 12, 13, 12, 13, 14, 12, 12, 14, 12, 12, 13, 13, 11, 13, 12, 12, 14, 13, 12, 13, 12, 13, 14, 12, 12, 13, 12, 13, 13, 13, 12, 13, 13, 12, 13, 13, 12, 13, 12, 13, 13, 14, 12,
        12, 12, 14, 12, 14, 12, 13, 12, 12, 13, 13, 12, 12, 13, 13, 13, 13, 12, 13, 13, 12, 13, 12, 13, 11, 13, 13, 12, 13, 12, 12, 11, 13, 13, 13, 11, 13, 13, 12, 13, 12, 13, 12, 13, 13, 12, 12, 13, 13, 13,
        13, 12, 14, 13, 13, 13, 13, 13, 12, 12, 13, 13, 12, 13, 12, 11, 13, 13, 12, 12, 11, 13, 12, 11, 13, 13, 11, 13, 12, 12, 13, 12, 12, 12, 13, 11, 13, 11, 13, 12, 13, 11, 13, 13, 11, 13, 12, 11, 13, 13,
        12, 13, 12, 12, 13, 12, 13, 11, 13, 10, 13, 13, 12, 12, 12, 11, 13, 12, 13, 11, 13, 12, 13, 12, 12, 13, 13, 12, 13, 12, 12, 12, 13, 13, 13, 11, 12, 12, 12, 13, 12, 13, 12, 11, 13, 12, 13, 13, 12, 12,
        13, 12, 12, 12, 12, 14, 13, 11, 13, 12, 13, 12, 11, 13, 12, 13, 14, 12, 12, 14, 14, 13, 13, 14, 13, 17,
    ];

    private static readonly int[] FoundSteps =
    [
        119, 186, 200, 184, 188, 177, 179, 183, 243, 213, 207, 218, 205, 221, 220, 200, 194, 216, 204, 208, 196, 198, 216, 200, 209, 201, 211, 189, 201, 195, 196, 227, 204, 197, 198, 206, 201,
        206, 202, 195, 201, 197, 211, 204, 207, 191, 203, 213, 196, 203, 212, 190, 208, 195, 197, 208, 199, 194, 204, 199, 205, 214, 198, 192, 200, 199, 189, 209, 203, 191, 204, 183, 208, 210,
        203, 194, 213, 197, 192, 224, 196, 197, 210, 199, 210, 208, 208, 190, 207, 199, 200, 205, 205, 194, 214, 199, 203, 213, 203, 194, 204, 198, 189, 214, 214, 194, 209, 191, 201, 217, 185,
        211, 219, 189, 203, 208, 202, 197, 198, 194, 212, 214, 194, 187, 198, 204, 192, 203, 201, 197, 199, 192, 187, 209, 194, 203, 196, 197, 196, 221, 192, 197, 201, 190, 206, 188, 217, 210,
        204, 211, 212, 187, 214, 214, 196, 211, 205, 215, 186, 200, 208, 206, 189, 211, 195, 191, 191, 199, 209, 176, 208, 189, 164, 192, 208, 197, 204, 192, 195, 198, 194, 210, 183, 200, 195,
        197, 188, 202, 182, 194, 200, 199, 198, 210, 188, 193, 197, 193, 199, 206, 189, 193, 207, 193, 193, 198, 198, 200, 198, 179, 195, 200, 199, 189, 191, 187, 198, 206, 192, 186, 202, 192,
        200, 204, 190, 204, 200, 206, 200, 191, 197, 197, 200, 216, 184, 193, 195, 191, 196, 197, 197, 190, 193, 197, 199, 190, 196, 221, 190, 201, 204, 178, 204, 198, 203, 195, 205, 189, 202,
        202, 197, 192, 193, 195, 206, 197, 217, 193, 202, 224, 199, 215, 220, 231, 222, 230, 204, 207, 217,
    ];

    [Fact]
    public void The_published_pair_of_mir_eval_scores_as_published()
    {
        var (truth, found) = (Times(8.719954648526079e-02, 2048 / 44100.0, TrueSteps), Times(0, 128 / 44100.0, FoundSteps));

        var score = Continuity.Of(truth, found);

        Assert.Equal(0.17100371747211895, BeatScore.F(truth, found), 12);
        Assert.Equal(0.022222222222222223, score.CmlC, 12);
        Assert.Equal(0.45555555555555555, score.CmlT, 12);
        Assert.Equal(0.022222222222222223, score.AmlC, 12);
        Assert.Equal(0.45555555555555555, score.AmlT, 12);
    }

    [Fact]
    public void The_edge_cases_of_mir_eval_score_zero()
    {
        Assert.Equal(default, Continuity.Of([6, 6], [6, 7]));
        Assert.Equal(default, Continuity.Of([6, 6], [6.5, 7]));
        Assert.Equal(default, Continuity.Of([10], Grid));
        Assert.Equal(default, Continuity.Of(Grid, [10]));
        Assert.Equal(default, Continuity.Of([], []));
    }

    [Fact]
    public void The_same_beats_are_continuous_from_end_to_end() => Assert.Equal(new(1, 1, 1, 1), Continuity.Of(Grid, Grid));

    [Theory]
    [InlineData(0.25, 120)]
    [InlineData(0, 240)]
    [InlineData(0, 60)]
    [InlineData(0.5, 60)]
    public void Another_metrical_level_is_wrong_as_written_and_right_at_any_level(double shiftSeconds, double tempoBpm)
    {
        var score = Continuity.Of(Grid, BeatScore.Grid(0.3 + shiftSeconds, tempoBpm, 30));

        Assert.InRange(score.CmlT, 0, 0.05);
        Assert.InRange(score.AmlT, 0.95, 1);
        Assert.InRange(score.AmlC, 0.95, 1);
    }

    [Theory]
    [InlineData(0.174, 1)]
    [InlineData(0.176, 0)]
    public void A_shift_counts_up_to_seventeen_and_a_half_percent_of_the_beat(double share, double expected) =>
        Assert.Equal(expected, Continuity.Of(Grid, [.. Grid.Select(beat => beat + (share / 2))]).CmlT);

    [Fact]
    public void One_missing_beat_costs_itself_and_the_one_after_it_whose_step_is_double()
    {
        // 5.3 s to 29.8 s are 50 beats; without the 21st of them 20 lie before and 29 after, the first of which has a step of two beats.
        double[] counted = BeatScore.Trim(Grid);

        var score = Continuity.Of(Grid, [.. counted.Where((_, n) => n != 20)]);

        Assert.Equal(50, counted.Length);
        Assert.Equal(28 / 50.0, score.CmlC, 12);
        Assert.Equal(48 / 50.0, score.CmlT, 12);
    }

    [Fact]
    public void Scores_are_shares_the_longest_run_is_no_more_than_all_and_any_level_is_no_worse_than_the_written_one()
    {
        var times = Gen.Double[5, 15].Array[0, 30];
        Gen.Select(times, times).Sample((truth, found) =>
        {
            Array.Sort(truth);
            Array.Sort(found);
            var score = Continuity.Of(truth, found);
            Assert.True(score is { CmlC: >= 0, AmlT: <= 1 } && score.CmlC <= score.CmlT && score.AmlC <= score.AmlT && score.CmlC <= score.AmlC && score.CmlT <= score.AmlT);
        });
    }

    private static double[] Times(double originSeconds, double unitSeconds, int[] steps)
    {
        var at = 0;
        return [.. steps.Select(step => originSeconds + ((at += step) * unitSeconds))];
    }
}
