using System.Numerics;
using CsCheck;
using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

public sealed class RealFftTests
{
    [Fact]
    public void It_agrees_with_the_definition_of_the_transform() =>
        Gen.Int[2, 8].SelectMany(bits => Gen.Float[-1, 1].Array[1 << bits]).Sample(
            block =>
            {
                var fft = new RealFft(block.Length);
                var (power, real) = (new float[fft.Bins], new float[fft.Bins]);
                fft.Power(block, power);
                fft.RealPart(block, real);
                for (var k = 0; k < fft.Bins; k++)
                {
                    var truth = Definition(block, k);
                    Assert.Equal(truth.Magnitude * truth.Magnitude, power[k], 1e-3 * block.Length);
                    Assert.Equal(truth.Real, real[k], 1e-4 * block.Length);
                }
            },
            iter: 100);

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    public void A_length_that_is_no_power_of_two_is_refused(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft(length));

    private static Complex Definition(float[] block, int k)
    {
        var sum = Complex.Zero;
        for (var n = 0; n < block.Length; n++)
        {
            sum += block[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / block.Length);
        }

        return sum;
    }
}
