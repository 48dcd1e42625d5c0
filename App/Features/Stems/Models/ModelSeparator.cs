using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;

namespace Downbeat.Features.Stems.Models;

/// <summary>
/// Splits a song with a model, chunk by chunk. Neighbouring chunks fade over into each other in straight lines whose weights add up to 1. The last stem, accompaniment or other, is what the
/// others leave of the mix, whatever the model says of it: so the stems always add up to the mix, and stems of the model that were not asked for are in it.
/// </summary>
internal sealed class ModelSeparator : ISeparator
{
    private const int LeastBlockSeconds = 10;
    private readonly string name;
    private readonly string[] asked;
    private readonly ChunkGrid grid;
    private readonly IChunkSplitter splitter;
    private readonly ILogger logger;
    private (long Chunk, IReadOnlyList<StereoBlock> Stems)? last;

    /// <summary>Makes a separator.</summary>
    /// <param name="name">What the model is called.</param>
    /// <param name="stems">The stems that are wanted, the last of which is what the others leave.</param>
    /// <param name="grid">How the song is cut into chunks.</param>
    /// <param name="splitter">Splits them; goes with the separator.</param>
    /// <param name="logger">Told why a model failed.</param>
    public ModelSeparator(string name, IReadOnlyList<string> stems, ChunkGrid grid, IChunkSplitter splitter, ILogger logger)
    {
        (this.name, asked, this.grid, this.splitter, this.logger) = (name, [.. stems.SkipLast(1)], grid, splitter, logger);
        var least = LeastBlockSeconds * StereoBlock.SampleRate;
        BlockFrames = grid.StrideFrames * ((least + grid.StrideFrames - 1) / grid.StrideFrames);
    }

    /// <inheritdoc/>
    public int BlockFrames { get; }

    /// <inheritdoc/>
    public int ContextFrames => grid.ChunkFrames;

    /// <inheritdoc/>
    /// <exception cref="StudioProblem">502 <c>stems.model_failed</c>: the model broke down, or gave what cannot be sound.</exception>
    public async Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop)
    {
        var first = startFrame / grid.StrideFrames;
        var origin = startFrame - ContextFrames;
        var from = await ChunkAsync(first, origin, mix, stop);
        for (var stride = 0; stride < BlockFrames / grid.StrideFrames; stride++)
        {
            var to = await ChunkAsync(first + stride + 1, origin, mix, stop);
            for (var stem = 0; stem < asked.Length; stem++)
            {
                Fade(from[stem].Left, to[stem].Left, stems[stem].Left.AsSpan(stride * grid.StrideFrames, grid.StrideFrames));
                Fade(from[stem].Right, to[stem].Right, stems[stem].Right.AsSpan(stride * grid.StrideFrames, grid.StrideFrames));
            }

            from = to;
        }

        for (var channel = 0; channel < 2; channel++)
        {
            Subtract(mix.Channels[channel].AsSpan(ContextFrames, BlockFrames), [.. stems.Take(asked.Length).Select(stem => stem.Channels[channel])], stems[asked.Length].Channels[channel]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => splitter.Dispose();

    /// <summary>The stems of one chunk. The one that was split last is kept, as the next block begins with it.</summary>
    private async Task<IReadOnlyList<StereoBlock>> ChunkAsync(long chunk, long origin, StereoBlock mix, CancellationToken stop)
    {
        if (last is { } kept && kept.Chunk == chunk)
        {
            return kept.Stems;
        }

        stop.ThrowIfCancellationRequested();
        var sound = new StereoBlock(grid.ChunkFrames);
        var start = (int)(grid.StartOf(chunk) - origin);
        mix.Left.AsSpan(start, sound.Frames).CopyTo(sound.Left);
        mix.Right.AsSpan(start, sound.Frames).CopyTo(sound.Right);
        last = (chunk, await SplitAsync(sound, stop));
        return last.Value.Stems;
    }

    private async Task<IReadOnlyList<StereoBlock>> SplitAsync(StereoBlock sound, CancellationToken stop)
    {
        if (!sound.Left.AsSpan().ContainsAnyExcept(0f) && !sound.Right.AsSpan().ContainsAnyExcept(0f))
        {
            // Silence has silent stems, also where a model would hear something in it; and before and after the song there is nothing else.
            return [.. asked.Select(_ => new StereoBlock(sound.Frames))];
        }

        try
        {
            return await splitter.SplitAsync(sound, asked, stop);
        }
        catch (NetworkFailure e)
        {
            logger.LogWarning(e, "{Name} cannot split a song", name);
            throw new StudioProblem(502, "stems.model_failed", $"{e.Message} It is not used for a while; split the song again to have another engine do it.");
        }
    }

    private void Fade(float[] from, float[] to, Span<float> stem)
    {
        var (begin, alone) = (grid.MarginFrames + grid.FadeFrames, grid.StrideFrames - grid.FadeFrames);
        from.AsSpan(begin, alone).CopyTo(stem);
        for (var n = 0; n < grid.FadeFrames; n++)
        {
            var weight = (n + 0.5f) / grid.FadeFrames;
            stem[alone + n] = (from[begin + alone + n] * (1 - weight)) + (to[grid.MarginFrames + n] * weight);
        }
    }

    private static void Subtract(ReadOnlySpan<float> mix, float[][] others, float[] rest)
    {
        for (var n = 0; n < mix.Length; n++)
        {
            var sum = 0f;
            foreach (var other in others)
            {
                sum += other[n];
            }

            rest[n] = mix[n] - sum;
        }
    }
}
