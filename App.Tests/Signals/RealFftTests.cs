using System.Numerics;
using CsCheck;
using Downbeat.Signals;

namespace Downbeat.Tests.Signals;

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

    [Fact]
    public void Forwards_agrees_with_the_definition_and_backwards_undoes_it() =>
        Gen.Int[2, 8].SelectMany(bits => Gen.Float[-1, 1].Array[1 << bits]).Sample(
            block =>
            {
                var fft = new RealFft(block.Length);
                var (real, imaginary, back) = (new float[fft.Bins], new float[fft.Bins], new float[block.Length]);
                fft.Forward(block, real, imaginary);
                fft.Inverse(real, imaginary, back);
                for (var k = 0; k < fft.Bins; k++)
                {
                    var truth = Definition(block, k);
                    Assert.Equal(truth.Real, real[k], 1e-4 * block.Length);
                    Assert.Equal(truth.Imaginary, imaginary[k], 1e-4 * block.Length);
                }

                Assert.All(block.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
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
