using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Models;

/// <summary>
/// Splits with a model that takes magnitudes of spectra and gives a mask or the magnitudes of each stem, such as Spleeter (Hennequin et al. 2020) and Open-Unmix (Stöter et al. 2019). Each
/// bin of the mix is shared out among the stems as <see cref="StemMasks"/> says, and keeps its phase.
/// </summary>
internal sealed class MaskSplitter : IChunkSplitter
{
    private readonly LentModel model;
    private readonly Stft stft;
    private readonly StemMasks masks;

    /// <summary>Splits with <paramref name="model"/>, which it takes over.</summary>
    public MaskSplitter(LentModel model)
    {
        this.model = model;
        stft = new(model.Manifest.Window, model.Manifest.Hop);
        masks = new(model);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StereoBlock>> SplitAsync(StereoBlock chunk, IReadOnlyList<string> stems, CancellationToken stop)
    {
        // The first spectrum begins where the chunk does, and the last ends where it does.
        var firstCentre = model.Manifest.Window / 2;
        var (mix, magnitudes) = Look(chunk, firstCentre);
        var answers = await model.AskAsync(magnitudes, stop);
        using (SplitMeter.Begin("mask"))
        {
            masks.Make([.. answers.Values], magnitudes);
        }

        using var back = SplitMeter.Begin("transform");
        var masked = new Spectra(model.Manifest.Chunk, stft.Bins);
        var blocks = stems.Select(_ => new StereoBlock(chunk.Frames)).ToList();
        foreach (var (stem, block) in stems.Zip(blocks))
        {
            for (var channel = 0; channel < mix.Length; channel++)
            {
                masks.Apply(answers[stem], channel, mix[channel], masked);
                stft.Inverse(masked, firstCentre, block.Channels[channel]);
            }
        }

        return blocks;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private (Spectra[] Mix, float[] Magnitudes) Look(StereoBlock chunk, int firstCentre)
    {
        using var piece = SplitMeter.Begin("transform");
        Spectra[] mix = [.. chunk.Channels.Select(samples => stft.Forward(samples, firstCentre, model.Manifest.Chunk))];
        return (mix, Magnitudes(mix));
    }

    /// <summary>What the model takes: the magnitudes of both channels, or of their mean when it does not know channels.</summary>
    private float[] Magnitudes(Spectra[] mix)
    {
        var values = new float[model.Input.Size];
        var (ofChannel, ofTime, ofBin) = (model.Input.StrideOf(ModelAxis.Channel), model.Input.StrideOf(ModelAxis.Time), model.Input.StrideOf(ModelAxis.Frequency));
        Parallel.For(0, model.Manifest.Chunk, frame =>
        {
            for (var channel = 0; channel < (ofChannel > 0 ? 2 : 1); channel++)
            {
                var (a, b) = ofChannel > 0 ? (mix[channel], mix[channel]) : (mix[0], mix[1]);
                var at = (channel * ofChannel) + (frame * ofTime);
                for (var bin = 0; bin < model.Manifest.UsedBins; bin++)
                {
                    var (real, imaginary) = ((a.Real(frame)[bin] + b.Real(frame)[bin]) / 2, (a.Imaginary(frame)[bin] + b.Imaginary(frame)[bin]) / 2);
                    values[at + (bin * ofBin)] = MathF.Sqrt((real * real) + (imaginary * imaginary));
                }
            }
        });
        return values;
    }
}
