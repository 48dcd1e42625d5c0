using System.Globalization;
using Downbeat.Media;
using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>What is to be drawn.</summary>
/// <param name="Visual">How.</param>
/// <param name="Style">In which look.</param>
/// <param name="Palette">With which colours of it.</param>
/// <param name="Camera">How it is seen.</param>
/// <param name="Seed">Which of all its forms; the same seed and the same music give the same pictures.</param>
/// <param name="Width">Pixels, even.</param>
/// <param name="Height">Pixels, even.</param>
/// <param name="FramesPerSecond">1 to 60.</param>
/// <param name="Frames">How many.</param>
/// <param name="IsLoop">Whether the last picture shall lead to the first one.</param>
internal sealed record ClipDrawing(Visual Visual, DrawingStyle Style, Palette Palette, CameraMove Camera, int Seed, int Width, int Height, int FramesPerSecond, int Frames, bool IsLoop)
{
    /// <summary>Length.</summary>
    public double Seconds => (double)Frames / FramesPerSecond;
}

/// <summary>Draws clips to music, offline and on plain processors.</summary>
internal sealed class ClipArtist(Ffmpeg ffmpeg)
{
    private const double MostLoopSeconds = 1;

    /// <summary>Draws a clip: H.264 without sound, the same pictures every time.</summary>
    /// <param name="drawing">What.</param>
    /// <param name="pulse">What it hears; reaches over its whole length.</param>
    /// <param name="words">What is sung.</param>
    /// <param name="picture">A picture to make something of; null for none.</param>
    /// <param name="outputPath">Where to.</param>
    /// <param name="progress">Told the share of pictures that are drawn, 0 to 1.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="MediaFailure">ffmpeg failed; what stands at <paramref name="outputPath"/> is not a clip.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the same holds.</exception>
    public Task DrawAsync(ClipDrawing drawing, Pulse pulse, IReadOnlyList<StageWord> words, SKImage? picture, string outputPath, Action<double> progress, CancellationToken stop)
    {
        var (width, height) = Size(drawing);
        return ffmpeg.FeedAsync(
            [
                "-f", "rawvideo", "-pix_fmt", "bgra", "-video_size", $"{width}x{height}", "-framerate", Text(drawing.FramesPerSecond), "-i", "pipe:0",
                "-vf", $"scale={Text(drawing.Width)}:{Text(drawing.Height)}:flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p,noise=c0s={Text(drawing.Style.Grain)}:c0f=t,setsar=1",
                "-c:v", "libx264", "-preset", "ultrafast", "-crf", "22", "-g", Text(drawing.FramesPerSecond), "-threads", "1",
                "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
                "-movflags", "+faststart", "-f", "mp4", outputPath,
            ],
            RunLimits.Render,
            Told(FramesOf(drawing, pulse, words, picture), drawing.Frames, progress, stop),
            stop);
    }

    /// <summary>The pictures of a clip as BGRA pixels of <see cref="Size"/>, one after the other in the same memory.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> FramesOf(ClipDrawing drawing, Pulse pulse, IReadOnlyList<StageWord> words, SKImage? picture) =>
        FramesOf(drawing, pulse, words, picture, Enumerable.Range(0, drawing.Frames));

    /// <summary>Some of them.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> FramesOf(ClipDrawing drawing, Pulse pulse, IReadOnlyList<StageWord> words, SKImage? picture, IEnumerable<int> frames)
    {
        var (width, height) = Size(drawing);
        using var light = new Light(width, height);
        using var before = drawing.IsLoop ? new Light(width, height) : null;
        using var face = Typefaces.Of(drawing.Style.Fonts, words);
        var film = new Film(width, height, drawing.Style, drawing.Palette);
        var palette = drawing.Palette.IsPaper ? drawing.Palette.Absorbed() : drawing.Palette;
        using var toned = picture is null ? null : TonedPicture.Of(picture, palette, drawing.Style.Tone, drawing.Palette.IsPaper);
        var stage = new Stage(light, palette, drawing.Style.Line, drawing.Seed, toned, words, face);
        var pixels = new byte[width * height * 4];
        var loopSeconds = Math.Min(MostLoopSeconds, drawing.Seconds / 3);
        foreach (var frame in frames)
        {
            var seconds = (double)frame / drawing.FramesPerSecond;
            var now = pulse.At(seconds);
            var gain = Gain(now);
            Light(stage, drawing, now);
            if (before is not null && seconds > drawing.Seconds - loopSeconds)
            {
                // What led to the beginning comes up under the end, so that the end leads there too.
                var part = (float)((seconds - drawing.Seconds + loopSeconds) / loopSeconds);
                var share = part * part * (3 - (2 * part));
                var lead = pulse.At(seconds - drawing.Seconds);
                Light(stage with { Light = before }, drawing, lead);
                light.Blend(before, share);
                gain += (Gain(lead) - gain) * share;
            }

            film.Bloom(light, drawing.Visual.Bloom * drawing.Style.Bloom);
            film.Expose(light, gain, pixels);
            yield return pixels;
        }
    }

    /// <summary>The size that a clip is drawn in, before it is made larger: the shape of the clip, the short side as the visual wants it.</summary>
    public static (int Width, int Height) Size(ClipDrawing drawing)
    {
        var rows = drawing.Visual.Rows;
        var longSide = (int)Math.Round((double)rows * Math.Max(drawing.Width, drawing.Height) / Math.Min(drawing.Width, drawing.Height) / 16) * 16;
        return drawing.Width >= drawing.Height ? (longSide, rows) : (rows, longSide);
    }

    // Every visual is a little brighter while a stroke is heard, whatever else it does with it.
    private static float Gain(Moment now) => 0.86f + (0.22f * now.Hit) + (0.1f * now.Energy);

    private static void Light(Stage stage, ClipDrawing drawing, Moment now)
    {
        stage.Light.Lens = drawing.Camera.Look(now);
        drawing.Visual.Draw(stage, now);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Told(IEnumerable<ReadOnlyMemory<byte>> frames, int count, Action<double> progress, CancellationToken stop)
    {
        var done = 0;
        foreach (var frame in frames)
        {
            stop.ThrowIfCancellationRequested();
            yield return frame;
            progress((double)++done / count);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
