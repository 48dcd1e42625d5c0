using System.Numerics;
using System.Runtime.Intrinsics;

namespace Downbeat.Signals;

/// <summary>
/// Fourier transform of real sound, single precision, without allocation: a real block of length n is folded into n/2 complex numbers,
/// transformed by radix-2 decimation in time (Cooley and Tukey 1965) and unfolded. An instance holds scratch and serves one thread.
/// </summary>
internal sealed class RealFft
{
    private readonly int half;
    private readonly int[] reversed;
    private readonly float[] cosines;
    private readonly float[] sines;
    private readonly float[] unfoldCosines;
    private readonly float[] unfoldSines;
    private readonly float[] re;
    private readonly float[] im;

    /// <summary>Prepares tables for blocks of <paramref name="length"/> samples, a power of two of at least 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not such a power.</exception>
    public RealFft(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 4);
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.PopCount((uint)length), 1, nameof(length));
        Length = length;
        half = length / 2;
        (re, im) = (new float[half], new float[half]);
        reversed = Reversals(half);
        (cosines, sines) = StageTwiddles(half);
        unfoldCosines = [.. Enumerable.Range(0, half + 1).Select(k => (float)Math.Cos(-2 * Math.PI * k / length))];
        unfoldSines = [.. Enumerable.Range(0, half + 1).Select(k => (float)Math.Sin(-2 * Math.PI * k / length))];
    }

    /// <summary>Samples in a block.</summary>
    public int Length { get; }

    /// <summary>Values in a spectrum: bins 0 (constant part) to n/2 (half the sample rate), n/2 + 1 of them.</summary>
    public int Bins => half + 1;

    /// <summary>Squared magnitudes of the spectrum of <paramref name="block"/>.</summary>
    /// <param name="block">Length samples.</param>
    /// <param name="power">Takes <see cref="Bins"/> values, not negative, unscaled: a sine of amplitude a gives (a·n/2)².</param>
    public void Power(ReadOnlySpan<float> block, Span<float> power)
    {
        Fold(block);
        Butterflies();
        for (var k = 0; k <= half; k++)
        {
            var (real, imaginary) = Unfold(k);
            power[k] = (real * real) + (imaginary * imaginary);
        }
    }

    /// <summary>Real parts of the spectrum of <paramref name="block"/>; for an even block that is its whole transform.</summary>
    /// <param name="block">Length samples.</param>
    /// <param name="real">Takes <see cref="Bins"/> values.</param>
    public void RealPart(ReadOnlySpan<float> block, Span<float> real)
    {
        Fold(block);
        Butterflies();
        for (var k = 0; k <= half; k++)
        {
            real[k] = Unfold(k).Real;
        }
    }

    /// <summary>Spectrum of <paramref name="block"/>.</summary>
    /// <param name="block">Length samples.</param>
    /// <param name="real">Takes <see cref="Bins"/> real parts, unscaled.</param>
    /// <param name="imaginary">Takes as many imaginary parts.</param>
    public void Forward(ReadOnlySpan<float> block, Span<float> real, Span<float> imaginary)
    {
        Fold(block);
        Butterflies();
        for (var k = 0; k <= half; k++)
        {
            (real[k], imaginary[k]) = Unfold(k);
        }
    }

    /// <summary>The block that has a given spectrum: <see cref="Forward"/> backwards, scaled so that both after each other change nothing.</summary>
    /// <param name="real"><see cref="Bins"/> real parts.</param>
    /// <param name="imaginary">As many imaginary parts; those of the first and the last bin are taken as 0.</param>
    /// <param name="block">Takes Length samples.</param>
    public void Inverse(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> block)
    {
        // The transform backwards is the one forwards with real and imaginary parts changed for each other, before and after.
        for (var k = 0; k < half; k++)
        {
            (im[k], re[k]) = Folded(real, imaginary, reversed[k]);
        }

        Butterflies();
        var scale = 1f / half;
        for (var k = 0; k < half; k++)
        {
            (block[2 * k], block[(2 * k) + 1]) = (im[k] * scale, re[k] * scale);
        }
    }

    private (float Real, float Imaginary) Folded(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, int k)
    {
        var (a, b) = (real[k], real[half - k]);
        var (c, d) = k == 0 ? (0f, 0f) : (imaginary[k], -imaginary[half - k]);
        var (evenRe, evenIm) = ((a + b) / 2, (c + d) / 2);
        var (oddRe, oddIm) = ((a - b) / 2, (c - d) / 2);
        var (cos, sin) = (unfoldCosines[k], -unfoldSines[k]);
        var (turnedRe, turnedIm) = ((oddRe * cos) - (oddIm * sin), (oddRe * sin) + (oddIm * cos));
        return (evenRe - turnedIm, evenIm + turnedRe);
    }

    private void Fold(ReadOnlySpan<float> block)
    {
        for (var k = 0; k < half; k++)
        {
            var from = 2 * reversed[k];
            re[k] = block[from];
            im[k] = block[from + 1];
        }
    }

    private void Butterflies()
    {
        // The first two stages at once: they turn by quarters only.
        var first = 1;
        if (half >= 4)
        {
            for (var start = 0; start < half; start += 4)
            {
                Quarters(re.AsSpan(start, 4), im.AsSpan(start, 4));
            }

            first = 4;
        }

        for (var span = first; span < half; span *= 2)
        {
            // The twiddles of a stage lie together, from index span on, so that a stage reads them in a row.
            var cos = cosines.AsSpan(span, span);
            var sin = sines.AsSpan(span, span);
            for (var start = 0; start < half; start += 2 * span)
            {
                Stage(re.AsSpan(start, span), im.AsSpan(start, span), re.AsSpan(start + span, span), im.AsSpan(start + span, span), cos, sin);
            }
        }
    }

    private static void Quarters(Span<float> re, Span<float> im)
    {
        var (aRe, aIm, bRe, bIm) = (re[0] + re[1], im[0] + im[1], re[0] - re[1], im[0] - im[1]);
        var (cRe, cIm, dRe, dIm) = (re[2] + re[3], im[2] + im[3], re[2] - re[3], im[2] - im[3]);
        (re[0], im[0], re[1], im[1]) = (aRe + cRe, aIm + cIm, bRe + dIm, bIm - dRe);
        (re[2], im[2], re[3], im[3]) = (aRe - cRe, aIm - cIm, bRe - dIm, bIm + dRe);
    }

    private static void Stage(
        Span<float> upperRe, Span<float> upperIm, Span<float> lowerRe, Span<float> lowerIm, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        var k = 0;
        for (; k <= cos.Length - Vector<float>.Count; k += Vector<float>.Count)
        {
            var (c, s) = (new Vector<float>(cos[k..]), new Vector<float>(sin[k..]));
            var (a, b) = (new Vector<float>(lowerRe[k..]), new Vector<float>(lowerIm[k..]));
            var (x, y) = ((a * c) - (b * s), (a * s) + (b * c));
            var (u, v) = (new Vector<float>(upperRe[k..]), new Vector<float>(upperIm[k..]));
            (u + x).CopyTo(upperRe[k..]);
            (v + y).CopyTo(upperIm[k..]);
            (u - x).CopyTo(lowerRe[k..]);
            (v - y).CopyTo(lowerIm[k..]);
        }

        if (cos.Length == Vector128<float>.Count && Vector<float>.Count > Vector128<float>.Count)
        {
            var (c, s) = (Vector128.Create(cos), Vector128.Create(sin));
            var (a, b) = (Vector128.Create<float>(lowerRe), Vector128.Create<float>(lowerIm));
            var (x, y) = ((a * c) - (b * s), (a * s) + (b * c));
            var (u, v) = (Vector128.Create<float>(upperRe), Vector128.Create<float>(upperIm));
            (u + x).CopyTo(upperRe);
            (v + y).CopyTo(upperIm);
            (u - x).CopyTo(lowerRe);
            (v - y).CopyTo(lowerIm);
            return;
        }

        for (; k < cos.Length; k++)
        {
            var x = (lowerRe[k] * cos[k]) - (lowerIm[k] * sin[k]);
            var y = (lowerRe[k] * sin[k]) + (lowerIm[k] * cos[k]);
            (lowerRe[k], lowerIm[k]) = (upperRe[k] - x, upperIm[k] - y);
            (upperRe[k], upperIm[k]) = (upperRe[k] + x, upperIm[k] + y);
        }
    }

    private (float Real, float Imaginary) Unfold(int k)
    {
        var (a, b) = (k & (half - 1), (half - k) & (half - 1));
        var (evenRe, evenIm) = ((re[a] + re[b]) / 2, (im[a] - im[b]) / 2);
        var (oddRe, oddIm) = ((im[a] + im[b]) / 2, (re[b] - re[a]) / 2);
        var (c, s) = (unfoldCosines[k], unfoldSines[k]);
        return (evenRe + (oddRe * c) - (oddIm * s), evenIm + (oddRe * s) + (oddIm * c));
    }

    private static int[] Reversals(int count)
    {
        var bits = BitOperations.Log2((uint)count);
        var reversed = new int[count];
        for (var k = 1; k < count; k++)
        {
            reversed[k] = (reversed[k / 2] / 2) | ((k & 1) << (bits - 1));
        }

        return reversed;
    }

    private static (float[] Cosines, float[] Sines) StageTwiddles(int count)
    {
        var (cosines, sines) = (new float[count], new float[count]);
        for (var span = 1; span < count; span *= 2)
        {
            for (var k = 0; k < span; k++)
            {
                var angle = -Math.PI * k / span;
                (cosines[span + k], sines[span + k]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            }
        }

        return (cosines, sines);
    }
}
