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
            x[i] = ((products[i] * scales[i]) - InnerProducts.Dot(rows[i].AsSpan(0, i), x.AsSpan(0, i))) / rows[i][i];
        }

        for (var i = x.Length - 1; i >= 0; i--)
        {
            x[i] /= rows[i][i];
            InnerProducts.Subtract(x.AsSpan(0, i), rows[i].AsSpan(0, i), x[i]);
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
            var rest = rows[i][j] - InnerProducts.Dot(rows[i].AsSpan(start, j - start), rows[j].AsSpan(start, j - start));

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
            InnerProducts.Subtract(rows.AsSpan(first, 4), rows.AsSpan(j, 2), j, start, end - start);
        }

        for (var i = first; i < last; i++)
        {
            for (var j = pairs; j <= i; j++)
            {
                rows[i][j] -= InnerProducts.Dot(rows[i].AsSpan(start, end - start), rows[j].AsSpan(start, end - start));
            }
        }
    }
}
