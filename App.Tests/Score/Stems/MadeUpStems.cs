using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Small sounds for the tests of scores.</summary>
internal static class MadeUpStems
{
    /// <summary>White noise in both channels, apart from each other; the same for the same seed.</summary>
    public static StereoBlock Noise(int seed, int frames)
    {
        var random = new Random(seed);
        return Of(frames, _ => ((float)(random.NextDouble() - 0.5), (float)(random.NextDouble() - 0.5)));
    }

    /// <summary>A sound frame by frame.</summary>
    public static StereoBlock Of(int frames, Func<int, (float Left, float Right)> at)
    {
        var block = new StereoBlock(frames);
        for (var n = 0; n < frames; n++)
        {
            (block.Left[n], block.Right[n]) = at(n);
        }

        return block;
    }

    /// <summary>The sum of sounds of the same length, each made louder by a factor.</summary>
    public static StereoBlock Sum(params (StereoBlock Sound, double Factor)[] parts) => Of(
        parts[0].Sound.Frames,
        n => ((float)parts.Sum(part => part.Sound.Left[n] * part.Factor), (float)parts.Sum(part => part.Sound.Right[n] * part.Factor)));

    /// <summary>Writes a sound as a WAV file.</summary>
    public static void WriteWave(string path, StereoBlock sound)
    {
        using var file = StemFile.Write(path, 0, sound.Frames);
        int[][] whole = [new int[2 * sound.Frames]];
        WholeSamples.Fill([sound], sound.Frames, whole);
        file.Append(whole[0]);
    }
}
