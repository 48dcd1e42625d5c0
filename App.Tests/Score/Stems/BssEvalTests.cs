using CsCheck;
using Downbeat.Features.Stems.Separation;
using static Downbeat.Tests.Score.Stems.MadeUpStems;

namespace Downbeat.Tests.Score.Stems;

public sealed class BssEvalTests
{
    private const int Frames = 6000;
    private const int Taps = 16;

    private static readonly StereoBlock Voice = Noise(1, Frames);
    private static readonly StereoBlock Drum = Noise(2, Frames);
    private static readonly StereoBlock Hiss = Noise(3, Frames);
    private static readonly BssEval Metric = new([Voice, Drum], Taps);

    [Fact]
    public void A_case_that_can_be_done_by_hand()
    {
        // Four series at right angles to each other, each of energy 64. One channel twice is no second direction.
        var signs = (int which, int n) => (int.PopCount(which & n) & 1) == 0 ? 1f : -1f;
        var (voice, drum) = (Of(64, n => (signs(1, n), signs(1, n))), Of(64, n => (signs(2, n), signs(2, n))));
        var estimate = Of(64, n => ((1.2f * signs(1, n)) + (0.5f * signs(2, n)) + (0.25f * signs(4, n)), signs(1, n)));

        var score = new BssEval([voice, drum], taps: 1).Score([estimate, drum])[0][0];

        Assert.Equal(10 * Math.Log10(2 / (0.04 + 0.25 + 0.0625)), score.Sdr, 1e-5);
        Assert.Equal(10 * Math.Log10(2 / 0.04), score.Isr, 1e-5);
        Assert.Equal(10 * Math.Log10(2.44 / 0.25), score.Sir, 1e-5);
        Assert.Equal(10 * Math.Log10(2.69 / 0.0625), score.Sar, 1e-5);
    }

    [Fact]
    public void A_filtered_copy_is_misplaced_but_neither_mixed_nor_noisy() =>
        Gen.Float[-0.2f, 0.2f].Array[Taps].Array[4].Sample(
            responses =>
            {
                // From each channel to each; all of the echo lies inside.
                var voice = Of(Frames, n => n < Frames - Taps ? (Voice.Left[n], Voice.Right[n]) : (0, 0));
                var copy = Of(Frames, n => (
                    voice.Left[n] + Echo(voice.Left, responses[0], n) + Echo(voice.Right, responses[1], n),
                    voice.Right[n] + Echo(voice.Left, responses[2], n) + Echo(voice.Right, responses[3], n)));

                var score = new BssEval([voice, Drum], Taps).Score([copy, Drum])[0][0];

                Assert.True(score.Sir > 80 && score.Sar > 80, $"{score}");
                Assert.Equal(score.Sdr, score.Isr, 0.1);
            },
            iter: 3);

    [Theory]
    [InlineData(0.1, 0, 20, double.PositiveInfinity)]
    [InlineData(0.01, 0, 40, double.PositiveInfinity)]
    [InlineData(0, 0.1, double.PositiveInfinity, 20)]
    [InlineData(0, 0.01, double.PositiveInfinity, 40)]
    [InlineData(0.1, 0.01, 20, 40)]
    public void Other_stems_lower_one_ratio_and_foreign_noise_the_other(double drum, double hiss, double sir, double sar)
    {
        var score = Metric.Score([Sum((Voice, 1), (Drum, drum), (Hiss, hiss)), Drum])[0][0];

        // Noise is not quite at right angles to noise: filters of 32 taps explain some of its energy.
        AssertRatio(sir, score.Sir);
        AssertRatio(sar, score.Sar);
        AssertRatio(10 * Math.Log10(1 / ((drum * drum) + (hiss * hiss))), score.Sdr);
        Assert.True(score.Isr > 30, $"{score}");
    }

    [Fact]
    public void Loudness_of_a_song_does_not_matter_and_that_of_an_estimate_only_as_a_filter() =>
        Gen.Double[0.1, 4].Sample(
            gain =>
            {
                var estimate = Sum((Voice, 0.9), (Drum, 0.2), (Hiss, 0.1));
                var score = Metric.Score([estimate, Drum])[0][0];
                var together = new BssEval([Sum((Voice, gain)), Sum((Drum, gain))], Taps).Score([Sum((estimate, gain)), Sum((Drum, gain))])[0][0];
                var alone = Metric.Score([Sum((estimate, gain)), Drum])[0][0];
                Assert.Equal((score.Sdr, score.Isr), (together.Sdr, together.Isr), Close);
                Assert.Equal((score.Sir, score.Sar), (together.Sir, together.Sar), Close);
                Assert.Equal((score.Sir, score.Sar), (alone.Sir, alone.Sar), Close);
            },
            iter: 5);

    [Fact]
    public void Each_stem_is_scored_alike_wherever_it_stands()
    {
        var (voice, drum) = (Sum((Voice, 1), (Drum, 0.3)), Sum((Drum, 1), (Hiss, 0.3)));
        var (scores, turned) = (Metric.Score([voice, drum], 1500), new BssEval([Drum, Voice], Taps).Score([drum, voice], 1500));

        Assert.Equal(4, scores[0].Length);
        for (var window = 0; window < 4; window++)
        {
            Assert.Equal(scores[0][window].Sdr, turned[1][window].Sdr, 1e-6);
            Assert.Equal(scores[1][window].Sar, turned[0][window].Sar, 1e-3);
            Assert.Equal(scores[0][window].Sir, turned[1][window].Sir, 1e-3);
        }
    }

    [Fact]
    public void Windows_in_which_something_is_silent_are_not_known_and_the_rest_at_the_end_is_left_out()
    {
        var pausing = Of(Frames, n => n is >= 2000 and < 4000 ? (0, 0) : (Drum.Left[n], Drum.Right[n]));

        var scores = new BssEval([Voice, pausing], Taps).Score([Sum((Voice, 1), (Hiss, 0.1)), Sum((Drum, 1), (Hiss, 0.1))], 1900);

        Assert.Equal([false, false, false], scores[0].Select(score => double.IsNaN(score.Sdr)));
        scores = new BssEval([Voice, pausing], Taps).Score([Sum((Voice, 1), (Hiss, 0.1)), Sum((Drum, 1), (Hiss, 0.1))], 1000);
        Assert.Equal([false, false, true, true, false, false], scores[0].Select(score => double.IsNaN(score.Sdr)));
        Assert.Equal(20, BssRatios.Median(scores[0]).Sdr, 1.0);
    }

    [Fact]
    public void A_stem_on_one_side_or_in_the_middle_is_scored_too()
    {
        var (left, middle) = (Of(Frames, n => (Voice.Left[n], 0)), Of(Frames, n => (Drum.Left[n], Drum.Left[n])));

        var scores = new BssEval([left, middle], Taps).Score([Sum((left, 1), (middle, 0.1)), Sum((middle, 1), (left, 0.1))]);

        // The middle is in both channels, so there is twice as much of it.
        Assert.Equal(17, scores[0][0].Sir, 0.5);
        Assert.Equal(23, scores[1][0].Sir, 0.5);
        Assert.Equal(17, scores[0][0].Sdr, 0.5);
    }

    [Fact]
    public void The_median_is_over_what_is_known()
    {
        BssRatios[] windows = [.. new[] { 3, double.NaN, 1, 8, double.PositiveInfinity }.Select(sdr => new BssRatios(sdr, sdr, sdr, double.NaN))];

        Assert.Equal(5.5, BssRatios.Median(windows).Sdr);
        Assert.Equal(double.NaN, BssRatios.Median(windows).Sar);
        Assert.Equal(double.NaN, BssRatios.Median([]).Sdr);
    }

    private static float Echo(float[] channel, float[] response, int n) => response.Select((tap, k) => n >= k ? tap * channel[n - k] : 0).Sum();

    private static bool Close((double First, double Second) a, (double First, double Second) b) => Math.Abs(a.First - b.First) < 1e-3 && Math.Abs(a.Second - b.Second) < 1e-3;

    private static void AssertRatio(double expected, double actual)
    {
        if (double.IsInfinity(expected))
        {
            Assert.True(actual > 20, $"{actual}");
        }
        else
        {
            Assert.Equal(expected, actual, 1.0);
        }
    }
}
