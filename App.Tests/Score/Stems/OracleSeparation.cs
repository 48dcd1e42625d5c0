using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Tests.Score.Stems;

/// <summary>The bound of all masking: each stem's true share of the power of each spectrum value, channel by channel (ideal ratio mask of the Wiener kind). Knows the truth, four stems.</summary>
/// <param name="truth">The true stems.</param>
internal sealed class OracleSeparation(TrueStems truth) : ISeparationEngine
{
    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public bool Splits(int stems) => stems == 4;

    /// <inheritdoc/>
    public Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop) => Task.FromResult<ISeparator>(new MaskSeparator(Masks));

    private float[][][] Masks(long firstCentre, Spectra[] mix)
    {
        float[][][] powers =
        [
            .. StemNames.Of(4).Select(name => (float[][])[.. Enumerable.Range(0, 2).Select(channel =>
                truth.Stems.TryGetValue(name, out var stem) ? Power(stem.Channels[channel], firstCentre, mix[0]) : new float[mix[0].Frames * mix[0].Bins])]),
        ];
        for (var channel = 0; channel < 2; channel++)
        {
            for (var at = 0; at < powers[0][channel].Length; at++)
            {
                var sum = powers.Sum(stem => stem[channel][at]);
                foreach (var stem in powers)
                {
                    // Where there is nothing at all it does not matter who gets it, but the shares add up.
                    stem[channel][at] = sum > 0 ? stem[channel][at] / sum : 1f / powers.Length;
                }
            }
        }

        return powers;
    }

    private static float[] Power(float[] stem, long firstCentre, Spectra shape)
    {
        var spectra = MaskSeparator.Grid.Forward(stem, (int)firstCentre, shape.Frames);
        var power = new float[shape.Frames * shape.Bins];
        Parallel.For(0, shape.Frames, frame =>
        {
            var re = spectra.Real(frame);
            var im = spectra.Imaginary(frame);
            for (var k = 0; k < re.Length; k++)
            {
                power[(frame * re.Length) + k] = (re[k] * re[k]) + (im[k] * im[k]);
            }
        });
        return power;
    }
}
