using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Averages over neighbours.</summary>
internal static class Pooling
{
    /// <summary>Mean of each value and those around it, as far as there are any.</summary>
    /// <param name="values">A series.</param>
    /// <param name="reach">How many on either side.</param>
    /// <param name="means">Takes as many values; another memory than <paramref name="values"/>.</param>
    public static void Around(ReadOnlySpan<float> values, int reach, Span<float> means)
    {
        double sum = 0;
        for (var n = 0; n < Math.Min(reach, values.Length); n++)
        {
            sum += values[n];
        }

        for (var n = 0; n < values.Length; n++)
        {
            var comes = n + reach < values.Length ? values[n + reach] : 0f;
            var goes = n - reach - 1 >= 0 ? values[n - reach - 1] : 0f;
            sum += (double)comes - goes;
            means[n] = (float)(sum / (Math.Min(n + reach, values.Length - 1) - Math.Max(n - reach, 0) + 1));
        }
    }

    /// <summary>Mean of a frame and those around it, bin by bin. A frame outside stands for the first or the last one.</summary>
    /// <param name="plane">Frames.</param>
    /// <param name="frame">The middle one.</param>
    /// <param name="reach">How many on either side.</param>
    /// <param name="step">Frames from one that is taken to the next.</param>
    /// <param name="means">Takes a row.</param>
    public static void OverTime(Plane plane, int frame, int reach, int step, Span<float> means)
    {
        means.Clear();
        var count = 0;
        for (var at = -reach; at <= reach; at += step, count++)
        {
            Vectors.Add(plane.Row(frame + at), means);
        }

        Vectors.Scale(means, 1f / count);
    }
}
