using System.Numerics;

namespace Downbeat.Signals;

/// <summary>The few operations over whole series that are worth the processor's wide registers.</summary>
internal static class Vectors
{
    /// <summary>Square root of every value.</summary>
    /// <param name="values">Not negative.</param>
    /// <param name="roots">Takes as many values.</param>
    public static void SquareRoots(ReadOnlySpan<float> values, Span<float> roots)
    {
        var n = 0;
        for (; n <= values.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            Vector.SquareRoot(new Vector<float>(values[n..])).CopyTo(roots[n..]);
        }

        for (; n < values.Length; n++)
        {
            roots[n] = MathF.Sqrt(values[n]);
        }
    }

    /// <summary>Sum of products of two series of the same length; 0 when empty.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        var n = 0;
        for (; n <= a.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            sums += new Vector<float>(a[n..]) * new Vector<float>(b[n..]);
        }

        var sum = Vector.Sum(sums);
        for (; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }

    /// <summary>Sum; 0 when empty.</summary>
    public static float Sum(ReadOnlySpan<float> a)
    {
        var sums = Vector<float>.Zero;
        var n = 0;
        for (; n <= a.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            sums += new Vector<float>(a[n..]);
        }

        var sum = Vector.Sum(sums);
        for (; n < a.Length; n++)
        {
            sum += a[n];
        }

        return sum;
    }

    /// <summary>Cosine of the angle between two series, −1 to 1; 0 when either is all zero.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var norm = Math.Sqrt((double)Dot(a, a) * Dot(b, b));
        return norm > 1e-12 ? Dot(a, b) / norm : 0;
    }

    /// <summary>Adds one series to another of the same length.</summary>
    public static void Add(ReadOnlySpan<float> values, Span<float> sums)
    {
        var n = 0;
        for (; n <= values.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            (new Vector<float>(values[n..]) + new Vector<float>(sums[n..])).CopyTo(sums[n..]);
        }

        for (; n < values.Length; n++)
        {
            sums[n] += values[n];
        }
    }

    /// <summary>The highest magnitude; 0 when there are none.</summary>
    public static float Highest(ReadOnlySpan<float> values)
    {
        var (highest, n) = (Vector<float>.Zero, 0);
        for (; n <= values.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            highest = Vector.Max(highest, Vector.Abs(new Vector<float>(values[n..])));
        }

        var most = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            most = Math.Max(most, highest[lane]);
        }

        for (; n < values.Length; n++)
        {
            most = Math.Max(most, Math.Abs(values[n]));
        }

        return most;
    }

    /// <summary>Multiplies every value with the same factor.</summary>
    public static void Scale(Span<float> values, float factor)
    {
        var n = 0;
        for (; n <= values.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            (new Vector<float>(values[n..]) * factor).CopyTo(values[n..]);
        }

        for (; n < values.Length; n++)
        {
            values[n] *= factor;
        }
    }

    /// <summary>Products of two series of the same length, value by value.</summary>
    /// <param name="a">A series.</param>
    /// <param name="b">Another.</param>
    /// <param name="products">Takes as many values; may be the memory of either.</param>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> products)
    {
        var n = 0;
        for (; n <= products.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            (new Vector<float>(a[n..]) * new Vector<float>(b[n..])).CopyTo(products[n..]);
        }

        for (; n < products.Length; n++)
        {
            products[n] = a[n] * b[n];
        }
    }

    /// <summary>Natural logarithm of every value.</summary>
    /// <param name="values">Above 0.</param>
    /// <param name="logarithms">Takes as many values; may be the same memory.</param>
    public static void Logarithms(ReadOnlySpan<float> values, Span<float> logarithms)
    {
        var n = 0;
        for (; n <= values.Length - Vector<float>.Count; n += Vector<float>.Count)
        {
            Vector.Log(new Vector<float>(values[n..])).CopyTo(logarithms[n..]);
        }

        for (; n < values.Length; n++)
        {
            logarithms[n] = MathF.Log(values[n]);
        }
    }
}
