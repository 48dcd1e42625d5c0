namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Weighs two rows of moments against each other: which of them carries the onsets, the kick and the changes of harmony and bass?</summary>
internal sealed class Accents(Onsets onsets, Harmonies harmonies)
{
    private const int ReachFrames = 6;
    private const double EmptyBeatRatio = 4;
    private const double SlowestHalvedBpm = 50;
    private const double LargestLog = 1.5;

    /// <summary>
    /// Settles what a pulse alone leaves open: when nothing ever sounds on every other beat the tempo is halved, and when the evidence lies between the beats
    /// they move by half a beat.
    /// </summary>
    /// <param name="beats">Times in seconds, rising; fewer than 8 come back as they are.</param>
    public double[] Settle(double[] beats)
    {
        if (beats.Length < 8)
        {
            return beats;
        }

        double[] even = [.. beats.Where((_, n) => n % 2 == 0)];
        double[] odd = [.. beats.Where((_, n) => n % 2 == 1)];
        var ratio = Ratio(Onset(onsets.All, even), Onset(onsets.All, odd), 0.2);
        if (Math.Abs(ratio) > Math.Log(EmptyBeatRatio) && BeatGrid.TempoOf(beats) / 2 >= SlowestHalvedBpm)
        {
            return ratio > 0 ? even : odd;
        }

        double[] between = [.. beats.Zip(beats.Skip(1), (a, b) => (a + b) / 2)];
        return Evidence(beats, between) < 0 ? between : beats;
    }

    /// <summary>Log evidence that <paramref name="these"/> are beats and <paramref name="those"/> are not; 0 when nothing tells them apart.</summary>
    public double Evidence(double[] these, double[] those)
    {
        var span = (these[^1] - these[0]) / (these.Length - 1) / 2;
        return (0.5 * Ratio(Onset(onsets.All, these), Onset(onsets.All, those), 0.2))
            + (0.25 * Ratio(Onset(onsets.Low, these), Onset(onsets.Low, those), 0.2))
            + Ratio(Change(harmonies.Harmony, these, span), Change(harmonies.Harmony, those, span), 0.02)
            + Ratio(Change(harmonies.Bass, these, span), Change(harmonies.Bass, those, span), 0.02);
    }

    private static double Ratio(double a, double b, double floor) => Math.Clamp(Math.Log((a + floor) / (b + floor)), -LargestLog, LargestLog);

    private static double Onset(float[] strength, double[] moments) => moments.Average(seconds => Strongest(strength, seconds));

    private static double Change(float[][] profiles, double[] moments, double span) => moments.Average(seconds => HarmonicChange.At(profiles, seconds, span));

    /// <summary>Strongest onset within 35 ms of a moment; 0 outside the song.</summary>
    public static double Strongest(float[] strength, double seconds)
    {
        var centre = (int)Math.Round(seconds * Onsets.FramesPerSecond);
        float strongest = 0;
        for (var frame = Math.Max(0, centre - ReachFrames); frame <= Math.Min(strength.Length - 1, centre + ReachFrames); frame++)
        {
            strongest = Math.Max(strongest, strength[frame]);
        }

        return strongest;
    }
}
