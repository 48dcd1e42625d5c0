using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems.Dsp;

/// <summary>Splits sounds with Downbeat's own separator, and measures what came out. A sound is a stereo block of any length.</summary>
internal static class SplitSound
{
    /// <summary>What a song is taken for, so that parts of it are looked at alike.</summary>
    public static SongFacts Facts { get; } = new(0.15, [0.25f, 0.25f, 0.15f, 0.1f, 0.25f]);

    /// <summary>All stems of a sound, split in blocks of so many hops.</summary>
    public static async Task<StereoBlock[]> SplitAsync(StereoBlock sound, int stems, int blockHops)
    {
        using var separator = new DownbeatSeparator(stems, Facts, blockHops);
        var whole = Enumerable.Range(0, stems).Select(_ => new StereoBlock(sound.Frames)).ToArray();
        var block = Enumerable.Range(0, stems).Select(_ => new StereoBlock(separator.BlockFrames)).ToArray();
        for (var start = 0; start < sound.Frames; start += separator.BlockFrames)
        {
            var context = Cut(sound, start - separator.ContextFrames, separator.BlockFrames + (2 * separator.ContextFrames));
            await separator.SeparateAsync(start, context, block, TestContext.Current.CancellationToken);
            for (var stem = 0; stem < stems; stem++)
            {
                Paste(block[stem], whole[stem], start);
            }
        }

        return whole;
    }

    /// <summary>A stretch of a sound, silent outside it.</summary>
    public static StereoBlock Cut(StereoBlock sound, int start, int frames)
    {
        var cut = new StereoBlock(frames);
        Paste(sound, cut, -start);
        return cut;
    }

    /// <summary>The sum of sounds of the same length.</summary>
    public static StereoBlock Sum(params IReadOnlyList<StereoBlock> sounds)
    {
        var sum = new StereoBlock(sounds[0].Frames);
        for (var n = 0; n < sum.Frames; n++)
        {
            (sum.Left[n], sum.Right[n]) = (sounds.Sum(sound => sound.Left[n]), sounds.Sum(sound => sound.Right[n]));
        }

        return sum;
    }

    /// <summary>How much stronger a sound is than what another differs from it by, in dB: the signal-to-distortion ratio of the whole.</summary>
    public static double Decibels(StereoBlock sound, StereoBlock estimate)
    {
        var (signal, error) = (1e-12, 1e-12);
        foreach (var (wanted, got) in sound.Channels.Zip(estimate.Channels).SelectMany(pair => pair.First.Zip(pair.Second)))
        {
            signal += (double)wanted * wanted;
            error += ((double)wanted - got) * ((double)wanted - got);
        }

        return 10 * Math.Log10(signal / error);
    }

    /// <summary>A decoded file.</summary>
    public static StereoBlock Read(string path)
    {
        using var file = new MixFile(path);
        var sound = new StereoBlock((int)file.Frames);
        file.Read(0, sound);
        return sound;
    }

    private static void Paste(StereoBlock from, StereoBlock to, int at)
    {
        var (skip, put) = (Math.Max(0, -at), Math.Max(0, at));
        var count = Math.Max(0, Math.Min(from.Frames - skip, to.Frames - put));
        from.Left.AsSpan(Math.Min(skip, from.Frames), count).CopyTo(to.Left.AsSpan(Math.Min(put, to.Frames)));
        from.Right.AsSpan(Math.Min(skip, from.Frames), count).CopyTo(to.Right.AsSpan(Math.Min(put, to.Frames)));
    }
}
