using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How well each tempo fits the pulse around one moment. Holds scratch and serves one thread.</summary>
internal sealed class TempoWindow
{
    private const int WindowFrames = 2048;
    private const int FftLength = 4096;
    private const float FaintestPulse = 5;

    private readonly RealFft fft = new(FftLength);
    private readonly float[] hann = WindowFunctions.Hann(WindowFrames);
    private readonly float[] block = new float[FftLength];
    private readonly float[] power = new float[(FftLength / 2) + 1];
    private readonly float[] likeness = new float[(FftLength / 2) + 1];
    private readonly double[] taper;

    /// <summary>Prepares the window and what its own taper does to a likeness.</summary>
    public TempoWindow()
    {
        hann.CopyTo(block, 0);
        fft.Power(block, power);
        Autocorrelate();
        taper = [.. likeness.Select(value => Math.Max(value, 1e-3 * likeness[0]) / likeness[0])];
    }

    /// <summary>
    /// For all tempi of the grid, in the window around a frame: scores, 0 to 1 with the best at 1, and how much the pulse repeats itself at that tempo, about 1
    /// at most. All 0 in silence.
    /// </summary>
    public (double[] Scores, double[] Repeats) Score(float[] pulse, int centre)
    {
        Load(pulse, centre);
        fft.Power(block, power);
        Autocorrelate();
        var (scores, repeats) = (new double[Tempo.GridBpm.Length], new double[Tempo.GridBpm.Length]);
        if (likeness[0] < FaintestPulse)
        {
            return (scores, repeats);
        }

        for (var n = 0; n < scores.Length; n++)
        {
            repeats[n] = Repeat(60 * Onsets.FramesPerSecond / Tempo.GridBpm[n]);
            scores[n] = Math.Sqrt(Math.Max(0, repeats[n]) * Swing(Tempo.GridBpm[n]));
        }

        var best = scores.Max();
        return (best > 0 ? [.. scores.Select(score => score / best)] : scores, repeats);
    }

    private void Load(float[] pulse, int centre)
    {
        var start = centre - (WindowFrames / 2);
        float mean = 0;
        for (var n = 0; n < WindowFrames; n++)
        {
            block[n] = (uint)(start + n) < (uint)pulse.Length ? pulse[start + n] : 0;
            mean += block[n] * hann[n] * 2 / WindowFrames;
        }

        for (var n = 0; n < WindowFrames; n++)
        {
            block[n] = (block[n] - mean) * hann[n];
        }

        Array.Clear(block, WindowFrames, FftLength - WindowFrames);
    }

    /// <summary>The autocorrelation is the transform of the power spectrum (Wiener and Khinchin), here mirrored into an even block.</summary>
    private void Autocorrelate()
    {
        for (var k = 0; k <= FftLength / 2; k++)
        {
            block[k] = power[k];
            block[(FftLength - k) % FftLength] = power[k];
        }

        fft.RealPart(block, likeness);
    }

    /// <summary>Mean likeness of the pulse to itself one to four beats later, at most 1.</summary>
    private double Repeat(double lagFrames)
    {
        double sum = 0;
        for (var k = 1; k <= 4; k++)
        {
            var lag = k * lagFrames;
            var at = (int)lag;
            if (at + 1 >= WindowFrames / 2)
            {
                return sum / (k - 1);
            }

            var value = likeness[at] + ((lag - at) * (likeness[at + 1] - likeness[at]));
            sum += value / (likeness[0] * taper[at]);
        }

        return sum / 4;
    }

    /// <summary>Amplitude of the pulse at the tempo's own frequency and at twice it.</summary>
    private double Swing(double bpm)
    {
        var bin = bpm / 60 / Onsets.FramesPerSecond * FftLength;
        return Math.Sqrt(At(bin)) + (0.5 * Math.Sqrt(At(2 * bin)));
    }

    private double At(double bin)
    {
        var k = (int)bin;
        return power[k] + ((bin - k) * (power[k + 1] - power[k]));
    }
}
