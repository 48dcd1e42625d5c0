namespace Downbeat.Features.Analysis.Dsp;

/// <summary>The likely tempo at each moment.</summary>
/// <param name="Bpm">One value per step of <see cref="Tempo.StepSeconds"/>, in beats a minute; empty when nothing pulses.</param>
/// <param name="Clarities">How periodic the onsets are around each of these moments, 0 (not at all) to 1 (a machine).</param>
internal sealed record TempoPath(double[] Bpm, double[] Clarities)
{
    /// <summary>How periodic the onsets are on the whole, 0 to 1; 0 when nothing pulses.</summary>
    public double Clarity => Clarities.DefaultIfEmpty(0).Average();

    /// <summary>Tempo at a time, held constant beyond the ends.</summary>
    public double At(double seconds) => Bpm[Math.Clamp((int)(seconds / Tempo.StepSeconds), 0, Bpm.Length - 1)];

    /// <summary>The same path at another metrical level, for example 2 for twice as fast.</summary>
    public TempoPath Times(double factor) => this with { Bpm = [.. Bpm.Select(bpm => bpm * factor)] };
}

/// <summary>
/// Tempo over time: a tempogram whose autocorrelation (which answers to slower multiples) is multiplied with its spectrum (which answers to faster ones;
/// Peeters 2007), a log-normal preference for tempi near 120 (Ellis 2007; Moelants 2002), and a smooth path through it (Viterbi).
/// </summary>
internal static class Tempo
{
    /// <summary>Seconds from one value of the path to the next.</summary>
    public const double StepSeconds = 1;

    private const double SlowestBpm = 40;
    private const double FastestBpm = 240;
    private const double Ratio = 1.01;
    private const double PreferredBpm = 120;
    private const double PreferenceOctaves = 0.6;
    private const double Evidence = 4;
    private const double DriftCost = 0.35;
    private const int MostDrift = 8;

    /// <summary>The tempi that are weighed, in beats a minute: 40 to 240, each 1 % above the one before.</summary>
    public static readonly double[] GridBpm =
        [.. Enumerable.Range(0, (int)(Math.Log(FastestBpm / SlowestBpm) / Math.Log(Ratio))).Select(n => SlowestBpm * Math.Pow(Ratio, n))];

    /// <summary>Finds the path.</summary>
    /// <param name="onsets">Onset strength, one value per frame of <see cref="Onsets.FramesPerSecond"/>.</param>
    /// <param name="networkPulse">Probability of a beat at the same frames as networks give it; empty where there are none.</param>
    public static TempoPath Find(ReadOnlySpan<float> onsets, ReadOnlySpan<float> networkPulse)
    {
        float[][] pulses = networkPulse.IsEmpty ? [Sharpen(onsets)] : [Sharpen(onsets), Sharpen(networkPulse)];
        var steps = Math.Max(1, (int)(onsets.Length / Onsets.FramesPerSecond / StepSeconds));
        var (gram, repeats) = (new double[steps][], new double[steps][]);
        var window = new TempoWindow();
        for (var step = 0; step < steps; step++)
        {
            var centre = (int)((step + 0.5) * StepSeconds * Onsets.FramesPerSecond);
            var heard = pulses.Select(pulse => window.Score(pulse, centre)).ToArray();
            gram[step] = Mean([.. heard.Select(one => one.Scores)]);
            repeats[step] = Mean([.. heard.Select(one => one.Repeats)]);
        }

        if (gram.All(scores => scores.Max() == 0))
        {
            return new([], []);
        }

        var path = Path(gram);
        return new([.. path.Select(n => GridBpm[n])], [.. path.Select((n, step) => Math.Clamp(repeats[step][n], 0, 1))]);
    }

    /// <summary>Preference of listeners for a tempo: log of a log-normal curve, 0 at 120 BPM, falling to both sides.</summary>
    public static double LogPreference(double bpm) => -0.5 * Math.Pow(Math.Log2(bpm / PreferredBpm) / PreferenceOctaves, 2);

    private static double[] Mean(double[][] rows) => rows.Length == 1 ? rows[0] : [.. rows[0].Select((_, n) => rows.Average(row => row[n]))];

    private static float[] Sharpen(ReadOnlySpan<float> onsets)
    {
        var smooth = Smoothing.Gaussian(onsets, 2);
        var around = Smoothing.MovingMean(onsets, (int)Onsets.FramesPerSecond);
        for (var n = 0; n < smooth.Length; n++)
        {
            smooth[n] = Math.Max(0, smooth[n] - around[n]);
        }

        return smooth;
    }

    private static int[] Path(double[][] gram)
    {
        var overall = new double[GridBpm.Length];
        foreach (var scores in gram)
        {
            for (var n = 0; n < overall.Length; n++)
            {
                overall[n] += scores[n] / gram.Length;
            }
        }

        var highest = overall.Max();
        var best = new double[gram.Length][];
        var from = new int[gram.Length][];
        for (var step = 0; step < gram.Length; step++)
        {
            (best[step], from[step]) = (new double[overall.Length], new int[overall.Length]);
            for (var n = 0; n < overall.Length; n++)
            {
                var (earlier, score) = step == 0 ? (n, 0) : BestEarlier(best[step - 1], n);
                from[step][n] = earlier;
                best[step][n] = score + LogPreference(GridBpm[n]) + (Evidence * (gram[step][n] + (overall[n] / highest)) / 2);
            }
        }

        var path = new int[gram.Length];
        for (var (step, n) = (gram.Length - 1, Array.IndexOf(best[^1], best[^1].Max())); step >= 0; n = from[step--][n])
        {
            path[step] = n;
        }

        return path;
    }

    private static (int From, double Score) BestEarlier(double[] scores, int n)
    {
        var (at, best) = (n, scores[n]);
        for (var k = Math.Max(0, n - MostDrift); k <= Math.Min(scores.Length - 1, n + MostDrift); k++)
        {
            var score = scores[k] - (DriftCost * Math.Abs(k - n));
            if (score > best)
            {
                (at, best) = (k, score);
            }
        }

        return (at, best);
    }
}
