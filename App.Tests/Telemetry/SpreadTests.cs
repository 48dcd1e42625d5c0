using CsCheck;
using Downbeat.Telemetry;

namespace Downbeat.Tests.Telemetry;

/// <summary>Quantiles from few bytes are close to those of the durations themselves.</summary>
public sealed class SpreadTests
{
    private const double MostError = 0.045;

    private static readonly Gen<double[]> Durations = Gen.Double[-6, 3.5].Select(exponent => Math.Pow(10, exponent)).Array[1, 300];

    [Fact]
    public void A_quantile_is_off_by_at_most_four_and_a_half_percent() => Gen.Select(Durations, Gen.Double[0.01, 1]).Sample((durations, share) =>
    {
        var exact = durations.Order().ElementAt((int)Math.Ceiling(share * durations.Length) - 1);
        Assert.InRange(Of(durations).Quantile(share), exact * (1 - MostError), exact * (1 + MostError));
    });

    [Fact]
    public void What_is_packed_and_taken_in_again_is_the_same() => Durations.Sample(durations =>
    {
        var (spread, copy) = (Of(durations), new Spread());
        copy.Add(spread.Pack(), spread.TotalSeconds, spread.MaxSeconds);
        AssertSame(spread, copy);
    });

    [Fact]
    public void Spreads_of_parts_add_up_to_the_spread_of_the_whole() => Gen.Select(Durations, Durations).Sample((first, second) =>
    {
        var sum = Of(first);
        sum.Add(Of(second));
        AssertSame(Of([.. first, .. second]), sum);
    });

    [Fact]
    public void Nothing_measured_is_nothing()
    {
        var spread = new Spread();
        Assert.Equal((0, 0, 0, 0), (spread.Count, spread.MeanSeconds, spread.MaxSeconds, spread.Quantile(0.99)));
        Assert.Empty(spread.Pack());
    }

    private static Spread Of(double[] durations)
    {
        var spread = new Spread();
        foreach (var duration in durations)
        {
            spread.Add(duration);
        }

        return spread;
    }

    private static void AssertSame(Spread expected, Spread actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.TotalSeconds, actual.TotalSeconds, 1e-6 * expected.TotalSeconds);
        Assert.Equal(expected.MaxSeconds, actual.MaxSeconds);
        foreach (var share in (double[])[0.01, 0.5, 0.95, 0.99, 1])
        {
            Assert.Equal(expected.Quantile(share), actual.Quantile(share));
        }
    }
}
