using System.Numerics;
using System.Runtime.InteropServices;
using CsCheck;
using Downbeat.Features.Analysis.Networks;

namespace Downbeat.Tests.Features.Analysis.Networks;

public sealed class PrimeFactorDftTests
{
    [Theory]
    [InlineData(3, 5)]
    [InlineData(7, 3)]
    [InlineData(9, 5)]
    [InlineData(17, 83)]
    public void It_agrees_with_the_definition_of_the_transform_in_every_lane(int p, int q) =>
        Gen.Float[-1, 1].Array[p * q * Vector<float>.Count].Sample(
            samples =>
            {
                var dft = new PrimeFactorDft(p, q);
                var magnitudes = new Vector<float>[dft.Bins];
                dft.Magnitudes(MemoryMarshal.Cast<float, Vector<float>>(samples), magnitudes);
                for (var lane = 0; lane < Vector<float>.Count; lane += 3)
                {
                    for (var bin = 0; bin < dft.Bins; bin += 1 + (dft.Bins / 40))
                    {
                        Assert.Equal(Definition(samples, lane, dft.Length, bin), magnitudes[bin][lane], 1e-3);
                    }
                }
            },
            iter: 5);

    private static double Definition(float[] samples, int lane, int length, int bin)
    {
        var sum = Complex.Zero;
        for (var n = 0; n < length; n++)
        {
            sum += samples[(n * Vector<float>.Count) + lane] * Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)bin * n % length) / length);
        }

        return sum.Magnitude;
    }
}
