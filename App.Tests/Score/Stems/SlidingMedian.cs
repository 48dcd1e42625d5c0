namespace Downbeat.Tests.Score.Stems;

/// <summary>Medians over a window that slides along a series.</summary>
internal static class SlidingMedian
{
    /// <summary>The median of each value and those around it; fewer at the ends, where of an even number the upper middle one is taken.</summary>
    /// <param name="values">The series.</param>
    /// <param name="reach">Values on each side.</param>
    /// <param name="medians">Takes as many.</param>
    public static void Of(ReadOnlySpan<float> values, int reach, Span<float> medians)
    {
        var sorted = new float[(2 * reach) + 1];
        var count = 0;
        for (var n = -reach; n < values.Length; n++)
        {
            if (n - reach > 0)
            {
                Remove(sorted, ref count, values[n - reach - 1]);
            }

            if (n + reach < values.Length)
            {
                Insert(sorted, ref count, values[n + reach]);
            }

            if (n >= 0)
            {
                medians[n] = sorted[count / 2];
            }
        }
    }

    private static void Remove(float[] sorted, ref int count, float value)
    {
        var at = sorted.AsSpan(0, count).BinarySearch(value);
        sorted.AsSpan(at + 1, count - at - 1).CopyTo(sorted.AsSpan(at));
        count--;
    }

    private static void Insert(float[] sorted, ref int count, float value)
    {
        var found = sorted.AsSpan(0, count).BinarySearch(value);
        var at = found < 0 ? ~found : found;
        sorted.AsSpan(at, count - at).CopyTo(sorted.AsSpan(at + 1));
        sorted[at] = value;
        count++;
    }
}
