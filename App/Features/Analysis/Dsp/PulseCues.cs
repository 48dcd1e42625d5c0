namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// What speaks for a pulse being the beat that listeners tap: their preference for moderate tempi (Moelants 2002), onsets, harmony and bass changing on the
/// beats rather than between them (Peeters and Papadopoulos 2011), no beat being left empty, and bars that stand out, in which networks have their say too.
/// Any number of threads may ask.
/// </summary>
internal sealed class PulseCues(Onsets onsets, Harmonies harmonies, BeatActivations? networks)
{
    private const double LargestLog = 1.5;
    private const double LargestEmptiness = 3;

    /// <summary>
    /// Weights of the cues, in the order of <see cref="Of"/>: a conditional logistic regression (McFadden 1974) over 25 real pieces, with networks and
    /// without, and 133 synthetic ones, then the middle of the plateau of a grid around it. Chosen without a piece's family, they still gave real pieces
    /// their tempo or a fair octave of it in 46 of 50 cases.
    /// </summary>
    public static IReadOnlyList<double> Weights { get; } = [1.3, 0.9, 1.8, 0.4, -2.6, 7, -1, -2.5];

    /// <summary>Log likelihood of a pulse being the beat, up to a constant that all pulses of the same sound share.</summary>
    /// <param name="pulse">At least six beats.</param>
    public double Score(NestedPulse pulse) => Of(pulse).Zip(Weights, (cue, weight) => cue * weight).Sum();

    /// <summary>The cues, each about zero when it says nothing and within a few units.</summary>
    /// <param name="pulse">At least six beats.</param>
    public double[] Of(NestedPulse pulse)
    {
        var beats = pulse.Beats;
        double[] between = [.. beats.Zip(beats.Skip(1), (a, b) => (a + b) / 2)];
        var period = pulse.PeriodSeconds;
        return
        [
            Tempo.LogPreference(60 / period),
            Ratio(Onset(onsets.All, beats), Onset(onsets.All, between), 0.2),
            Ratio(Change(harmonies.Harmony, beats, period / 2), Change(harmonies.Harmony, between, period / 2), 0.02),
            Ratio(Change(harmonies.Bass, beats, period / 2), Change(harmonies.Bass, between, period / 2), 0.02),
            Emptiness(beats),
            Bars.Find(beats, onsets, harmonies, networks).Confidence,
            pulse.IsMoved ? 1 : 0,
            pulse.IsTriple ? 1 : 0,
        ];
    }

    /// <summary>
    /// How much stronger every other beat, or every third, is than the strongest of the rest, 0 (no more) to 3: a pulse two or three times too fast strikes
    /// into the void.
    /// </summary>
    private double Emptiness(double[] beats) => Math.Min(LargestEmptiness, Math.Max(Emptiness(beats, 2), Emptiness(beats, 3)));

    private double Emptiness(double[] beats, int every)
    {
        double[] strengths = [.. Enumerable.Range(0, every).Select(phase => Onset(onsets.All, [.. beats.Where((_, n) => n % every == phase)])).OrderDescending()];
        return Math.Log((strengths[0] + 0.2) / (strengths[1] + 0.2));
    }

    private static double Ratio(double a, double b, double floor) => Math.Clamp(Math.Log((a + floor) / (b + floor)), -LargestLog, LargestLog);

    private static double Onset(float[] strength, double[] moments) => moments.Average(seconds => Accents.Strongest(strength, seconds));

    private static double Change(float[][] profiles, double[] moments, double span) => moments.Average(seconds => HarmonicChange.At(profiles, seconds, span));
}
