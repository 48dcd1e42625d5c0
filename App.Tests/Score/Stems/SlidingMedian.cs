namespace Downbeat.Tests.Score.Stems;

/// <summary>Medians over a window that slides along a series.</summary>
internal static class SlidingMedian
{
    /// <summary>The median of each value and those around it, the series mirrored at its ends.</summary>
    /// <param name="values">The series.</param>
    /// <param name="reach">Values on each side.</param>
    /// <param name="medians">Takes as many.</param>
    public static void Of(ReadOnlySpan<float> values, int reach, Span<float> medians)
    {
        var sorted = new float[(2 * reach) + 1];
        var count = 0;
        for (var n = -reach; n < reach && !values.IsEmpty; n++)
        {
            Insert(sorted, ref count, Mirrored(values, n));
        }

        for (var n = 0; n < values.Length; n++)
        {
            Insert(sorted, ref count, Mirrored(values, n + reach));
            medians[n] = sorted[reach];
            Remove(sorted, ref count, Mirrored(values, n - reach));
        }
    }

    private static float Mirrored(ReadOnlySpan<float> values, int n)
    {
        var at = ((n % (2 * values.Length)) + (2 * values.Length)) % (2 * values.Length);
        return values[at < values.Length ? at : (2 * values.Length) - 1 - at];
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
