namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Small filters over series.</summary>
internal static class Smoothing
{
    /// <summary>Centred moving mean; near the ends over what there is.</summary>
    /// <param name="series">Any length; empty gives empty.</param>
    /// <param name="width">Values averaged, made odd; at least 1.</param>
    public static float[] MovingMean(ReadOnlySpan<float> series, int width)
    {
        var reach = Math.Max(width, 1) / 2;
        var sums = new double[series.Length + 1];
        for (var n = 0; n < series.Length; n++)
        {
            sums[n + 1] = sums[n] + series[n];
        }

        var means = new float[series.Length];
        for (var n = 0; n < means.Length; n++)
        {
            var (from, to) = (Math.Max(0, n - reach), Math.Min(means.Length, n + reach + 1));
            means[n] = (float)((sums[to] - sums[from]) / (to - from));
        }

        return means;
    }

    /// <summary>Gaussian smoothing; beyond the ends the series is taken as zero.</summary>
    /// <param name="series">Any length.</param>
    /// <param name="sigma">Standard deviation in values, above 0.</param>
    public static float[] Gaussian(ReadOnlySpan<float> series, double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        var kernel = new double[(2 * reach) + 1];
        for (var n = 0; n < kernel.Length; n++)
        {
            kernel[n] = Math.Exp(-0.5 * Math.Pow((n - reach) / sigma, 2));
        }

        var sum = kernel.Sum();
        var smooth = new float[series.Length];
        for (var n = 0; n < smooth.Length; n++)
        {
            double value = 0;
            for (var k = Math.Max(-reach, -n); k <= reach && n + k < smooth.Length; k++)
            {
                value += series[n + k] * kernel[k + reach];
            }

            smooth[n] = (float)(value / sum);
        }

        return smooth;
    }

    /// <summary>Value below which the given share of the series lies; 0 for an empty series.</summary>
    /// <param name="series">Any order; not changed.</param>
    /// <param name="share">0 to 1.</param>
    public static double Quantile(IEnumerable<float> series, double share)
    {
        var sorted = series.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
