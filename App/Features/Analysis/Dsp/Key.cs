namespace Downbeat.Features.Analysis.Dsp;

/// <summary>The key of a song.</summary>
/// <param name="Tonic">Name with sharps: C, C#, D … B; empty when nothing tonal was heard.</param>
/// <param name="Mode"><c>major</c> or <c>minor</c>; empty with the tonic.</param>
/// <param name="Confidence">0 (no telling) to 1 (far ahead of every other key).</param>
/// <param name="Majorness">How much better the best major key fits than the best minor one, −1 to 1.</param>
internal sealed record KeyEstimate(string Tonic, string Mode, double Confidence, double Majorness)
{
    /// <summary>No key.</summary>
    public static KeyEstimate None { get; } = new("", "", 0, 0);
}

/// <summary>
/// Key by correlation of the song's pitch-class profile with those of the 24 keys. The profiles are the ones of Albrecht and Shanahan ("The use of large
/// corpora to train a new type of key-finding algorithm", Music Perception 2013), counted from some 980 pieces.
/// </summary>
internal static class Key
{
    private const double BassWeight = 0.5;
    private const double ClearLead = 0.12;
    private const double TonalSpread = 0.25;

    private static readonly string[] Names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    private static readonly double[] Major = [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081];
    private static readonly double[] Minor = [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052];

    /// <summary>Estimates the key.</summary>
    /// <param name="harmonies">Pitch-class profiles; with none, or with silence only, there is no key.</param>
    public static KeyEstimate Find(Harmonies harmonies)
    {
        var profile = new double[12];
        Add(harmonies.Harmony, 1, profile);
        Add(harmonies.Bass, BassWeight, profile);
        if (profile.Sum() <= 0)
        {
            return KeyEstimate.None;
        }

        var major = Correlations(profile, Major);
        var minor = Correlations(profile, Minor);
        var ranked = major.Select((fit, tonic) => (fit, tonic, mode: "major"))
            .Concat(minor.Select((fit, tonic) => (fit, tonic, mode: "minor")))
            .OrderByDescending(key => key.fit)
            .ToArray();
        var lead = (ranked[0].fit - ranked[1].fit) / ClearLead;
        var confidence = Math.Clamp(ranked[0].fit, 0, 1) * Math.Clamp(lead, 0, 1) * Tonality(profile);
        return new(Names[ranked[0].tonic], ranked[0].mode, confidence, Math.Clamp(major.Max() - minor.Max(), -1, 1));
    }

    /// <summary>Every row counts the same, so that a loud chorus does not outvote the verses.</summary>
    private static void Add(float[][] rows, double weight, double[] profile)
    {
        foreach (var row in rows)
        {
            var length = Math.Sqrt(Vectors.Dot(row, row));
            for (var pitch = 0; length > 1e-6 && pitch < 12; pitch++)
            {
                profile[pitch] += weight * row[pitch] / length;
            }
        }
    }

    /// <summary>How far a profile is from flat, 0 to 1: flat ones come from noise and have no key.</summary>
    private static double Tonality(double[] profile)
    {
        var mean = profile.Average();
        return Math.Clamp(Math.Sqrt(profile.Average(value => (value - mean) * (value - mean))) / mean / TonalSpread, 0, 1);
    }

    private static double[] Correlations(double[] profile, double[] template) =>
        [.. Enumerable.Range(0, 12).Select(tonic => Correlation([.. Enumerable.Range(0, 12).Select(pitch => profile[(pitch + tonic) % 12])], template))];

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        double product = 0, squareA = 0, squareB = 0;
        for (var n = 0; n < a.Length; n++)
        {
            var (x, y) = (a[n] - meanA, b[n] - meanB);
            (product, squareA, squareB) = (product + (x * y), squareA + (x * x), squareB + (y * y));
        }

        var norm = Math.Sqrt(squareA * squareB);
        return norm > 1e-12 ? product / norm : 0;
    }
}
