using System.Numerics;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// The floor: what a page of well-known signal processing does. Drums are what is louder in a median over frequency than in one over time (Fitzgerald 2010); of the rest, bass is what lies below 200 Hz
/// and vocals what is alike in both channels. Four stems.
/// </summary>
internal sealed class PlainSeparation : ISeparationEngine
{
    private const double BassHz = 200;

    /// <inheritdoc/>
    public string Name => "plain DSP";

    /// <inheritdoc/>
    public bool Splits(int stems) => stems == 4;

    /// <inheritdoc/>
    public Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop) =>
        Task.FromResult<ISeparator>(new MaskSeparator((firstCentre, spectra) => Masks(firstCentre, spectra, mix.Frames)));

    private static float[][][] Masks(long firstCentre, Spectra[] mix, long songFrames)
    {
        var (frames, bins) = (mix[0].Frames, mix[0].Bins);
        var (magnitudes, likeness) = (new float[frames * bins], new float[frames * bins]);
        Parallel.For(0, frames, frame => Compare(mix, frame, magnitudes.AsSpan(frame * bins, bins), likeness.AsSpan(frame * bins, bins)));

        // A median over time that took in the silence around the song would find drums at its ends.
        var first = (int)Math.Clamp(-firstCentre / MaskSeparator.Grid.HopSamples, 0, frames);
        var last = (int)Math.Clamp((songFrames - firstCentre) / MaskSeparator.Grid.HopSamples, first, frames - 1);
        var drums = Percussive(magnitudes, frames, bins, first..(last + 1));
        float[][] masks = [.. StemNames.Of(4).Select(_ => new float[frames * bins])];
        var low = Enumerable.Range(0, bins).Select(k => (float)(1 / (1 + Math.Pow(k * (double)StereoBlock.SampleRate / (2 * (bins - 1)) / BassHz, 8)))).ToArray();
        for (var at = 0; at < drums.Length; at++)
        {
            var rest = 1 - drums[at];
            var high = rest * (1 - low[at % bins]);
            var vocals = high * likeness[at] * likeness[at];
            (masks[0][at], masks[1][at], masks[2][at], masks[3][at]) = (vocals, drums[at], rest * low[at % bins], high - vocals);
        }

        return [.. masks.Select(mask => (float[][])[mask, mask])];
    }

    /// <summary>The mean magnitude of both channels, and how much they are alike: 1 the same, 0 apart or against each other.</summary>
    private static void Compare(Spectra[] mix, int frame, Span<float> magnitudes, Span<float> likeness)
    {
        for (var k = 0; k < magnitudes.Length; k++)
        {
            var left = new Complex(mix[0].Real(frame)[k], mix[0].Imaginary(frame)[k]);
            var right = new Complex(mix[1].Real(frame)[k], mix[1].Imaginary(frame)[k]);
            var sum = left.Magnitude + right.Magnitude;
            magnitudes[k] = (float)(sum / 2);
            likeness[k] = sum > 0 ? (float)Math.Max(0, 1 - ((left - right).Magnitude / sum)) : 0;
        }
    }

    private static float[] Percussive(float[] magnitudes, int frames, int bins, Range song)
    {
        var mask = new float[magnitudes.Length];
        Parallel.For(0, frames, frame => SlidingMedian.Of(magnitudes.AsSpan(frame * bins, bins), MaskSeparator.Reach, mask.AsSpan(frame * bins, bins)));
        Parallel.For(0, bins, bin =>
        {
            var (column, steady) = (new float[frames], new float[frames]);
            for (var frame = 0; frame < frames; frame++)
            {
                column[frame] = magnitudes[(frame * bins) + bin];
            }

            SlidingMedian.Of(column.AsSpan(song), MaskSeparator.Reach, steady.AsSpan(song));
            for (var frame = 0; frame < frames; frame++)
            {
                ref var struck = ref mask[(frame * bins) + bin];
                var both = (struck * struck) + (steady[frame] * steady[frame]);
                struck = both > 0 ? struck * struck / both : 0;
            }
        });
        return mask;
    }
}
