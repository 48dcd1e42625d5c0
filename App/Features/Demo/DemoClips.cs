using System.Globalization;
using Downbeat.Media;

namespace Downbeat.Features.Demo;

/// <summary>Lights one moment of a clip; it finds what the moment before left and clears it.</summary>
internal delegate void DemoClipScene(DemoClipsLight light, float seconds);

/// <summary>One clip of the demo project.</summary>
/// <param name="Name">Short name, fit for a file.</param>
/// <param name="Title">What people read.</param>
/// <param name="Bloom">How strongly bright parts shine into their surroundings, 0 to 1.</param>
/// <param name="Scene">The picture.</param>
internal sealed record DemoClip(string Name, string Title, float Bloom, DemoClipScene Scene);

/// <summary>The footage of the demo project, drawn by the studio itself: one family of colours, eight ways of moving.</summary>
internal static class DemoClips
{
    /// <summary>Length of every clip in frames of 1/30 s.</summary>
    public const int Frames = 180;

    /// <summary>Frames a second.</summary>
    public const int FramesPerSecond = 30;

    private const int ThreadsPerEncoder = 1;

    /// <summary>All clips, in the order in which they follow each other best.</summary>
    public static IReadOnlyList<DemoClip> All { get; } =
    [
        new("horizon", "Night drive", 0.55f, DemoClipsLines.Horizon),
        new("silk", "Silk", 0, DemoClipsShaders.Silk),
        new("galaxy", "Star wheel", 0.6f, DemoClipsPoints.Galaxy),
        new("tunnel", "Neon tunnel", 0.55f, DemoClipsLines.Tunnel),
        new("lanterns", "Lanterns", 0.3f, DemoClipsPoints.Lanterns),
        new("mandala", "Mandala", 0.5f, DemoClipsShaders.Mandala),
        new("ripples", "Ripples", 0.4f, DemoClipsPoints.Ripples),
        new("mercury", "Mercury", 0.2f, DemoClipsShaders.Mercury),
    ];

    /// <summary>Draws a clip: 180 frames of 1280×720 at 30 fps, H.264, the same pictures every time. It takes about two seconds of processor time.</summary>
    /// <exception cref="MediaFailure">ffmpeg failed; what stands at <paramref name="outputPath"/> is not a clip.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the same holds.</exception>
    public static Task DrawAsync(DemoClip clip, string outputPath, Ffmpeg ffmpeg, CancellationToken stop) =>
        ffmpeg.FeedAsync(
            [
                "-f", "rawvideo", "-pix_fmt", "bgra", "-video_size", $"{DemoClipsLight.Width}x{DemoClipsLight.Height}",
                "-framerate", Text(FramesPerSecond), "-i", "pipe:0",
                // A little grain keeps the dark gradients from falling into steps when they become eight bits.
                "-vf", "scale=1280:720:flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p,noise=c0s=3:c0f=t,setsar=1",
                "-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", "-g", Text(FramesPerSecond), "-threads", Text(ThreadsPerEncoder),
                "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
                "-movflags", "+faststart", "-f", "mp4", outputPath,
            ],
            RunLimits.Render,
            DemoClipsFilm.FramesOf(clip),
            stop);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
