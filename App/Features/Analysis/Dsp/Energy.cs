using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How loud a stretch of the song sounds next to the song's own loud parts.</summary>
internal sealed class Energy
{
    /// <summary>Loudness grows with the power to this (Stevens 1955).</summary>
    public const double SoneExponent = 0.3;

    private readonly float[] loudness;
    private readonly double loud;

    /// <summary>Takes the ear-weighted power of the song; the loudest twentieth of it sets the top of the scale.</summary>
    public Energy(Onsets onsets)
    {
        loudness = onsets.Loudness;
        loud = Smoothing.Quantile(loudness, 0.95);
    }

    /// <summary>
    /// Energy from one time to another, 0 (silence) to 1 (as loud as the loudest passages). Loudness grows with the power to 0.3 (Stevens 1955), so 10 dB
    /// less is half.
    /// </summary>
    public double Between(double fromSeconds, double toSeconds)
    {
        var from = Math.Clamp((int)Math.Round(fromSeconds * Onsets.RowsPerSecond), 0, Math.Max(0, loudness.Length - 1));
        var to = Math.Clamp((int)Math.Round(toSeconds * Onsets.RowsPerSecond), Math.Min(from + 1, loudness.Length), loudness.Length);
        if (to <= from || loud <= 1e-15)
        {
            return 0;
        }

        var mean = Vectors.Sum(loudness.AsSpan(from, to - from)) / (to - from);
        return Math.Clamp(Math.Pow(mean / loud, SoneExponent), 0, 1);
    }
}
