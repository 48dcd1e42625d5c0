using System.Runtime.InteropServices;
using Downbeat.Features.Stems.Separation;
using Downbeat.Media;

namespace Downbeat.Tests.Score.Stems;

/// <summary>A song and the stems that it is made of, decoded.</summary>
internal sealed class TrueStems : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("downbeat-stems-");

    private TrueStems(string name) => Name = name;

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Its length: that of the longest stem.</summary>
    public int Frames { get; private set; }

    /// <summary>The song.</summary>
    public MixFile Mix { get; private set; } = null!;

    /// <summary>The stems by their names, all of <see cref="Frames"/>; silent ones are left out.</summary>
    public IReadOnlyDictionary<string, StereoBlock> Stems { get; private set; } = null!;

    /// <summary>Decodes a song.</summary>
    /// <exception cref="MediaFailure">One of its files cannot be decoded.</exception>
    public static async Task<TrueStems> LoadAsync(StemSource source, CancellationToken stop)
    {
        var song = new TrueStems(source.Name);
        try
        {
            await song.DecodeAsync(source, stop);
            return song;
        }
        catch
        {
            song.Dispose();
            throw;
        }
    }

    /// <summary>All of the song.</summary>
    public StereoBlock ReadMix()
    {
        var mix = new StereoBlock(Frames);
        Mix.Read(0, mix);
        return mix;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mix?.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task DecodeAsync(StemSource source, CancellationToken stop)
    {
        var parts = new List<(string Stem, MixFile Sound)>();
        try
        {
            foreach (var (stem, sound) in source.Parts)
            {
                parts.Add((stem, new(await DecodeAsync(sound, $"part{parts.Count}", stop))));
            }

            Frames = (int)parts.Max(part => part.Sound.Frames);
            Stems = parts.GroupBy(part => part.Stem).Select(stem => (stem.Key, Sum: Sum(stem.Select(part => part.Sound)))).Where(stem => !IsSilent(stem.Sum)).ToDictionary();
            Mix = new(source.Mix is { } mix ? await DecodeAsync(mix, "mix", stop) : Write(Sum(parts.Select(part => part.Sound))));
        }
        finally
        {
            parts.ForEach(part => part.Sound.Dispose());
        }
    }

    private async Task<string> DecodeAsync(SoundStream sound, string name, CancellationToken stop)
    {
        var path = Path.Combine(folder.FullName, name);
        await Engines.Ffmpeg.RunAsync(
            ["-i", sound.Path, "-map", $"0:a:{sound.Number}", "-ac", "2", "-ar", $"{StereoBlock.SampleRate}", "-f", "f32le", path], RunLimits.WholeFile, null, stop);
        return path;
    }

    private StereoBlock Sum(IEnumerable<MixFile> sounds)
    {
        var (sum, one) = (new StereoBlock(Frames), new StereoBlock(Frames));
        foreach (var sound in sounds)
        {
            sound.Read(0, one);
            for (var n = 0; n < Frames; n++)
            {
                sum.Left[n] += one.Left[n];
                sum.Right[n] += one.Right[n];
            }
        }

        return sum;
    }

    private string Write(StereoBlock sound)
    {
        var path = Path.Combine(folder.FullName, "mix");
        var samples = new float[2 * sound.Frames];
        for (var n = 0; n < sound.Frames; n++)
        {
            (samples[2 * n], samples[(2 * n) + 1]) = (sound.Left[n], sound.Right[n]);
        }

        File.WriteAllBytes(path, MemoryMarshal.AsBytes(samples.AsSpan()));
        return path;
    }

    private static bool IsSilent(StereoBlock sound) => !sound.Left.AsSpan().ContainsAnyExcept(0f) && !sound.Right.AsSpan().ContainsAnyExcept(0f);
}
