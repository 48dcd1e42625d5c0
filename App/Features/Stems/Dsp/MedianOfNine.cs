using System.Numerics;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// Medians along time and along frequency, the filters that part sustained from struck sound (FitzGerald 2010). Neighbouring frames and bins overlap, so nine of them spread over the reach say
/// as much as all; nine are put in order by a fixed network of exchanges (Devillard 1998), for many bins at once.
/// </summary>
internal static class MedianOfNine
{
    private const int Taps = 9;

    // Pairs to be put in order, one after the other; then the fifth is the median.
    private static ReadOnlySpan<byte> Exchanges =>
    [
        1, 2, 4, 5, 7, 8, 0, 1, 3, 4, 6, 7, 1, 2, 4, 5, 7, 8, 0, 3, 5, 8, 4, 7, 3, 6, 1, 4, 2, 5, 4, 7, 4, 2, 6, 4, 4, 2,
    ];

    /// <summary>Median of what every bin was and will be: what goes on.</summary>
    /// <param name="power">The sound.</param>
    /// <param name="frame">Which frame.</param>
    /// <param name="step">Frames from one of the nine to the next.</param>
    /// <param name="medians">Takes as many values as there are bins.</param>
    public static void OverTime(Plane power, int frame, int step, Span<float> medians)
    {
        Span<Vector<float>> nine = stackalloc Vector<float>[Taps];
        Span<float> single = stackalloc float[Taps];
        var k = 0;
        for (; k <= power.Bins - Vector<float>.Count; k += Vector<float>.Count)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                nine[tap] = new(power.Row(frame + ((tap - (Taps / 2)) * step))[k..]);
            }

            Median(nine).CopyTo(medians[k..]);
        }

        for (; k < power.Bins; k++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                single[tap] = power.Row(frame + ((tap - (Taps / 2)) * step))[k];
            }

            single.Sort();
            medians[k] = single[Taps / 2];
        }
    }

    /// <summary>Median of the bins around every bin: what is spread over frequency.</summary>
    /// <param name="row">One frame.</param>
    /// <param name="step">Bins from one of the nine to the next.</param>
    /// <param name="medians">Takes as many values as the row has.</param>
    public static void OverFrequency(ReadOnlySpan<float> row, int step, Span<float> medians)
    {
        // The ends are mirrored.
        var margin = step * (Taps / 2);
        var wide = new float[row.Length + (2 * margin) + Vector<float>.Count];
        row.CopyTo(wide.AsSpan(margin));
        for (var n = 1; n <= margin; n++)
        {
            (wide[margin - n], wide[margin + row.Length - 1 + n]) = (row[n], row[^(n + 1)]);
        }

        Span<Vector<float>> nine = stackalloc Vector<float>[Taps];
        Span<float> last = stackalloc float[Vector<float>.Count];
        for (var k = 0; k < row.Length; k += Vector<float>.Count)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                nine[tap] = new(wide.AsSpan(k + (tap * step), Vector<float>.Count));
            }

            Median(nine).CopyTo(last);
            last[..Math.Min(last.Length, row.Length - k)].CopyTo(medians[k..]);
        }
    }

    private static Vector<float> Median(Span<Vector<float>> nine)
    {
        for (var n = 0; n < Exchanges.Length; n += 2)
        {
            var (a, b) = (nine[Exchanges[n]], nine[Exchanges[n + 1]]);
            (nine[Exchanges[n]], nine[Exchanges[n + 1]]) = (Vector.Min(a, b), Vector.Max(a, b));
        }

        return nine[Taps / 2];
    }
}
