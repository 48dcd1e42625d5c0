namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Takes the beats out of stretches that have none: before and after the music, in long silences, and where it flows freely.</summary>
internal static class Silence
{
    private const double AudibleShare = 1e-5;
    private const double GraceSeconds = 0.07;
    private const double LongestPauseSeconds = 4;
    private const double LeastClarity = 0.08;
    private const double ShortestFreeSeconds = 8;
    private const double CarryingRatio = 1.6;

    /// <summary>Leaves the beats that the music has.</summary>
    /// <param name="beats">Times in seconds, rising; may be empty.</param>
    /// <param name="steady">Whether the song keeps one tempo: then the count carries on through a passage without a clear pulse as long as it meets the onsets there.</param>
    /// <param name="path">Tells how clear the pulse is from second to second.</param>
    /// <param name="onsets">Tells what is audible.</param>
    public static double[] Leave(double[] beats, bool steady, TempoPath path, Onsets onsets)
    {
        var loud = AudibleShare * Smoothing.Quantile(onsets.Loudness, 0.95);
        var silent = Runs(onsets.Loudness, power => power <= loud, Onsets.RowsPerSecond)
            .Where(run => double.IsInfinity(run.To - run.From) || run.Seconds >= LongestPauseSeconds);
        var free = Runs(path.Clarities, clarity => clarity < LeastClarity, 1 / Tempo.StepSeconds)
            .Where(run => run.Seconds >= ShortestFreeSeconds && !(steady && Carries([.. beats.Where(beat => beat > run.From && beat < run.To)], onsets)));
        (double From, double To, double Seconds)[] without = [.. silent, .. free];
        return [.. beats.Where(beat => !without.Any(run => beat > run.From + GraceSeconds && beat < run.To - GraceSeconds))];
    }

    /// <summary>Whether a strict count through a passage still meets more onsets on its beats than between them.</summary>
    private static bool Carries(double[] beats, Onsets onsets)
    {
        if (beats.Length < 2)
        {
            return false;
        }

        var quarter = (beats[^1] - beats[0]) / (beats.Length - 1) / 4;
        return beats.Average(beat => Accents.Strongest(onsets.All, beat)) > CarryingRatio * beats.Average(beat => Accents.Strongest(onsets.All, beat + quarter));
    }

    /// <summary>Stretches in seconds over which something holds; those at either end of the song reach beyond it, but are as long as they sound.</summary>
    private static IEnumerable<(double From, double To, double Seconds)> Runs<T>(T[] series, Func<T, bool> holds, double perSecond)
    {
        for (var n = 0; n < series.Length; n++)
        {
            var from = n;
            while (n < series.Length && holds(series[n]))
            {
                n++;
            }

            if (n > from)
            {
                yield return (
                    from == 0 ? double.NegativeInfinity : from / perSecond,
                    n == series.Length ? double.PositiveInfinity : n / perSecond,
                    (n - from) / perSecond);
            }
        }
    }
}
