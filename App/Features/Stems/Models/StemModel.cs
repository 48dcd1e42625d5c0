using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;

namespace Downbeat.Features.Stems.Models;

/// <summary>Splits songs with a model from the models directory.</summary>
internal sealed class StemModel(DescribedModel model, ModelShelf shelf, ILogger logger) : ISeparationEngine
{
    private const int ReadFrames = 10 * StereoBlock.SampleRate;

    // Of Demucs; a song that is quieter than this has no sound.
    private const double LeastDeviation = 1e-8;

    /// <inheritdoc/>
    public string Name => model.Name;

    /// <inheritdoc/>
    public bool Splits(int stems) =>
        model.Manifest.Splits(stems) && model.Parts.All(part => shelf.StateOf(part.Network)?.State is NetworkStanding.Ready or NetworkStanding.Loaded);

    /// <inheritdoc/>
    /// <exception cref="StudioProblem">503 <c>stems.model</c>: it cannot be used any more.</exception>
    public async Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop)
    {
        var names = StemNames.Of(stems);
        // Masks depend on what is said of all stems.
        var lent = new LentModel(model, [.. model.Manifest.Kind == ModelKind.Mask ? model.Manifest.Stems : names.SkipLast(1)], shelf);
        try
        {
            return new ModelSeparator(Name, names, ChunkGrid.Of(model.Manifest), await SplitterAsync(lent, mix, progress, stop), logger);
        }
        catch
        {
            lent.Dispose();
            throw;
        }
    }

    private static async Task<IChunkSplitter> SplitterAsync(LentModel lent, MixFile mix, Action<double> progress, CancellationToken stop)
    {
        if (lent.Manifest.Kind == ModelKind.Mask)
        {
            return new MaskSplitter(lent);
        }

        var (mean, deviation) = lent.Manifest.Normalise == Normalisation.Song ? await Task.Run(() => Level(mix, progress, stop), stop) : (0, 1);
        return new WaveformSplitter(lent, (float)mean, (float)deviation);
    }

    /// <summary>Mean and standard deviation of the mean of both channels over the whole song.</summary>
    private static (double Mean, double Deviation) Level(MixFile mix, Action<double> progress, CancellationToken stop)
    {
        var (sum, squares, block) = (0.0, 0.0, new StereoBlock(ReadFrames));
        for (long start = 0; start < mix.Frames; start += ReadFrames)
        {
            stop.ThrowIfCancellationRequested();
            mix.Read(start, block);
            for (var n = 0; n < block.Frames; n++)
            {
                var mono = (block.Left[n] + block.Right[n]) / 2.0;
                (sum, squares) = (sum + mono, squares + (mono * mono));
            }

            progress(Math.Min(1, (double)(start + ReadFrames) / mix.Frames));
        }

        var count = Math.Max(1, mix.Frames);
        var mean = sum / count;
        return (mean, Math.Max(LeastDeviation, Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean)))));
    }
}
