using CsCheck;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>What BSS Eval stands on.</summary>
public sealed class LeastSquaresTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(300)]
    public void Shares_come_back_from_what_was_made_of_them(int count)
    {
        var random = new Random(count);
        double[][] vectors = [.. Enumerable.Range(0, count).Select(_ => Series(random, 2 * count))];
        var shares = Series(random, count);
        var target = Combine(vectors, shares);

        var found = new NormalEquations(count, (i, j) => Dot(vectors[i], vectors[j])).Solve([.. vectors.Select(vector => Dot(vector, target))]);

        Assert.All(shares.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
    }

    [Fact]
    public void Vectors_that_say_nothing_new_and_empty_ones_do_no_harm()
    {
        var random = new Random(1);
        var (a, b) = (Series(random, 50), Series(random, 50));
        double[][] vectors = [a, [.. a.Select(value => 2 * value)], new double[50], b, Combine([a, b], [1, -3])];
        var target = Combine([a, b], [0.5, 1e-3]);

        var found = new NormalEquations(5, (i, j) => Dot(vectors[i], vectors[j])).Solve([.. vectors.Select(vector => Dot(vector, target))]);

        Assert.All(target.Zip(Combine(vectors, found)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Correlations_agree_with_their_definition_over_blocks() =>
        Gen.Int[1, 3000].Sample(
            frames =>
            {
                const int Taps = 5;
                var (a, b) = (MadeUpStems.Noise(1, frames), MadeUpStems.Noise(2, frames));
                StereoBlock[] seconds = [a, b];
                var found = Correlations.Of([a], seconds, Taps);
                for (var k = 1 - Taps; k < Taps; k++)
                {
                    Assert.Equal(Definition(a.Right, a.Left, k), found[1, 0][Taps - 1 + k], 1e-9);
                    Assert.Equal(Definition(a.Left, b.Right, k), found[0, 3][Taps - 1 + k], 1e-9);
                }
            },
            iter: 8);

    [Fact]
    public void A_sliding_median_agrees_with_its_definition() =>
        Gen.Select(Gen.Int[0, 9].Select(value => (float)value).Array[6, 40], Gen.Int[0, 6]).Sample((values, reach) =>
        {
            var medians = new float[values.Length];
            SlidingMedian.Of(values, reach, medians);
            float[] mirrored = [.. values.Reverse(), .. values, .. values.Reverse()];
            Assert.Equal(values.Select((_, n) => mirrored.Skip(values.Length + n - reach).Take((2 * reach) + 1).Order().ElementAt(reach)), medians);
        });

    private static double Definition(float[] first, float[] second, int k) =>
        Enumerable.Range(0, first.Length).Where(n => n + k >= 0 && n + k < second.Length).Sum(n => (double)first[n] * second[n + k]);

    private static double[] Series(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];

    private static double[] Combine(double[][] vectors, double[] shares) => [.. vectors[0].Select((_, n) => vectors.Zip(shares, (vector, share) => vector[n] * share).Sum())];

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }
}
