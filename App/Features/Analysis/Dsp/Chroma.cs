using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Which of the twelve pitch classes sound, over time. C is 0, B is 11.</summary>
/// <param name="Harmony">One row of twelve per step, from 110 Hz up: compressed strength of each pitch class, not negative.</param>
/// <param name="Bass">The same from 40 to 220 Hz.</param>
/// <param name="TuningCents">How far the song is tuned from A4 = 440 Hz, −50 to 50 cents.</param>
internal sealed record Harmonies(float[][] Harmony, float[][] Bass, double TuningCents)
{
    /// <summary>Samples from one row to the next.</summary>
    public const int HopSamples = 1024;

    /// <summary>Rows in a second (21.5), the same as <see cref="Onsets.RowsPerSecond"/>.</summary>
    public const double RowsPerSecond = (double)Level.SampleRate / HopSamples;
}

/// <summary>
/// Tuned pitch-class profiles from spectral peaks (Gómez 2006): each peak's frequency is refined by a parabola through its neighbours, the tuning is the
/// circular mean of all peaks' distances from the equal-tempered scale, and peaks count with the square root of their magnitude, less the higher they lie.
/// </summary>
internal sealed class Chroma
{
    private const int WindowSamples = 4096;
    private const double LowestHz = 40;
    private const double BassUpToHz = 220;
    private const double HarmonyFromHz = 110;
    private const double HighestHz = 2500;
    private const int TuningStride = 8;

    private readonly RealFft fft = new(WindowSamples);
    private readonly float[] window = WindowFunctions.Hann(WindowSamples);
    private readonly float[] block = new float[WindowSamples];
    private readonly float[] power = new float[(WindowSamples / 2) + 1];
    private readonly float[] magnitude = new float[(WindowSamples / 2) + 1];

    private Chroma()
    {
    }

    /// <summary>Listens to a whole recording.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>.</param>
    /// <param name="level">Its measured level.</param>
    /// <param name="report">Told the share done, 0 to 1, now and then.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Harmonies Compute(ReadOnlySpan<float> mono, Level level, Action<double>? report, CancellationToken stop)
    {
        var chroma = new Chroma();
        var rows = (mono.Length / Harmonies.HopSamples) + 1;
        var cents = chroma.Tuning(mono, level, rows);
        var (harmony, bass) = (new float[rows][], new float[rows][]);
        for (var row = 0; row < rows; row++)
        {
            if (row % 128 == 0)
            {
                stop.ThrowIfCancellationRequested();
                report?.Invoke((double)row / rows);
            }

            chroma.Read(mono, level, row);
            (harmony[row], bass[row]) = chroma.Fold(cents);
        }

        return new(harmony, bass, cents);
    }

    private void Read(ReadOnlySpan<float> mono, Level level, int row)
    {
        level.Cut(mono, row * Harmonies.HopSamples, window, block);
        fft.Power(block, power);
        Vectors.SquareRoots(power, magnitude);
    }

    private double Tuning(ReadOnlySpan<float> mono, Level level, int rows)
    {
        double cos = 0, sin = 0;
        for (var row = 0; row < rows; row += TuningStride)
        {
            Read(mono, level, row);
            for (var bin = NextPeak(Bin(HarmonyFromHz)); bin > 0; bin = NextPeak(bin + 1))
            {
                var angle = 2 * Math.PI * Semitone(bin);
                cos += Math.Cos(angle) * magnitude[bin];
                sin += Math.Sin(angle) * magnitude[bin];
            }
        }

        return 100 * Math.Atan2(sin, cos) / (2 * Math.PI);
    }

    private (float[] Harmony, float[] Bass) Fold(double cents)
    {
        var (harmony, bass) = (new float[12], new float[12]);
        for (var bin = NextPeak(Bin(LowestHz)); bin > 0; bin = NextPeak(bin + 1))
        {
            var hz = (double)bin * Level.SampleRate / WindowSamples;
            var pitch = Semitone(bin) - (cents / 100);
            var nearest = (int)Math.Round(pitch);
            // A peak between two keys of the piano says little about either.
            var weight = Math.Sqrt(magnitude[bin]) * Math.Pow(Math.Cos(Math.PI * (pitch - nearest)), 2);
            var pitchClass = ((nearest % 12) + 12) % 12;
            if (hz < BassUpToHz)
            {
                bass[pitchClass] += (float)weight;
            }

            if (hz >= HarmonyFromHz)
            {
                harmony[pitchClass] += (float)(weight * Math.Min(1, 500 / hz));
            }
        }

        return (harmony, bass);
    }

    private static int Bin(double hz) => (int)(hz * WindowSamples / Level.SampleRate);

    /// <summary>The next local maximum from a bin on that stands out from the floor; 0 when there is none.</summary>
    private int NextPeak(int from)
    {
        for (var bin = Math.Max(from, 2); bin < Bin(HighestHz); bin++)
        {
            var here = magnitude[bin];
            if (here > 0.1f && here > magnitude[bin - 1] && here >= magnitude[bin + 1] && here > 1.5f * Math.Min(magnitude[bin - 2], magnitude[bin + 2]))
            {
                return bin;
            }
        }

        return 0;
    }

    /// <summary>Pitch of a peak in semitones above C at 440 Hz tuning.</summary>
    private double Semitone(int bin)
    {
        var (left, here, right) = (Math.Log(magnitude[bin - 1] + 1e-9), Math.Log(magnitude[bin] + 1e-9), Math.Log(magnitude[bin + 1] + 1e-9));
        var curve = left - (2 * here) + right;
        var shift = curve < -1e-9 ? Math.Clamp(0.5 * (left - right) / curve, -0.5, 0.5) : 0;
        var hz = (bin + shift) * Level.SampleRate / WindowSamples;
        return (12 * Math.Log2(hz / 440)) + 69 - 60;
    }
}
