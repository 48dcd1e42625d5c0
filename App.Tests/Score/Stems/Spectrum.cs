using System.Numerics;
using System.Runtime.CompilerServices;

namespace Downbeat.Tests.Score.Stems;

/// <summary>A complex spectrum, its parts apart.</summary>
/// <param name="Re">Real parts; a power of two of them, at least as many as a wide register holds.</param>
/// <param name="Im">Imaginary parts, as many.</param>
internal readonly record struct Spectrum(double[] Re, double[] Im)
{
    /// <summary>One of zeros.</summary>
    public Spectrum(int length)
        : this(new double[length], new double[length])
    {
    }

    /// <summary>Transforms what stands in it.</summary>
    public void Transform(ComplexFft fft) => fft.Forward(Re, Im);

    /// <summary>Adds the product of two spectra, bin by bin.</summary>
    public void AddProduct(in Spectrum a, in Spectrum b) => AddProduct(a, b, 1);

    /// <summary>Adds the product of the conjugate of <paramref name="a"/> with <paramref name="b"/>: the spectrum of their correlation.</summary>
    public void AddCorrelation(in Spectrum a, in Spectrum b) => AddProduct(a, b, -1);

    /// <summary>Adds another.</summary>
    public void Add(in Spectrum other)
    {
        for (var k = 0; k < Re.Length; k++)
        {
            Re[k] += other.Re[k];
            Im[k] += other.Im[k];
        }
    }

    /// <summary>Takes the spectra of two real sounds apart that were transformed as one complex one.</summary>
    /// <param name="left">Takes the spectrum of the real part.</param>
    /// <param name="right">Takes that of the imaginary part.</param>
    public void Part(in Spectrum left, in Spectrum right)
    {
        for (var k = 0; k < Re.Length; k++)
        {
            var mirror = (Re.Length - k) % Re.Length;
            (left.Re[k], left.Im[k]) = ((Re[k] + Re[mirror]) / 2, (Im[k] - Im[mirror]) / 2);
            (right.Re[k], right.Im[k]) = ((Im[k] + Im[mirror]) / 2, (Re[mirror] - Re[k]) / 2);
        }
    }

    // Optimised at once: a command calls it too few times from too few places to have it compiled again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddProduct(in Spectrum a, in Spectrum b, double sign)
    {
        for (var k = 0; k < Re.Length; k += Vector<double>.Count)
        {
            var (p, q) = (new Vector<double>(a.Re, k), new Vector<double>(a.Im, k) * sign);
            var (r, s) = (new Vector<double>(b.Re, k), new Vector<double>(b.Im, k));
            (new Vector<double>(Re, k) + (p * r) - (q * s)).CopyTo(Re, k);
            (new Vector<double>(Im, k) + (p * s) + (q * r)).CopyTo(Im, k);
        }
    }
}
