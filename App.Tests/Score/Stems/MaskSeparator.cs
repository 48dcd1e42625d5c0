using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Tests.Score.Stems;

/// <summary>What share of each spectrum value belongs to each stem.</summary>
/// <param name="firstCentre">Frame of the song in which the middle of the first spectrum lies.</param>
/// <param name="mix">Spectra of the left and the right channel.</param>
/// <returns>For each stem and channel the shares, row by row as in the spectra.</returns>
internal delegate float[][][] StemMasks(long firstCentre, Spectra[] mix);

/// <summary>Splits by masks over spectra of 4096 samples, 1024 apart: how the ways work that others are compared with.</summary>
internal sealed class MaskSeparator(StemMasks masks) : ISeparator
{
    /// <summary>Spectra on both sides of one that its masks may look at.</summary>
    public const int Reach = 15;

    private const int Window = 4096;
    private const int Hop = 1024;

    // Those whose windows touch the block, and those that their masks look at.
    private const int SpectraAround = Reach + (Window / 2 / Hop);

    /// <summary>The grid that the spectra lie on.</summary>
    public static Stft Grid { get; } = new(Window, Hop);

    /// <inheritdoc/>
    public int BlockFrames => 256 * Hop;

    /// <inheritdoc/>
    public int ContextFrames => (SpectraAround * Hop) + (Window / 2);

    /// <inheritdoc/>
    public Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop)
    {
        var frames = (BlockFrames / Hop) + (2 * SpectraAround) + 1;
        Spectra[] spectra = [.. mix.Channels.Select(channel => Grid.Forward(channel, Window / 2, frames))];
        var shares = masks(startFrame - (SpectraAround * Hop), spectra);
        var masked = new Spectra(frames, Grid.Bins);
        for (var stem = 0; stem < stems.Count; stem++)
        {
            for (var channel = 0; channel < 2; channel++)
            {
                Multiply(spectra[channel], shares[stem][channel], masked);
                Grid.Inverse(masked, -SpectraAround * Hop, stems[stem].Channels[channel]);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static void Multiply(Spectra spectra, float[] shares, Spectra masked)
    {
        for (var frame = 0; frame < spectra.Frames; frame++)
        {
            var row = shares.AsSpan(frame * spectra.Bins, spectra.Bins);
            for (var k = 0; k < row.Length; k++)
            {
                masked.Real(frame)[k] = spectra.Real(frame)[k] * row[k];
                masked.Imaginary(frame)[k] = spectra.Imaginary(frame)[k] * row[k];
            }
        }
    }
}
