using System.Numerics;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>
/// Magnitudes of the discrete Fourier transform of real blocks whose length is the product of two odd numbers without a common divisor; as many blocks at once as a vector has lanes.
/// Indices are rearranged so that the transform falls into two layers of small ones with nothing to multiply between them (Good 1958; Thomas 1963). An instance holds scratch and serves one thread.
/// </summary>
internal sealed class PrimeFactorDft
{
    private readonly int p;
    private readonly int q;
    private readonly int[] places;
    private readonly int[] bins;
    private readonly SmallDft smallP;
    private readonly SmallDft smallQ;
    private readonly Vector<float>[] re;
    private readonly Vector<float>[] im;

    /// <summary>Prepares tables for blocks of <paramref name="p"/> · <paramref name="q"/> samples.</summary>
    /// <param name="p">Odd, at least 3.</param>
    /// <param name="q">Odd, at least 3, without a divisor in common with <paramref name="p"/>.</param>
    public PrimeFactorDft(int p, int q)
    {
        (this.p, this.q) = (p, q);
        Length = p * q;
        (smallP, smallQ) = (new(p), new(q));
        var columns = (q / 2) + 1;
        (re, im) = (new Vector<float>[p * columns], new Vector<float>[p * columns]);
        places = new int[Length];
        bins = new int[p * columns];
        for (var row = 0; row < p; row++)
        {
            for (var column = 0; column < q; column++)
            {
                places[(row * q) + column] = ((q * row) + (p * column)) % Length;
            }
        }

        for (var k = 0; k < Length; k++)
        {
            if (k % q < columns)
            {
                // The spectrum of a real block is its own mirror image: what falls behind the middle is read from before it.
                bins[(k % p * columns) + (k % q)] = Math.Min(k, Length - k);
            }
        }
    }

    /// <summary>Samples in a block.</summary>
    public int Length { get; }

    /// <summary>Values in a spectrum: bins 0 to (length − 1) / 2.</summary>
    public int Bins => (Length / 2) + 1;

    /// <summary>Magnitudes of the spectra of the blocks in <paramref name="samples"/>.</summary>
    /// <param name="samples">Length vectors; lane l of vector n is sample n of block l.</param>
    /// <param name="magnitudes">Takes <see cref="Bins"/> vectors, not negative, unscaled: a sine of amplitude a gives a · length / 2.</param>
    public void Magnitudes(ReadOnlySpan<Vector<float>> samples, Span<Vector<float>> magnitudes)
    {
        var columns = (q / 2) + 1;
        for (var row = 0; row < p; row++)
        {
            smallQ.OfReal(samples, places.AsSpan(row * q, q), re.AsSpan(row * columns, columns), im.AsSpan(row * columns, columns));
        }

        for (var column = 0; column < columns; column++)
        {
            smallP.OfColumn(re.AsSpan(column), im.AsSpan(column), columns);
        }

        for (var n = 0; n < bins.Length; n++)
        {
            magnitudes[bins[n]] = Vector.SquareRoot((re[n] * re[n]) + (im[n] * im[n]));
        }
    }

    /// <summary>A transform of odd length by its definition, sample n and sample −n folded together.</summary>
    private sealed class SmallDft
    {
        private readonly int half;
        private readonly float[] cosines;
        private readonly float[] sines;
        private readonly Vector<float>[] sumRe;
        private readonly Vector<float>[] sumIm;
        private readonly Vector<float>[] differenceRe;
        private readonly Vector<float>[] differenceIm;

        public SmallDft(int length)
        {
            half = length / 2;
            (cosines, sines) = (new float[(half + 1) * half], new float[(half + 1) * half]);
            for (var k = 0; k <= half; k++)
            {
                for (var n = 1; n <= half; n++)
                {
                    var angle = 2 * Math.PI * (k * n % length) / length;
                    (cosines[(k * half) + n - 1], sines[(k * half) + n - 1]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
                }
            }

            (sumRe, sumIm, differenceRe, differenceIm) = (new Vector<float>[half], new Vector<float>[half], new Vector<float>[half], new Vector<float>[half]);
        }

        /// <summary>Bins 0 to half of the real samples that stand at <paramref name="places"/>.</summary>
        public void OfReal(ReadOnlySpan<Vector<float>> samples, ReadOnlySpan<int> places, Span<Vector<float>> re, Span<Vector<float>> im)
        {
            for (var n = 1; n <= half; n++)
            {
                var (a, b) = (samples[places[n]], samples[places[^n]]);
                (sumRe[n - 1], differenceRe[n - 1]) = (a + b, a - b);
            }

            for (var k = 0; k <= half; k++)
            {
                re[k] = samples[places[0]] + Weighted(sumRe, cosines, k);
                im[k] = -Weighted(differenceRe, sines, k);
            }
        }

        /// <summary>All bins of the complex samples at every <paramref name="stride"/>th place, in their stead.</summary>
        public void OfColumn(Span<Vector<float>> re, Span<Vector<float>> im, int stride)
        {
            var length = (2 * half) + 1;
            for (var n = 1; n <= half; n++)
            {
                var (a, b) = (n * stride, (length - n) * stride);
                (sumRe[n - 1], differenceRe[n - 1]) = (re[a] + re[b], re[a] - re[b]);
                (sumIm[n - 1], differenceIm[n - 1]) = (im[a] + im[b], im[a] - im[b]);
            }

            var (firstRe, firstIm) = (re[0], im[0]);
            for (var k = 0; k <= half; k++)
            {
                var (evenRe, evenIm) = (firstRe + Weighted(sumRe, cosines, k), firstIm + Weighted(sumIm, cosines, k));
                var (oddRe, oddIm) = (Weighted(differenceIm, sines, k), Weighted(differenceRe, sines, k));
                (re[k * stride], im[k * stride]) = (evenRe + oddRe, evenIm - oddIm);
                var mirrored = (length - k) % length * stride;
                (re[mirrored], im[mirrored]) = (evenRe - oddRe, evenIm + oddIm);
            }
        }

        private Vector<float> Weighted(Vector<float>[] values, float[] table, int k)
        {
            var weights = table.AsSpan(k * half, half);
            var sum = Vector<float>.Zero;
            for (var n = 0; n < weights.Length; n++)
            {
                sum += values[n] * weights[n];
            }

            return sum;
        }
    }
}
