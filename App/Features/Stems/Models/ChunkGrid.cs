namespace Downbeat.Features.Stems.Models;

/// <summary>
/// How a song is cut into the chunks that a model takes: chunk c holds the frames from c × <paramref name="StrideFrames"/> − <paramref name="FadeFrames"/> on, so that what a chunk gives depends on
/// the song alone, and at the start of the song the first is heard at once. Two neighbours have <paramref name="FadeFrames"/> in common and fade over into each other there.
/// </summary>
/// <param name="StrideFrames">From one chunk to the next.</param>
/// <param name="FadeFrames">Common to two neighbours; at most a stride.</param>
/// <param name="MarginFrames">What is needed before and after all of these and is not used of what comes out.</param>
internal readonly record struct ChunkGrid(int StrideFrames, int FadeFrames, int MarginFrames)
{
    /// <summary>Length of a chunk with its margins.</summary>
    public int ChunkFrames => StrideFrames + FadeFrames + (2 * MarginFrames);

    /// <summary>The first frame of a chunk, its margin included.</summary>
    public long StartOf(long chunk) => (chunk * StrideFrames) - FadeFrames - MarginFrames;

    /// <summary>The grid of a model. Of a mask model the outermost frames are its margins: too few windows cover them.</summary>
    public static ChunkGrid Of(StemManifest manifest) => manifest.Kind == ModelKind.Mask
        ? new((manifest.Chunk - manifest.Overlap) * manifest.Hop, ((manifest.Overlap + 1) * manifest.Hop) - manifest.Window, manifest.Window - manifest.Hop)
        : new(manifest.Chunk - manifest.Overlap, manifest.Overlap, 0);
}
