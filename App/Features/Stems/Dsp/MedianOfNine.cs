using System.Numerics;
using System.Runtime.CompilerServices;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// Medians along time and along frequency, the filters that part sustained from struck sound (FitzGerald 2010). Neighbouring frames and bins overlap, so nine of them spread over the reach say
/// as much as all; their median is found by a fixed network of exchanges (Paeth 1990, Devillard 1998), for many bins at once.
/// </summary>
internal static class MedianOfNine
{
    /// <summary>Steps on either side.</summary>
    public const int Reach = 4;

    private const int Taps = (2 * Reach) + 1;

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
                nine[tap] = new(power.Row(frame + ((tap - Reach) * step))[k..]);
            }

            Median(nine).CopyTo(medians[k..]);
        }

        for (; k < power.Bins; k++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                single[tap] = power.Row(frame + ((tap - Reach) * step))[k];
            }

            single.Sort();
            medians[k] = single[Reach];
        }
    }

    /// <summary>Median of the bins around every bin: what is spread over frequency.</summary>
    /// <param name="row">One frame.</param>
    /// <param name="step">Bins from one of the nine to the next.</param>
    /// <param name="medians">Takes as many values as the row has.</param>
    public static void OverFrequency(ReadOnlySpan<float> row, int step, Span<float> medians)
    {
        // The ends are mirrored.
        var margin = step * Reach;
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

    private static Vector<float> Median(ReadOnlySpan<Vector<float>> nine)
    {
        var (a, b, c, d, e, f, g, h, i) = (nine[0], nine[1], nine[2], nine[3], nine[4], nine[5], nine[6], nine[7], nine[8]);
        Order(ref a, ref b, ref c);
        Order(ref d, ref e, ref f);
        Order(ref g, ref h, ref i);

        // The highest of the lowest, the middle of the middle, the lowest of the highest; the median of these three is that of all.
        a = Vector.Max(Vector.Max(a, d), g);
        c = Vector.Min(Vector.Min(c, f), i);
        Order(ref b, ref e, ref h);
        Order(ref a, ref e, ref c);
        return e;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Order(ref Vector<float> a, ref Vector<float> b, ref Vector<float> c)
    {
        (b, c) = (Vector.Min(b, c), Vector.Max(b, c));
        (a, b) = (Vector.Min(a, b), Vector.Max(a, b));
        (b, c) = (Vector.Min(b, c), Vector.Max(b, c));
    }
}
