using Downbeat.Features.Stems.Separation;

namespace Downbeat.Features.Stems.Models;

/// <summary>Splits with a model that takes samples and gives samples of each stem, such as Demucs (Défossez 2021).</summary>
/// <param name="model">The model.</param>
/// <param name="mean">Mean of the song, which is taken off before; it stays with the last stem.</param>
/// <param name="deviation">Standard deviation of the song, which the model hears divided by it; above 0.</param>
internal sealed class WaveformSplitter(LentModel model, float mean, float deviation) : IChunkSplitter
{
    // A stem may well be louder than the mix where others cancel it, but not by 24 dB; the floor leaves the noise of quiet passages out of this.
    private const float MostTimesLouder = 16;
    private const float QuietPeak = 0.01f;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StereoBlock>> SplitAsync(StereoBlock chunk, IReadOnlyList<string> stems, CancellationToken stop)
    {
        var limit = MostTimesLouder * Math.Max(QuietPeak, chunk.Channels.Max(Peak));
        var answers = await model.AskAsync(Values(chunk), stop);
        var blocks = stems.Select(stem => Block(answers[stem], chunk.Frames)).ToList();
        return blocks.FindIndex(block => block.Channels.Max(Peak) > limit) is var tooLoud and >= 0
            ? throw model.Refuse(stems[tooLoud], "it gave sound that is far louder than the song")
            : blocks;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private float[] Values(StereoBlock chunk)
    {
        var values = new float[model.Input.Size];
        foreach (var (channel, samples) in chunk.Channels.Index())
        {
            var at = channel * model.Input.StrideOf(ModelAxis.Channel);
            foreach (var sample in samples)
            {
                values[at] = (sample - mean) / deviation;
                at += model.Input.StrideOf(ModelAxis.Time);
            }
        }

        return values;
    }

    private StereoBlock Block(StemValues stem, int frames)
    {
        var block = new StereoBlock(frames);
        foreach (var (channel, samples) in block.Channels.Index())
        {
            var at = stem.Offset + (channel * model.Output.StrideOf(ModelAxis.Channel));
            for (var n = 0; n < frames; n++)
            {
                samples[n] = stem.Values[at] * deviation;
                at += model.Output.StrideOf(ModelAxis.Time);
            }
        }

        return block;
    }

    private static float Peak(float[] samples)
    {
        var peak = 0f;
        foreach (var sample in samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        return peak;
    }
}
