namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Where the bars begin.</summary>
/// <param name="Downbeats">Indexes into the beats, rising; empty when there are fewer beats than a bar.</param>
/// <param name="BeatsPerBar">2, 3, 4 or 6; 0 when there are fewer beats than a bar.</param>
/// <param name="Confidence">How clearly this phase and metre stand out from the others, 0 to 1.</param>
internal sealed record BarLines(int[] Downbeats, int BeatsPerBar, double Confidence);

/// <summary>
/// Metre and first beats of bars: every beat is judged by how much harmony and bass change there over one, two and four
/// beats, by kick and snare, and by what networks say; a Viterbi
/// pass over the position in the bar finds the phase, tolerating a rare slip (a bar of odd length), and the metre whose pattern explains more wins. Any
/// other metre has to be clearly better than four, for most songs count four. A piece in 6/8 whose beats are its dotted quarters has two beats in a bar;
/// counted in eighths, which takes a quick beat, it has six.
/// </summary>
internal static class Bars
{
    private const double NetworkWeight = 2;
    private const double KickWeight = 1;
    private const double SnareWeight = -0.5;
    private const double SlipCost = 12;
    private const double BreakBeats = 1.6;
    private const double LeastFit = 0.3;
    private const int FewestBars = 8;
    private const double SlowestEighthBpm = 135;

    /// <summary>Beats in a bar and how many times better than four, or than three for six, its pattern has to fit.</summary>
    private static readonly (int BeatsPerBar, double Handicap)[] Metres = [(2, 1.4), (3, 1.15), (6, 1.4)];

    /// <summary>Finds the bars.</summary>
    /// <param name="beats">Times in seconds, rising; may be empty. Where two lie further apart than beats do, counting starts afresh.</param>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="harmonies">Pitch-class profiles.</param>
    /// <param name="networks">What beat networks heard, or null.</param>
    public static BarLines Find(double[] beats, Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        if (beats.Length < 4)
        {
            return new([], 0, 0);
        }

        var period = Line.Median(beats.Zip(beats.Skip(1), (a, b) => b - a));
        var evidence = Evidence(beats, period, onsets, harmonies, networks);
        bool[] breaks = [.. beats.Select((beat, n) => n > 0 && beat - beats[n - 1] > BreakBeats * period)];
        var best = Fitted(evidence, breaks, 4);
        foreach (var (beatsPerBar, handicap) in Metres)
        {
            var other = Fitted(evidence, breaks, beatsPerBar);
            var possible = other.Downbeats.Length >= FewestBars && (beatsPerBar < 6 || period < 60 / SlowestEighthBpm);
            best = possible && other.Confidence > Math.Max(LeastFit, handicap * best.Confidence) ? other : best;
        }

        return best with { Confidence = Math.Clamp(best.Confidence, 0, 1) };
    }

    private static BarLines Fitted(double[] evidence, bool[] breaks, int beatsPerBar)
    {
        var lines = Phase(evidence, breaks, beatsPerBar);
        return new(lines, beatsPerBar, Fit(evidence, lines, beatsPerBar));
    }

    /// <summary>For each beat how much it looks like the first of a bar, zero on average, most values within ±3.</summary>
    private static double[] Evidence(double[] beats, double period, Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        (Func<double, double> Feature, double Weight)[] features =
        [
            (beat => HarmonicChange.At(harmonies.Harmony, beat, period), 1),
            (beat => HarmonicChange.At(harmonies.Harmony, beat, 2 * period), 1),
            (beat => HarmonicChange.At(harmonies.Harmony, beat, 4 * period), 0.5),
            (beat => HarmonicChange.At(harmonies.Bass, beat, period), 1),
            (beat => HarmonicChange.At(harmonies.Bass, beat, 2 * period), 1),
            (beat => Accents.Strongest(onsets.Low, beat), KickWeight),
            (beat => Accents.Strongest(onsets.High, beat), SnareWeight),
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

    private static int[] Phase(double[] evidence, bool[] breaks, int beatsPerBar)
    {
        var count = evidence.Length;
        var score = new double[count, beatsPerBar];
        var from = new int[count, beatsPerBar];
        for (var n = 0; n < count; n++)
        {
            for (var position = 0; position < beatsPerBar; position++)
            {
                var (earlier, best) = n == 0 ? (0, 0) : Best(score, n - 1, position, beatsPerBar, breaks[n] ? 0 : SlipCost);
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

    private static (int From, double Score) Best(double[,] score, int n, int position, int beatsPerBar, double slipCost)
    {
        var regular = (position + beatsPerBar - 1) % beatsPerBar;
        var (from, best) = (regular, score[n, regular]);
        for (var earlier = 0; earlier < beatsPerBar; earlier++)
        {
            if (score[n, earlier] - slipCost > best)
            {
                (from, best) = (earlier, score[n, earlier] - slipCost);
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
