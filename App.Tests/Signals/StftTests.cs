using CsCheck;
using Downbeat.Signals;

namespace Downbeat.Tests.Signals;

public sealed class StftTests
{
    [Theory]
    [InlineData(4096, 1024)]
    [InlineData(1024, 256)]
    [InlineData(512, 64)]
    public void Forwards_and_back_changes_nothing(int window, int hop) =>
        Gen.Float[-1, 1].Array[3000, 9000].Sample(
            sound =>
            {
                var stft = new Stft(window, hop);
                var lead = window / 2 / hop;
                var frames = ((sound.Length + hop - 1) / hop) + (2 * lead) + 1;
                var back = new float[sound.Length];
                stft.Inverse(stft.Forward(sound, -lead * hop, frames), -lead * hop, back);
                Assert.All(sound.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
            },
            iter: 20);

    [Fact]
    public void A_sine_stands_in_its_bin()
    {
        var sine = Enumerable.Range(0, 8192).Select(n => MathF.Sin(2 * MathF.PI * 64 * n / 1024)).ToArray();
        var spectra = new Stft(1024, 256).Forward(sine, 4096, 1);
        var power = Enumerable.Range(0, spectra.Bins).Select(k => (spectra.Real(0)[k] * spectra.Real(0)[k]) + (spectra.Imaginary(0)[k] * spectra.Imaginary(0)[k])).ToArray();
        Assert.Equal(64, Array.IndexOf(power, power.Max()));
        Assert.Equal(256 * 256, power[64], 256f * 256 * 1e-3f);
    }
}
