using Downbeat.Media;

namespace Downbeat.Tests.Support;

/// <summary>Small files that tests upload, made once by ffmpeg for the whole run.</summary>
internal static class SmallMedia
{
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("downbeat-small-");

    private static readonly Lazy<Task<string>> SongFile = new(() => MakeAsync(
        "song.mp3", "-f", "lavfi", "-i", "aevalsrc='0.8*sin(2*PI*60*t)*exp(-18*mod(t,0.5))+0.2*sin(2*PI*440*t)*lt(mod(t,2),1)+0.2*sin(2*PI*523*t)*gte(mod(t,2),1)':s=44100:d=12"));

    private static readonly Lazy<Task<string>> ClipFile = new(() => MakeAsync(
        "clip.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"));

    private static readonly Lazy<Task<string>> StillFile = new(() => MakeAsync("still.png", "-f", "lavfi", "-i", "color=teal:s=320x180", "-frames:v", "1"));

    /// <summary>Twelve seconds with a kick at 120 a minute and two alternating notes.</summary>
    public static Task<string> SongAsync() => SongFile.Value;

    /// <summary>Four seconds at 30 frames a second.</summary>
    public static Task<string> ClipAsync() => ClipFile.Value;

    /// <summary>A PNG.</summary>
    public static Task<string> StillAsync() => StillFile.Value;

    /// <summary>Makes a file with ffmpeg; the arguments end before the output.</summary>
    public static async Task<string> MakeAsync(string name, params string[] arguments)
    {
        var path = Path.Combine(Folder.FullName, name);
        await new Ffmpeg(Microsoft.Extensions.Options.Options.Create(new MediaOptions()), Microsoft.Extensions.Logging.Abstractions.NullLogger<Ffmpeg>.Instance).RunAsync([.. arguments, path], RunLimits.Short, null, CancellationToken.None);
        return path;
    }
}
