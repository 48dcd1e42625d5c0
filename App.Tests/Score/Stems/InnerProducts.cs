using System.Numerics;
using System.Runtime.CompilerServices;

namespace Downbeat.Tests.Score.Stems;

/// <summary>What <see cref="NormalEquations"/> spends its time on, over the processor's wide registers.</summary>
internal static class InnerProducts
{
    /// <summary>From two neighbouring columns of four rows takes their inner products with two other rows.</summary>
    /// <param name="upper">The four rows.</param>
    /// <param name="lower">The two.</param>
    /// <param name="column">First of the columns.</param>
    /// <param name="start">Where the stretch of all rows begins that is multiplied.</param>
    /// <param name="length">Its length, a multiple of what a register holds.</param>
    // Optimised at once: a command calls it too few times from too few places to have it compiled again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract(ReadOnlySpan<double[]> upper, ReadOnlySpan<double[]> lower, int column, int start, int length)
    {
        Vector<double> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (var k = start; k < start + length; k += Vector<double>.Count)
        {
            var (x, y) = (new Vector<double>(lower[0], k), new Vector<double>(lower[1], k));
            var u = new Vector<double>(upper[0], k);
            (s00, s01) = (Vector.FusedMultiplyAdd(u, x, s00), Vector.FusedMultiplyAdd(u, y, s01));
            u = new Vector<double>(upper[1], k);
            (s10, s11) = (Vector.FusedMultiplyAdd(u, x, s10), Vector.FusedMultiplyAdd(u, y, s11));
            u = new Vector<double>(upper[2], k);
            (s20, s21) = (Vector.FusedMultiplyAdd(u, x, s20), Vector.FusedMultiplyAdd(u, y, s21));
            u = new Vector<double>(upper[3], k);
            (s30, s31) = (Vector.FusedMultiplyAdd(u, x, s30), Vector.FusedMultiplyAdd(u, y, s31));
        }

        Subtract(upper[0], column, s00, s01);
        Subtract(upper[1], column, s10, s11);
        Subtract(upper[2], column, s20, s21);
        Subtract(upper[3], column, s30, s31);
    }

    /// <summary>Inner product of two series of the same length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sums = Vector<double>.Zero;
        var n = 0;
        for (; n <= a.Length - Vector<double>.Count; n += Vector<double>.Count)
        {
            sums = Vector.FusedMultiplyAdd(new Vector<double>(a[n..]), new Vector<double>(b[n..]), sums);
        }

        var sum = Vector.Sum(sums);
        for (; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }

    /// <summary>Subtracts a multiple of a series.</summary>
    public static void Subtract(Span<double> from, ReadOnlySpan<double> values, double factor)
    {
        for (var n = 0; n < from.Length; n++)
        {
            from[n] -= factor * values[n];
        }
    }

    private static void Subtract(double[] row, int column, Vector<double> first, Vector<double> second)
    {
        row[column] -= Vector.Sum(first);
        row[column + 1] -= Vector.Sum(second);
    }
}
