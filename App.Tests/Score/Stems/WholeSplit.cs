using System.Runtime.CompilerServices;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Splits whole songs with a <see cref="ISeparator"/>: block after block with what is around it, in memory that does not grow with the song.</summary>
internal static class WholeSplit
{
    /// <summary>Goes over a song. Each block that comes out shares its memory with the next.</summary>
    /// <param name="separator">Opened for this song.</param>
    /// <param name="mix">The song.</param>
    /// <param name="stems">How many stems it is split into.</param>
    /// <param name="stop">Ends the work.</param>
    public static async IAsyncEnumerable<SplitBlock> RunAsync(ISeparator separator, MixFile mix, int stems, [EnumeratorCancellation] CancellationToken stop)
    {
        var around = new StereoBlock(separator.BlockFrames + (2 * separator.ContextFrames));
        StereoBlock[] split = [.. Enumerable.Range(0, stems).Select(_ => new StereoBlock(separator.BlockFrames))];
        for (var start = 0L; start < mix.Frames; start += separator.BlockFrames)
        {
            mix.Read(start - separator.ContextFrames, around);
            await separator.SeparateAsync(start, around, split, stop);
            yield return new(start, (int)Math.Min(separator.BlockFrames, mix.Frames - start), split);
        }
    }

    /// <summary>Splits a song into sounds in memory.</summary>
    /// <returns>Stems of <paramref name="frames"/>, in the order of the engine.</returns>
    public static async Task<StereoBlock[]> InMemoryAsync(ISeparationEngine engine, MixFile mix, int stems, int frames, CancellationToken stop)
    {
        StereoBlock[] whole = [.. Enumerable.Range(0, stems).Select(_ => new StereoBlock(frames))];
        using var separator = await engine.OpenAsync(stems, mix, _ => { }, stop);
        await foreach (var block in RunAsync(separator, mix, stems, stop))
        {
            var count = (int)Math.Clamp(frames - block.StartFrame, 0, block.Frames);
            foreach (var (to, from) in count > 0 ? whole.Zip(block.Stems) : [])
            {
                from.Left.AsSpan(0, count).CopyTo(to.Left.AsSpan((int)block.StartFrame));
                from.Right.AsSpan(0, count).CopyTo(to.Right.AsSpan((int)block.StartFrame));
            }
        }

        return whole;
    }
}

/// <summary>A block of a song, split.</summary>
/// <param name="StartFrame">Where it begins.</param>
/// <param name="Frames">How much of it lies inside the song, from its beginning.</param>
/// <param name="Stems">The stems.</param>
internal readonly record struct SplitBlock(long StartFrame, int Frames, IReadOnlyList<StereoBlock> Stems);
