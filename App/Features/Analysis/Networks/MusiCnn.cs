using System.Text.Json;
using Downbeat.Networks;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>The network of fifty tags that listeners give to music: genres, moods, decades, voices.</summary>
internal static class MusiCnn
{
    private const int PatchFrames = 187;
    private const int TagCount = 50;
    private const int MostPatches = 40;
    private const int BatchPatches = 2;

    /// <summary>The network, to be made known.</summary>
    public static Network Network { get; } = new(
        "MusiCNN",
        new("musicnn_msd.onnx", "cb3c30d79a1bfec0d61cee1fbfec603b31cc839493756842751d163698ad6bc7"),
        new("musicnn_msd_labels.json", "3540ccd87fb9dc62a5005d4d42f15bc5459ab5cf07cd6513fb1ef21fae6eebf4"),
        [new("logmel", TensorShape.Free, PatchFrames, MelFrames.Bands)],
        [new("tags", TensorShape.Free, TagCount)],
        "https://github.com/jordipons/musicnn (MSD_musicnn), as ONNX",
        "ISC");

    /// <summary>How well each tag fits a recording: mean over patches of three seconds, at most <see cref="MostPatches"/> of them, spread evenly.</summary>
    /// <param name="network">The network, lent.</param>
    /// <param name="mono">Samples at <see cref="Resampler.SampleRateHz"/>.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    /// <returns>0 to 1 by tag, in the order of the labels; null when the recording is shorter than a patch. Rare tags stay low even where they fit: see <see cref="Evidence"/>.</returns>
    /// <exception cref="NetworkFailure">The network broke down.</exception>
    public static async Task<IReadOnlyDictionary<string, double>?> ListenAsync(NetworkLease network, float[] mono, CancellationToken stop)
    {
        var labels = JsonSerializer.Deserialize<string[]>(network.Labels.Span)!;
        var whole = MelFrames.CountOf(mono.Length) / PatchFrames;
        int[] patches = [.. Enumerable.Range(0, Math.Min(whole, MostPatches)).Select(n => (int)((n + 0.5) * whole / Math.Min(whole, MostPatches)))];
        if (patches.Length == 0)
        {
            return null;
        }

        var sums = new double[TagCount];
        foreach (var batch in patches.Chunk(BatchPatches))
        {
            var tags = (await network.RunAsync([new(Describe(mono, batch), batch.Length, PatchFrames, MelFrames.Bands)], stop))[0];
            for (var n = 0; n < tags.Length; n++)
            {
                sums[n % TagCount] += tags[n];
            }
        }

        return labels.Zip(sums).ToDictionary(pair => pair.First, pair => pair.Second / patches.Length);
    }

    private static float[] Describe(float[] mono, int[] patches)
    {
        var mel = new float[patches.Length * PatchFrames * MelFrames.Bands];
        Parallel.For(0, patches.Length, () => new MelFrames(), (n, _, frames) =>
        {
            for (var frame = 0; frame < PatchFrames; frame++)
            {
                frames.Describe(mono, (patches[n] * PatchFrames) + frame, mel.AsSpan(((n * PatchFrames) + frame) * MelFrames.Bands, MelFrames.Bands));
            }

            return frames;
        }, _ => { });
        return mel;
    }
}
