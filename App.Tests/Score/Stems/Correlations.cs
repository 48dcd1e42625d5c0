using System.Numerics;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Inner products of sounds with delayed ones over their whole length, by Fourier transforms of blocks whose spectra are added up, so that a long song needs no long transform.</summary>
internal static class Correlations
{
    /// <summary>Every channel of <paramref name="firsts"/> with every channel of <paramref name="seconds"/>, in their order, left before right.</summary>
    /// <param name="firsts">Sounds of the same length.</param>
    /// <param name="seconds">Sounds of that length too.</param>
    /// <param name="taps">How many delays, 0 to taps − 1, forwards and backwards.</param>
    /// <returns>[first, second][taps − 1 + k] is the sum over n of first[n] · second[n + k]; outside the sounds there is silence.</returns>
    public static double[,][] Of(IReadOnlyList<StereoBlock> firsts, IReadOnlyList<StereoBlock> seconds, int taps)
    {
        var fft = new ComplexFft(FftLength(taps));
        var step = fft.Length - (2 * taps) + 2;
        var sums = Products(2 * firsts.Count, 2 * seconds.Count, fft.Length);
        var gate = new Lock();
        Parallel.For(
            0,
            (firsts[0].Frames + step - 1) / step,
            () => new Worker(firsts.Count, seconds.Count, fft),
            (block, _, worker) => worker.Add(firsts, seconds, block * step, step, taps),
            worker =>
            {
                lock (gate)
                {
                    Each(sums, (a, b) => sums[a, b].Add(worker.Sums[a, b]));
                }
            });

        var correlations = new double[sums.GetLength(0), sums.GetLength(1)][];
        Each(sums, (a, b) =>
        {
            fft.Inverse(sums[a, b].Re, sums[a, b].Im);
            correlations[a, b] = [.. sums[a, b].Re[..((2 * taps) - 1)].Select(sum => sum / fft.Length)];
        });
        return correlations;
    }

    // Long against the delays, so that little of a block is overlap.
    private static int FftLength(int taps) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, 16 * taps));

    private static Spectrum[,] Products(int firsts, int seconds, int length)
    {
        var products = new Spectrum[firsts, seconds];
        Each(products, (a, b) => products[a, b] = new(length));
        return products;
    }

    private static void Each(Spectrum[,] table, Action<int, int> act)
    {
        for (var a = 0; a < table.GetLength(0); a++)
        {
            for (var b = 0; b < table.GetLength(1); b++)
            {
                act(a, b);
            }
        }
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Worker(int firsts, int seconds, ComplexFft fft)
    {
        private readonly Spectrum both = new(fft.Length);
        private readonly Spectrum[] firstSpectra = [.. Enumerable.Range(0, 2 * firsts).Select(_ => new Spectrum(fft.Length))];
        private readonly Spectrum[] secondSpectra = [.. Enumerable.Range(0, 2 * seconds).Select(_ => new Spectrum(fft.Length))];

        public Spectrum[,] Sums { get; } = Products(2 * firsts, 2 * seconds, fft.Length);

        public Worker Add(IReadOnlyList<StereoBlock> firstSounds, IReadOnlyList<StereoBlock> secondSounds, int start, int step, int taps)
        {
            Transform(firstSounds, firstSpectra, start, step);

            // What comes second reaches as far to both sides as the delays do.
            Transform(secondSounds, secondSpectra, start - taps + 1, step + (2 * taps) - 2);
            Each(Sums, (a, b) => Sums[a, b].AddCorrelation(firstSpectra[a], secondSpectra[b]));
            return this;
        }

        private void Transform(IReadOnlyList<StereoBlock> sounds, Spectrum[] spectra, int start, int frames)
        {
            for (var n = 0; n < sounds.Count; n++)
            {
                Cut(sounds[n].Left, start, frames, both.Re);
                Cut(sounds[n].Right, start, frames, both.Im);
                both.Transform(fft);
                both.Part(spectra[2 * n], spectra[(2 * n) + 1]);
            }
        }
    }

    private static void Cut(float[] sound, int start, int frames, double[] block)
    {
        for (var n = 0; n < block.Length; n++)
        {
            block[n] = n < frames && (uint)(start + n) < (uint)sound.Length ? sound[start + n] : 0;
        }
    }
}
