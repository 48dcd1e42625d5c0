using System.Numerics;
using System.Runtime.CompilerServices;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// Least squares by normal equations, A x = b with A[i, j] the inner product of vectors i and j, through the factor L Lᵀ = A (Cholesky), made once for any number of right sides. It goes in panels of
/// columns, so that most of the work is inner products of rows that lie in the cache. A vector that the ones before it explain but for rounding gets no share, so a sound that is there twice does no harm.
/// </summary>
internal sealed class NormalEquations
{
    private const int Panel = 128;

    // Of the energy of a vector; sums of some thousand products of doubles are exact to about 1e-14.
    private const double OnlyRounding = 1e-11;

    // Against the largest energy.
    private const double Nothing = 1e-20;

    private readonly double[][] rows;
    private readonly double[] scales;

    /// <summary>Takes the inner products, of which only those with j ≤ i are asked for, and factors them.</summary>
    /// <param name="count">How many vectors.</param>
    /// <param name="product">Inner product of two of them.</param>
    public NormalEquations(int count, Func<int, int, double> product)
    {
        // All of unit length, as loud sounds must not hide quiet ones; but not what a transform leaves where there is nothing.
        double[] energies = [.. Enumerable.Range(0, count).Select(i => product(i, i))];
        var nothing = energies.Max() * Nothing;
        scales = [.. energies.Select(energy => energy > nothing ? 1 / Math.Sqrt(energy) : 0)];
        rows = new double[count][];
        Parallel.For(0, count, i =>
        {
            var row = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                row[j] = product(i, j) * scales[i] * scales[j];
            }

            rows[i] = row;
        });
        for (var start = 0; start < count; start += Panel)
        {
            Factor(start, Math.Min(count, start + Panel));
        }
    }

    /// <summary>Solves for one right side.</summary>
    /// <param name="products">Inner product of each vector with what is to be explained.</param>
    /// <returns>Shares of the vectors.</returns>
    public double[] Solve(ReadOnlySpan<double> products)
    {
        var x = new double[rows.Length];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = ((products[i] * scales[i]) - Dot(rows[i].AsSpan(0, i), x.AsSpan(0, i))) / rows[i][i];
        }

        for (var i = x.Length - 1; i >= 0; i--)
        {
            x[i] /= rows[i][i];
            Subtract(x.AsSpan(0, i), rows[i].AsSpan(0, i), x[i]);
            x[i] *= scales[i];
        }

        return x;
    }

    private void Factor(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            FactorRow(i, start, i + 1);
        }

        Parallel.For(end, rows.Length, i => FactorRow(i, start, end));
        Parallel.For(0, (rows.Length - end + 3) / 4, tile =>
        {
            var first = end + (4 * tile);
            Update(first, Math.Min(first + 4, rows.Length), start, end);
        });
    }

    private void FactorRow(int i, int start, int end)
    {
        for (var j = start; j < end; j++)
        {
            var rest = rows[i][j] - Dot(rows[i].AsSpan(start, j - start), rows[j].AsSpan(start, j - start));

            // Dividing by infinity leaves the column empty, here and when it is solved.
            rows[i][j] = i > j ? rest / rows[j][j] : rest > OnlyRounding ? Math.Sqrt(rest) : double.PositiveInfinity;
        }
    }

    /// <summary>Takes the panel's part out of rows <paramref name="first"/> to <paramref name="last"/>, by fours and twos where it can.</summary>
    private void Update(int first, int last, int start, int end)
    {
        var pairs = last - first == 4 ? end + ((first + 1 - end) / 2 * 2) : end;
        for (var j = end; j < pairs; j += 2)
        {
            Update(rows.AsSpan(first, 4), rows.AsSpan(j, 2), j, start, end - start);
        }

        for (var i = first; i < last; i++)
        {
            for (var j = pairs; j <= i; j++)
            {
                rows[i][j] -= Dot(rows[i].AsSpan(start, end - start), rows[j].AsSpan(start, end - start));
            }
        }
    }

    // Optimised at once: a command calls it too few times from too few places to have it compiled again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(ReadOnlySpan<double[]> upper, ReadOnlySpan<double[]> lower, int column, int start, int length)
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

    private static void Subtract(double[] row, int column, Vector<double> first, Vector<double> second)
    {
        row[column] -= Vector.Sum(first);
        row[column + 1] -= Vector.Sum(second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
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

    private static void Subtract(Span<double> from, ReadOnlySpan<double> values, double factor)
    {
        for (var n = 0; n < from.Length; n++)
        {
            from[n] -= factor * values[n];
        }
    }
}
