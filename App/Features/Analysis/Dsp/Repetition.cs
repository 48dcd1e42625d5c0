namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Where repetition begins, ends or jumps: for each bar, which distances lead to bars that sound the same, before it against after it
/// (Serrà, Müller, Grosche and Arcos, "Unsupervised detection of music boundaries by time series structure features", AAAI 2012).
/// </summary>
internal static class Repetition
{
    private const int ReachBars = 4;
    private const double ClearChange = 2;
    private const double AlikeFrom = 0.4;
    private const double AlikeTo = 0.9;

    /// <summary>One value per bar, for a border at its start: 0 (the same repeats go on) to 1 (at two distances or more it begins or ends).</summary>
    public static double[] Change(BarFeatures bars)
    {
        var count = bars.Count;
        var alike = new double[count, count];
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < a; b++)
            {
                alike[a, b] = alike[b, a] = Math.Clamp((bars.Likeness(a, b) - AlikeFrom) / (AlikeTo - AlikeFrom), 0, 1);
            }
        }

        return [.. Enumerable.Range(0, count).Select(bar => bar < ReachBars || bar > count - ReachBars ? 0 : At(alike, bar, count))];
    }

    private static double At(double[,] alike, int bar, int count)
    {
        double change = 0;
        for (var lag = ReachBars - bar; lag <= count - ReachBars - bar; lag++)
        {
            change += Math.Abs(lag) < ReachBars ? 0 : Math.Abs(Stripe(alike, bar - ReachBars, lag) - Stripe(alike, bar, lag));
        }

        return Math.Min(1, change / ClearChange);
    }

    /// <summary>How far a few bars in a row repeat at one distance, 0 (less than half) to 1 (each of them).</summary>
    private static double Stripe(double[,] alike, int firstBar, int lag)
    {
        double sum = 0;
        for (var bar = firstBar; bar < firstBar + ReachBars; bar++)
        {
            sum += alike[bar, bar + lag];
        }

        return Math.Max(0, (2 * sum / ReachBars) - 1);
    }
}
