namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Straight lines through beats, and the middle of a series.</summary>
internal static class Line
{
    /// <summary>Least-squares line through the values at <paramref name="from"/> to <paramref name="to"/>, both included, against 0, 1, 2, …</summary>
    /// <returns>Value at <paramref name="from"/> and step from one value to the next; the step is 0 for a single value.</returns>
    public static (double Start, double Step) Fit(IReadOnlyList<double> values, int from, int to)
    {
        var count = to - from + 1;
        double sum = 0, product = 0;
        for (var n = 0; n < count; n++)
        {
            sum += values[from + n];
            product += (n - ((count - 1) / 2.0)) * values[from + n];
        }

        var step = count > 1 ? 12 * product / ((double)count * ((double)count * count - 1)) : 0;
        return ((sum / count) - (step * (count - 1) / 2), step);
    }

    /// <summary>Middle value; of an even count the upper of the two in the middle.</summary>
    /// <param name="values">At least one, any order.</param>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
