using Downbeat.Tests.Support;

namespace Downbeat.E2E.Support;

/// <summary>Songs and clips that journeys bring, made once by ffmpeg for the whole run; and files that nobody should bring.</summary>
internal static class Footage
{
    private static readonly Lazy<Task<IReadOnlyList<string>>> ClipFiles = new(async () =>
    [
        await ClipAsync("dawn.mp4", "gradients=s=640x360:r=30:d=4:speed=0.02:seed=7:n=4:c0=0x1b2a49:c1=0xf2a65a:c2=0xd1495b:c3=0x30638e"),
        await ClipAsync("rings.mp4", "gradients=s=640x360:r=30:d=4:speed=0.03:seed=3:type=radial:n=3:c0=0x003d5b:c1=0xedae49:c2=0x00798c"),
        await ClipAsync("depths.mp4", "mandelbrot=s=640x360:r=30:end_scale=0.02:maxiter=512,trim=duration=4"),
        await ClipAsync("test card.mp4", "testsrc2=s=640x360:r=30:d=4"),
    ]);

    private static readonly Lazy<Task<string>> LongSongFile = new(() => SmallMedia.MakeAsync(
        "minute.mp3", "-f", "lavfi", "-i", "aevalsrc='0.8*sin(2*PI*60*t)*exp(-18*mod(t,0.5))+0.2*sin(2*PI*330*t)*lt(mod(t,4),2)+0.2*sin(2*PI*440*t)*gte(mod(t,4),2)':s=44100:d=60"));

    private static readonly Lazy<Task<string>> LargeSongFile = new(() => SmallMedia.MakeAsync(
        "large.wav", "-f", "lavfi", "-i", "aevalsrc='0.8*sin(2*PI*60*t)*exp(-18*mod(t,0.5))|0.2*sin(2*PI*330*t)':s=44100:d=60"));

    private static readonly Lazy<Task<string>> TooLongSongFile = new(() => SmallMedia.MakeAsync(
        "eleven minutes.mp3", "-f", "lavfi", "-i", "sine=d=660:r=8000", "-b:a", "8k"));

    private static readonly Lazy<Task<string>> TruncatedFile = new(async () => Write("truncated.mp4", (await File.ReadAllBytesAsync(await SmallMedia.ClipAsync())).AsSpan(0, 30_000)));

    /// <summary>Four clips of four seconds that look different.</summary>
    public static Task<IReadOnlyList<string>> ClipsAsync() => ClipFiles.Value;

    /// <summary>A minute with a kick at 120 a minute.</summary>
    public static Task<string> LongSongAsync() => LongSongFile.Value;

    /// <summary>A minute as WAV, 10.6 MB: too large to be sent in one part, or in two.</summary>
    public static Task<string> LargeSongAsync() => LargeSongFile.Value;

    /// <summary>A song one minute longer than the studio takes.</summary>
    public static Task<string> TooLongSongAsync() => TooLongSongFile.Value;

    /// <summary>The first part of an MP4 whose index stood at its end.</summary>
    public static Task<string> TruncatedAsync() => TruncatedFile.Value;

    /// <summary>Words that call themselves a song.</summary>
    public static string Words { get; } = Write("song.mp3", "These are words about a song, and no song at all.\n"u8);

    /// <summary>A file with nothing in it.</summary>
    public static string Nothing { get; } = Write("nothing.mp3", []);

    /// <summary>A playlist, which would make a player fetch other files, that calls itself a clip.</summary>
    public static string Playlist { get; } = Write("playlist.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"u8);

    private static Task<string> ClipAsync(string name, string source) =>
        SmallMedia.MakeAsync(name, "-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");

    private static string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("downbeat-footage-").FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
