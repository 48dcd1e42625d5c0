using System.Numerics;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Makes one stereo sound of several channels.</summary>
/// <param name="FirstChannel">Where its channels begin among all; they are as many as its responses.</param>
/// <param name="Left">Responses from each channel to the left, one after another.</param>
/// <param name="Right">Responses to the right.</param>
internal sealed record StereoFilter(int FirstChannel, double[] Left, double[] Right);

/// <summary>Filters windows of stems by overlapping transforms; what comes out has left as the real and right as the imaginary part. An instance serves one thread.</summary>
internal sealed class StemFilter
{
    private readonly ComplexFft fft;
    private readonly Dictionary<StereoFilter, Spectrum[]> responses = [];
    private readonly Spectrum[] sounds;
    private readonly Spectrum both;
    private readonly int taps;

    /// <summary>Takes the memory that it needs.</summary>
    /// <param name="channels">How many channels the stems have together.</param>
    /// <param name="taps">Length of the responses.</param>
    public StemFilter(int channels, int taps)
    {
        this.taps = taps;
        fft = new((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, 8 * taps)));
        sounds = [.. Enumerable.Range(0, channels).Select(_ => new Spectrum(fft.Length))];
        both = new(fft.Length);
    }

    /// <summary>Filters one window, with silence around.</summary>
    /// <param name="stems">The stems.</param>
    /// <param name="start">First frame of the window.</param>
    /// <param name="frames">Its length.</param>
    /// <param name="filters">What to make of it; the same ones at each call are prepared once.</param>
    /// <returns>For each filter the window's frames and the echo, taps − 1 more.</returns>
    public Spectrum[] Filter(IReadOnlyList<StereoBlock> stems, int start, int frames, IReadOnlyList<StereoFilter> filters)
    {
        Spectrum[] made = [.. filters.Select(_ => new Spectrum(frames + taps - 1))];
        var step = fft.Length - taps + 1;
        for (var at = 0; at < frames; at += step)
        {
            Transform(stems, start + at, Math.Min(step, frames - at));
            for (var n = 0; n < made.Length; n++)
            {
                Add(filters[n], made[n], at);
            }
        }

        return made;
    }

    private void Transform(IReadOnlyList<StereoBlock> stems, int start, int frames)
    {
        for (var n = 0; n < stems.Count; n++)
        {
            Copy(stems[n].Left.AsSpan(start, frames), both.Re);
            Copy(stems[n].Right.AsSpan(start, frames), both.Im);
            both.Transform(fft);
            both.Part(sounds[2 * n], sounds[(2 * n) + 1]);
        }

        static void Copy(ReadOnlySpan<float> from, double[] to)
        {
            for (var n = 0; n < to.Length; n++)
            {
                to[n] = n < from.Length ? from[n] : 0;
            }
        }
    }

    private void Add(StereoFilter filter, Spectrum made, int at)
    {
        Array.Clear(both.Re);
        Array.Clear(both.Im);
        var spectra = Responses(filter);
        for (var n = 0; n < spectra.Length; n++)
        {
            both.AddProduct(sounds[filter.FirstChannel + n], spectra[n]);
        }

        fft.Inverse(both.Re, both.Im);
        for (int n = 0, count = Math.Min(fft.Length, made.Re.Length - at); n < count; n++)
        {
            made.Re[at + n] += both.Re[n] / fft.Length;
            made.Im[at + n] += both.Im[n] / fft.Length;
        }
    }

    private Spectrum[] Responses(StereoFilter filter)
    {
        if (!responses.TryGetValue(filter, out var spectra))
        {
            spectra = [.. Enumerable.Range(0, filter.Left.Length / taps).Select(_ => new Spectrum(fft.Length))];
            for (var n = 0; n < spectra.Length; n++)
            {
                filter.Left.AsSpan(n * taps, taps).CopyTo(spectra[n].Re);
                filter.Right.AsSpan(n * taps, taps).CopyTo(spectra[n].Im);
                spectra[n].Transform(fft);
            }

            responses[filter] = spectra;
        }

        return spectra;
    }
}
