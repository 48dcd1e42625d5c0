namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Where the bars begin.</summary>
/// <param name="Downbeats">Indexes into the beats, rising; empty when there are fewer beats than a bar.</param>
/// <param name="BeatsPerBar">3 or 4; 0 when there are fewer beats than a bar.</param>
/// <param name="Confidence">How clearly this phase and metre stand out from the others, 0 to 1.</param>
internal sealed record BarLines(int[] Downbeats, int BeatsPerBar, double Confidence);

/// <summary>
/// Metre and first beats of bars: every beat is judged by how much harmony and bass change there over one, two and four
/// beats, and a little by the kick; a Viterbi
/// pass over the position in the bar finds the phase, tolerating a rare slip (a bar of odd length), and the metre whose pattern explains more wins; three
/// has to be clearly better, for most songs count four.
/// </summary>
internal static class Bars
{
    private const double SlipCost = 12;
    private const double TripleHandicap = 1.15;
    private const double LeastTripleFit = 0.3;
    private const int FewestTripleBars = 8;
    private const double NetworkWeight = 4;

    /// <summary>Finds the bars.</summary>
    /// <param name="beats">Times in seconds, rising; may be empty.</param>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="harmonies">Pitch-class profiles.</param>
    /// <param name="networks">What beat networks heard, or null.</param>
    public static BarLines Find(double[] beats, Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        if (beats.Length < 4)
        {
            return new([], 0, 0);
        }

        var evidence = Evidence(beats, onsets, harmonies, networks);
        var (four, three) = (Phase(evidence, 4), Phase(evidence, 3));
        var (fits4, fits3) = (Fit(evidence, four, 4), Fit(evidence, three, 3));
        var triple = fits3 > Math.Max(LeastTripleFit, TripleHandicap * fits4) && three.Length >= FewestTripleBars;
        var best = triple ? (Lines: three, Size: 3, Fits: fits3) : (Lines: four, Size: 4, Fits: fits4);
        return new(best.Lines, best.Size, Math.Clamp(best.Fits, 0, 1));
    }

    /// <summary>For each beat how much it looks like the first of a bar, zero on average, most values within ±3.</summary>
    public static double[] Evidence(double[] beats, Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        var period = (beats[^1] - beats[0]) / (beats.Length - 1);
        (Func<double, double> Feature, double Weight)[] features =
        [
            (beat => HarmonicChange.At(harmonies.Harmony, beat, period), 1),
            (beat => HarmonicChange.At(harmonies.Harmony, beat, 2 * period), 1),
            (beat => HarmonicChange.At(harmonies.Harmony, beat, 4 * period), 0.5),
            (beat => HarmonicChange.At(harmonies.Bass, beat, period), 1),
            (beat => HarmonicChange.At(harmonies.Bass, beat, 2 * period), 1),
            (beat => Accents.Strongest(onsets.Low, beat), 0.4),
            (beat => Accents.Strongest(onsets.High, beat), -0.1),
            (beat => networks is null ? 0 : NetworkEvidence.First(networks, beat), NetworkWeight),
        ];
        var evidence = new double[beats.Length];
        foreach (var (feature, weight) in features)
        {
            var values = Standardise(beats, feature);
            for (var n = 0; n < evidence.Length; n++)
            {
                evidence[n] += weight * values[n] / 3;
            }
        }

        return evidence;
    }

    private static double[] Standardise(double[] beats, Func<double, double> feature)
    {
        double[] values = [.. beats.Select(feature)];
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => spread > 1e-9 ? Math.Clamp((value - mean) / spread, -3, 3) : 0)];
    }

    private static int[] Phase(double[] evidence, int beatsPerBar)
    {
        var count = evidence.Length;
        var score = new double[count, beatsPerBar];
        var from = new int[count, beatsPerBar];
        for (var n = 0; n < count; n++)
        {
            for (var position = 0; position < beatsPerBar; position++)
            {
                var (earlier, best) = n == 0 ? (0, 0) : Best(score, n - 1, position, beatsPerBar);
                from[n, position] = earlier;
                score[n, position] = best + (position == 0 ? evidence[n] : 0);
            }
        }

        var at = Enumerable.Range(0, beatsPerBar).MaxBy(position => score[count - 1, position]);
        var lines = new List<int>();
        for (var n = count - 1; n >= 0; at = from[n--, at])
        {
            if (at == 0)
            {
                lines.Add(n);
            }
        }

        lines.Reverse();
        return [.. lines];
    }

    private static (int From, double Score) Best(double[,] score, int n, int position, int beatsPerBar)
    {
        var regular = (position + beatsPerBar - 1) % beatsPerBar;
        var (from, best) = (regular, score[n, regular]);
        for (var earlier = 0; earlier < beatsPerBar; earlier++)
        {
            if (score[n, earlier] - SlipCost > best)
            {
                (from, best) = (earlier, score[n, earlier] - SlipCost);
            }
        }

        return (from, best);
    }

    /// <summary>Correlation of the evidence with the pattern "first of the bar": comparable between metres, 0 to 1.</summary>
    private static double Fit(double[] evidence, int[] lines, int beatsPerBar)
    {
        if (lines.Length == 0)
        {
            return 0;
        }

        var share = 1.0 / beatsPerBar;
        var mean = evidence.Average();
        var spread = Math.Sqrt(evidence.Average(value => (value - mean) * (value - mean)));
        var first = lines.Average(line => evidence[line]) - mean;
        return spread > 1e-9 ? first * Math.Sqrt(share / (1 - share)) / spread : 0;
    }
}
