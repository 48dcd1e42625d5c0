using Downbeat.Signals;

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
/// Key from two witnesses. The notes: correlation of how long each pitch class sounds with the profiles of the 24 keys (Krumhansl and Kessler 1982, by the ear of listeners: unlike
/// counts of classical music they forgive the flat seventh and the other colours of blues and modes). The chords: how usual each is in a key, by the counts of rock harmony (Temperley and
/// de Clercq, "Statistical analysis of harmony and melody in rock music", JNMR 2013), and which of them begins and ends the song. The likeliest by a log-linear model wins.
/// </summary>
internal static class Key
{
    /// <summary>Names of the pitch classes, C first, with sharps.</summary>
    public static readonly string[] Names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

    private const double BassWeight = 0.5;
    private const int BassUpToNote = 52;
    private const float Faintest = 0.1f;
    private const double UnclearShare = 0.1;
    private const double UsualThird = 0.85;
    private const double TonalSpread = 0.25;
    private const double LeastSeconds = 2;
    private const double LeastCorrelation = 0.45;
    private const double LeastTonality = 0.6;

    // A conditional logistic regression (McFadden 1974) over 432 synthetic pieces of 18 chord progressions, as many cut to begin on another chord at half the weight, and five recordings;
    // judged by pieces of a family of progressions that was left out of the choice.
    private const double NoteWeight = 4.4;
    private const double ChordWeight = 5;
    private const double OpeningWeight = 2.4;
    private const double ClosingWeight = 0.4;

    private static readonly double[] Major = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
    private static readonly double[] Minor = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];

    // Share of the chords that stand on each step above the tonic, and whether the usual one has a minor third.
    private static readonly double[] MajorRoots = [0.33, 0.005, 0.06, 0.02, 0.03, 0.22, 0.005, 0.18, 0.02, 0.08, 0.045, 0.005];
    private static readonly double[] MinorRoots = [0.33, 0.01, 0.02, 0.08, 0.005, 0.16, 0.005, 0.14, 0.11, 0.01, 0.12, 0.01];
    private static readonly bool?[] MajorThirds = [false, false, true, false, true, false, true, false, false, true, false, true];
    private static readonly bool?[] MinorThirds = [true, false, true, false, true, true, true, null, false, true, false, true];

    /// <summary>Estimates the key.</summary>
    /// <param name="notes">What sounds; with less than two seconds of them there is no key.</param>
    /// <param name="chords">Its chords, clear ones and others; may be empty.</param>
    public static KeyEstimate Find(Notes notes, IReadOnlyList<ChordSpan> chords)
    {
        var profile = Profile(notes);
        if (profile.Sum() < LeastSeconds * Notes.RowsPerSecond)
        {
            return KeyEstimate.None;
        }

        var seconds = notes.Rows.Length / Notes.RowsPerSecond;
        double[] fits = [.. Enumerable.Range(0, 24).Select(key => (NoteWeight * Correlation(profile, key)) + (ChordWeight * Usual(chords, key, seconds)) + Ends(chords, key))];
        var best = Array.IndexOf(fits, fits.Max());
        if (Correlation(profile, best) < LeastCorrelation || Tonality(profile) < LeastTonality)
        {
            return KeyEstimate.None;
        }

        var probability = 1 / fits.Sum(fit => Math.Exp(fit - fits[best]));
        var confidence = Math.Clamp(Correlation(profile, best), 0, 1) * probability * Tonality(profile);
        return new(Names[best % 12], best < 12 ? "major" : "minor", confidence, Math.Clamp((fits[..12].Max() - fits[12..].Max()) / NoteWeight, -1, 1));
    }

    /// <summary>How long each pitch class sounds, the bass once more. Every moment counts the same, so that a loud chorus does not outvote the verses.</summary>
    private static double[] Profile(Notes notes)
    {
        var profile = new double[12];
        foreach (var row in notes.Rows)
        {
            var all = Vectors.Sum(row);
            for (var n = 0; all > Faintest && n < row.Length; n++)
            {
                var note = Notes.LowestNote + n;
                profile[note % 12] += row[n] / all * (note < BassUpToNote ? 1 + BassWeight : 1);
            }
        }

        return profile;
    }

    /// <summary>Mean log share of the chords in a key, against a chord that could stand anywhere; by time and confidence. Chords that are hardly clear for a while say nothing.</summary>
    private static double Usual(IReadOnlyList<ChordSpan> chords, int key, double seconds)
    {
        double sum = 0, weights = UnclearShare * seconds;
        foreach (var chord in chords)
        {
            var step = (chord.Root - key + 24) % 12;
            var third = (key < 12 ? MajorThirds : MinorThirds)[step];
            var share = (key < 12 ? MajorRoots : MinorRoots)[step] * (third is null ? 0.5 : third == chord.IsMinor ? UsualThird : 1 - UsualThird);
            var weight = (chord.EndSeconds - chord.StartSeconds) * chord.Confidence;
            (sum, weights) = (sum + (weight * Math.Log(24 * share)), weights + weight);
        }

        return sum / weights;
    }

    /// <summary>Songs tend to begin and end on their tonic.</summary>
    private static double Ends(IReadOnlyList<ChordSpan> chords, int key)
    {
        return chords.Count == 0 ? 0 : (OpeningWeight * Is(chords[0])) + (ClosingWeight * Is(chords[^1]));

        double Is(ChordSpan chord) => chord.Root == key % 12 && chord.IsMinor == key >= 12 ? chord.Confidence : 0;
    }

    /// <summary>How far a profile is from flat, 0 to 1: flat ones come from noise and have no key.</summary>
    private static double Tonality(double[] profile)
    {
        var mean = profile.Average();
        return Math.Clamp(Math.Sqrt(profile.Average(value => (value - mean) * (value - mean))) / mean / TonalSpread, 0, 1);
    }

    private static double Correlation(double[] profile, int key)
    {
        var template = key < 12 ? Major : Minor;
        var (meanA, meanB) = (profile.Average(), template.Average());
        double product = 0, squareA = 0, squareB = 0;
        for (var step = 0; step < 12; step++)
        {
            var (x, y) = (profile[(key + step) % 12] - meanA, template[step] - meanB);
            (product, squareA, squareB) = (product + (x * y), squareA + (x * x), squareB + (y * y));
        }

        var norm = Math.Sqrt(squareA * squareB);
        return norm > 1e-12 ? product / norm : 0;
    }
}
