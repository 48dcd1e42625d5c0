using System.Numerics;
using System.Runtime.CompilerServices;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// Fourier transform of complex blocks in double precision, in place: radix-2 decimation in time (Cooley and Tukey 1965). A stereo block goes through it at once, left as the real and right as
/// the imaginary part. An instance serves any thread.
/// </summary>
internal sealed class ComplexFft
{
    private readonly int[] reversed;
    private readonly double[] cosines;
    private readonly double[] sines;

    /// <summary>Prepares tables for blocks of <paramref name="length"/> samples, a power of two.</summary>
    public ComplexFft(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.PopCount((uint)length), 1, nameof(length));
        (reversed, cosines, sines) = (new int[length], new double[length], new double[length]);
        var bits = BitOperations.Log2((uint)length);
        for (var k = 1; k < length; k++)
        {
            reversed[k] = (reversed[k / 2] / 2) | ((k & 1) << (bits - 1));

            // The twiddles of a stage lie together, from the index of its span on.
            var span = 1 << BitOperations.Log2((uint)k);
            (sines[k], cosines[k]) = Math.SinCos(-Math.PI * (k - span) / span);
        }
    }

    /// <summary>Samples in a block.</summary>
    public int Length => reversed.Length;

    /// <summary>The spectrum of a block, unscaled.</summary>
    /// <param name="re">Real parts, Length of them.</param>
    /// <param name="im">Imaginary parts.</param>
    public void Forward(Span<double> re, Span<double> im)
    {
        for (var k = 0; k < reversed.Length; k++)
        {
            if (k < reversed[k])
            {
                (re[k], re[reversed[k]]) = (re[reversed[k]], re[k]);
                (im[k], im[reversed[k]]) = (im[reversed[k]], im[k]);
            }
        }

        for (var span = 1; span < reversed.Length; span *= 2)
        {
            var cos = cosines.AsSpan(span, span);
            var sin = sines.AsSpan(span, span);
            for (var start = 0; start < reversed.Length; start += 2 * span)
            {
                Stage(re.Slice(start, span), im.Slice(start, span), re.Slice(start + span, span), im.Slice(start + span, span), cos, sin);
            }
        }
    }

    /// <summary>The block of a spectrum, unscaled: both after each other multiply by the length.</summary>
    /// <inheritdoc cref="Forward"/>
    public void Inverse(Span<double> re, Span<double> im) => Forward(im, re);

    // Optimised at once: a command calls it too few times from too few places to have it compiled again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Stage(
        Span<double> upperRe, Span<double> upperIm, Span<double> lowerRe, Span<double> lowerIm, ReadOnlySpan<double> cos, ReadOnlySpan<double> sin)
    {
        var k = 0;
        for (; k <= cos.Length - Vector<double>.Count; k += Vector<double>.Count)
        {
            var (c, s) = (new Vector<double>(cos[k..]), new Vector<double>(sin[k..]));
            var (a, b) = (new Vector<double>(lowerRe[k..]), new Vector<double>(lowerIm[k..]));
            var (x, y) = ((a * c) - (b * s), (a * s) + (b * c));
            var (u, v) = (new Vector<double>(upperRe[k..]), new Vector<double>(upperIm[k..]));
            (u + x).CopyTo(upperRe[k..]);
            (v + y).CopyTo(upperIm[k..]);
            (u - x).CopyTo(lowerRe[k..]);
            (v - y).CopyTo(lowerIm[k..]);
        }

        for (; k < cos.Length; k++)
        {
            var x = (lowerRe[k] * cos[k]) - (lowerIm[k] * sin[k]);
            var y = (lowerRe[k] * sin[k]) + (lowerIm[k] * cos[k]);
            (lowerRe[k], lowerIm[k]) = (upperRe[k] - x, upperIm[k] - y);
            (upperRe[k], upperIm[k]) = (upperRe[k] + x, upperIm[k] + y);
        }
    }
}
