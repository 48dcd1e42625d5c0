using System.Numerics;
using System.Runtime.InteropServices;
using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>
/// What BeatNet hears (Heydari, Cwitkowitz and Duan, "BeatNet: CRNN and particle filtering for online joint beat, downbeat and meter tracking", ISMIR 2021): a logarithmic spectrogram of
/// triangular bands, 24 an octave, and how much each band rose since the frame before; 50 frames a second.
/// </summary>
internal static class BeatNetFeatures
{
    /// <summary>Values in a row: the bands, then their rises.</summary>
    public const int Width = 2 * BandCount;

    /// <summary>Samples from one row to the next.</summary>
    public const int HopSamples = 441;

    private const int BandCount = 136;
    private const int WindowSamples = 1411;
    private static readonly float[] Window = [.. Enumerable.Range(0, WindowSamples).Select(n => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * n / (WindowSamples - 1)))))];
    private static readonly Band[] Bands = MakeBands();

    /// <summary>Rows that a recording has: one for every begun hop.</summary>
    public static int RowsOf(int samples) => (samples + HopSamples - 1) / HopSamples;

    /// <summary>Listens to a whole recording.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>, any level; samples that are not finite count as zero; beyond its ends there is silence.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns><see cref="RowsOf"/> rows of <see cref="Width"/> values, one after another, none negative; row n is centred on sample n · <see cref="HopSamples"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static float[] Compute(float[] mono, CancellationToken stop)
    {
        var level = Level.Measure(mono);
        var rows = RowsOf(mono.Length);
        var features = new float[rows * Width];
        var lanes = Vector<float>.Count;
        Parallel.For(
            0,
            (rows + lanes - 1) / lanes,
            new ParallelOptions { CancellationToken = stop },
            () => new Scratch(),
            (group, _, scratch) =>
            {
                scratch.Fill(mono, level, features, group * lanes, Math.Min(lanes, rows - (group * lanes)));
                return scratch;
            },
            _ => { });
        for (var row = 1; row < rows; row++)
        {
            var now = features.AsSpan(row * Width, Width);
            var before = features.AsSpan((row - 1) * Width, BandCount);
            for (var band = 0; band < BandCount; band++)
            {
                now[BandCount + band] = Math.Max(0, now[band] - before[band]);
            }
        }

        return features;
    }

    private static Band[] MakeBands()
    {
        const double BinHz = (double)Level.SampleRate / (WindowSamples - 1);
        const int LastBin = (WindowSamples / 2) - 1;
        int[] points =
        [
            .. Enumerable.Range(-12 * 24, 24 * 24)
                .Select(k => 440 * Math.Pow(2, k / 24.0))
                .Where(hz => hz is >= 30 and <= 17000)
                .Select(hz => Math.Clamp((int)Math.Round(hz / BinHz), 1, LastBin))
                .Distinct(),
        ];
        return [.. Enumerable.Range(0, points.Length - 2).Select(n => Band.Triangle(points[n], points[n + 1], points[n + 2]))];
    }

    /// <summary>A weighted mean of neighbouring bins.</summary>
    private sealed record Band(int FirstBin, float[] Weights)
    {
        public static Band Triangle(int start, int centre, int end)
        {
            // Where bands are narrower than bins, a band is one bin.
            if (end - start < 2)
            {
                return new(start, [1]);
            }

            double[] weights = [.. Enumerable.Range(start, end - start).Select(bin => bin < centre ? (double)(bin - start) / (centre - start) : (double)(end - bin) / (end - centre))];
            return new(start, [.. weights.Select(weight => (float)(weight / weights.Sum()))]);
        }
    }

    /// <summary>What one thread needs to work on as many frames as a vector has lanes.</summary>
    private sealed class Scratch
    {
        private readonly PrimeFactorDft dft = new(17, 83);
        private readonly float[] block = new float[WindowSamples];
        private readonly Vector<float>[] samples = new Vector<float>[WindowSamples];
        private readonly Vector<float>[] magnitudes = new Vector<float>[(WindowSamples / 2) + 1];

        public void Fill(float[] mono, Level level, float[] features, int firstRow, int count)
        {
            var single = MemoryMarshal.Cast<Vector<float>, float>(samples.AsSpan());
            single.Clear();
            for (var lane = 0; lane < count; lane++)
            {
                level.Cut(mono, (firstRow + lane) * HopSamples, Window, block);
                for (var n = 0; n < WindowSamples; n++)
                {
                    single[(n * Vector<float>.Count) + lane] = block[n];
                }
            }

            dft.Magnitudes(samples, magnitudes);
            for (var band = 0; band < BandCount; band++)
            {
                var value = Apply(Bands[band]);
                for (var lane = 0; lane < count; lane++)
                {
                    features[((firstRow + lane) * Width) + band] = MathF.Log10(1 + value[lane]);
                }
            }
        }

        private Vector<float> Apply(Band band)
        {
            var sum = Vector<float>.Zero;
            for (var n = 0; n < band.Weights.Length; n++)
            {
                sum += magnitudes[band.FirstBin + n] * band.Weights[n];
            }

            return sum;
        }
    }
}
