using Downbeat.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Support;

/// <summary>The media room as the studio wires it, and a folder that goes away with it.</summary>
internal sealed class MediaRig : IDisposable
{
    /// <summary>Wires the room; with <paramref name="ownTools"/> it looks for ffmpeg and ffprobe in <see cref="Folder"/>.</summary>
    public MediaRig(MediaOptions? options = null, bool ownTools = false)
    {
        Folder = Directory.CreateTempSubdirectory("downbeat-media-").FullName;
        options ??= new();
        Ffmpeg = new(Options.Create(ownTools ? options with { BinaryFolder = Folder } : options), NullLogger<Ffmpeg>.Instance);
        Probe = new(Ffmpeg);
        Decoder = new(Ffmpeg);
        Songs = new(Probe, Decoder);
        Clips = new(Probe, Ffmpeg);
    }

    public Ffmpeg Ffmpeg { get; }

    public MediaProbe Probe { get; }

    public AudioDecoder Decoder { get; }

    public SongCheck Songs { get; }

    public ClipCheck Clips { get; }

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = PathOf(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Makes a file with ffmpeg; the arguments end before the output.</summary>
    public async Task<string> MakeAsync(string name, params string[] arguments)
    {
        var path = PathOf(name);
        await Ffmpeg.RunAsync([.. arguments, path], RunLimits.WholeFile, null, TestContext.Current.CancellationToken);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
