using Downbeat.Features.Analysis.Dsp;

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
    private static readonly float[] Weights = MakeWeights();

    /// <summary>Resamples a recording.</summary>
    /// <param name="mono">Finite samples at 22 050 Hz; beyond the ends there is silence. May be empty.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>The same span of time at 16 000 Hz; sample 0 stands at the same moment.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static float[] Resample(float[] mono, CancellationToken stop)
    {
        const int Block = 1 << 14;
        var resampled = new float[((long)mono.Length * Up + Down - 1) / Down];
        Parallel.For(0, (resampled.Length + Block - 1) / Block, new ParallelOptions { CancellationToken = stop }, block =>
        {
            for (var n = block * Block; n < Math.Min((block + 1) * Block, resampled.Length); n++)
            {
                resampled[n] = At(mono, n);
            }
        });
        return resampled;
    }

    private static float At(ReadOnlySpan<float> mono, int n)
    {
        var (place, phase) = Math.DivRem((long)n * Down, Up);
        var first = (int)place - (Taps / 2) + 1;
        var skip = Math.Max(0, -first);
        var count = Math.Min(Taps, mono.Length - first) - skip;
        return count <= 0 ? 0 : Vectors.Dot(mono.Slice(first + skip, count), Weights.AsSpan(((int)phase * Taps) + skip, count));
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
