namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Plain features of a whole song, all independent of its gain: what mood and genre are judged by.</summary>
/// <param name="TempoBpm">0 when there is no beat.</param>
/// <param name="PulseConfidence">0 to 1.</param>
/// <param name="OnsetsPerSecond">Clear onsets in a second.</param>
/// <param name="BrightnessHz">Spectral centroid, mean over what is audible.</param>
/// <param name="LowShare">Share of the power below 160 Hz, 0 to 1.</param>
/// <param name="Evenness">Middle loudness over loud loudness, 0 (great contrasts) to 1 (a wall of sound).</param>
/// <param name="KickOnEveryBeat">Low onsets on the beats against between them, log ratio: above 1 is four on the floor.</param>
/// <param name="Percussion">High-register onset strength at its peaks against its mean: 1 (none) upwards.</param>
/// <param name="Majorness">−1 to 1.</param>
/// <param name="KeyConfidence">0 to 1.</param>
internal sealed record Traits(
    double TempoBpm,
    double PulseConfidence,
    double OnsetsPerSecond,
    double BrightnessHz,
    double LowShare,
    double Evenness,
    double KickOnEveryBeat,
    double Percussion,
    double Majorness,
    double KeyConfidence)
{
    private const float ClearOnset = 3;
    private const double AudibleShare = 1e-4;

    /// <summary>Takes the features of a song that is not silent.</summary>
    public static Traits Of(Onsets onsets, Beats beats, KeyEstimate key)
    {
        var loud = Smoothing.Quantile(onsets.Loudness, 0.95);
        int[] audible = [.. Enumerable.Range(0, onsets.Loudness.Length).Where(row => onsets.Loudness[row] > AudibleShare * loud)];
        var seconds = Math.Max(1, onsets.Count / Onsets.FramesPerSecond);
        return new(
            beats.TempoBpm,
            beats.Confidence,
            Peaks(onsets.All) / seconds,
            audible.Length == 0 ? 0 : audible.Average(row => onsets.Brightness[row]),
            audible.Length == 0 ? 0 : audible.Average(row => onsets.LowShare[row]),
            loud > 0 ? Math.Pow(Smoothing.Quantile(onsets.Loudness, 0.5) / loud, 0.3) : 0,
            Kick(onsets.Low, beats.Seconds),
            Smoothing.Quantile(onsets.High, 0.97),
            key.Majorness,
            key.Confidence);
    }

    private static int Peaks(float[] strength)
    {
        var count = 0;
        for (var n = 1; n + 1 < strength.Length; n++)
        {
            count += strength[n] > ClearOnset && strength[n] > strength[n - 1] && strength[n] >= strength[n + 1] ? 1 : 0;
        }

        return count;
    }

    private static double Kick(float[] low, double[] beats)
    {
        if (beats.Length < 8)
        {
            return 0;
        }

        double[] strengths = [.. beats.Select(beat => Accents.Strongest(low, beat))];
        var between = beats.Zip(beats.Skip(1), (a, b) => Accents.Strongest(low, (a + b) / 2)).Average();
        // The weaker half of the beats decides: a kick on every other beat is not four on the floor.
        return Math.Log((strengths.Order().Take(strengths.Length / 2).Average() + 0.2) / (between + 0.2));
    }
}
