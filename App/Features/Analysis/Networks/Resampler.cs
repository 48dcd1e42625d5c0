using Downbeat.Features.Analysis.Dsp;
using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>
/// Brings sound from <see cref="Level.SampleRate"/> (22 050 Hz) to 16 000 Hz by a low-pass of windowed sines, one set of weights for each of the 320 places between two samples that a
/// new sample can have (polyphase; Kaiser's window, 1974). Flat to 7.2 kHz, 80 dB down from 8 kHz on.
/// </summary>
internal static class Resampler
{
    /// <summary>Sample rate that comes out, in hertz.</summary>
    public const int SampleRateHz = 16000;

    private const int Up = 320;
    private const int Down = 441;
    private const int Taps = 138;
    private const double CutoffHz = 7600;
    private const double KaiserBeta = 8;
    private const int Block = 1 << 13;
    private static readonly float[] Ones = [.. Enumerable.Repeat(1f, (Block * Down / Up) + (2 * Taps) + 1)];
    private static readonly float[] Weights = MakeWeights();

    /// <summary>Resamples a recording and brings it to the working level.</summary>
    /// <param name="mono">Samples at 22 050 Hz; samples that are not finite count as zero; beyond the ends there is silence. May be empty.</param>
    /// <param name="level">Its measured level.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>The same span of time at 16 000 Hz; sample 0 stands at the same moment.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static float[] Resample(float[] mono, Level level, CancellationToken stop)
    {
        var resampled = new float[((long)mono.Length * Up + Down - 1) / Down];
        Parallel.For(0, (resampled.Length + Block - 1) / Block, new ParallelOptions { CancellationToken = stop }, block =>
        {
            var (start, end) = (block * Block, Math.Min((block + 1) * Block, resampled.Length));
            // The piece of the recording that this block reads, with the reach of the low-pass on both sides.
            var first = (int)((long)start * Down / Up) - Taps;
            var piece = new float[(int)((long)(end - start) * Down / Up) + (2 * Taps) + 1];
            level.Cut(mono, first + (piece.Length / 2), Ones.AsSpan(0, piece.Length), piece);
            for (var n = start; n < end; n++)
            {
                var (place, phase) = Math.DivRem((long)n * Down, Up);
                resampled[n] = Vectors.Dot(piece.AsSpan((int)place - first - (Taps / 2) + 1, Taps), Weights.AsSpan((int)phase * Taps, Taps));
            }
        });
        return resampled;
    }

    private static float[] MakeWeights()
    {
        var weights = new float[Up * Taps];
        for (var phase = 0; phase < Up; phase++)
        {
            var row = weights.AsSpan(phase * Taps, Taps);
            double sum = 0;
            for (var n = 0; n < Taps; n++)
            {
                var distance = n - (Taps / 2) + 1 - ((double)phase / Up);
                var angle = 2 * Math.PI * CutoffHz / Level.SampleRate * distance;
                row[n] = (float)((angle == 0 ? 1 : Math.Sin(angle) / angle) * Kaiser(distance / (Taps / 2)));
                sum += row[n];
            }

            // A constant must stay what it is, at each of the places.
            foreach (ref var weight in row)
            {
                weight /= (float)sum;
            }
        }

        return weights;
    }

    private static double Kaiser(double x) => Bessel(KaiserBeta * Math.Sqrt(Math.Max(0, 1 - (x * x)))) / Bessel(KaiserBeta);

    // Modified Bessel function of the first kind, order 0, by its power series.
    private static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-12; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }

        return sum;
    }
}
