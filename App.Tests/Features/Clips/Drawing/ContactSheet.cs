using Downbeat.Features.Clips.Drawing;
using SkiaSharp;

namespace Downbeat.Tests.Features.Clips.Drawing;

/// <summary>
/// <c>contact-sheet FOLDER [--visuals a,b] [--styles a,b]</c>: every visual in every style at the beginning of a clip, at a stroke in the loudest part and at the end, one sheet for each of the three, and one
/// for each visual. Pictures to look at, drawn by the studio's own artist to the demo song.
/// </summary>
internal static class ContactSheet
{
    private const int TileWidth = 320;
    private const int TileHeight = 180;
    private const double ClipSeconds = 4;
    private const int FramesPerSecond = 30;

    private static readonly string[] Moments = ["start", "drop", "end"];

    public static async Task<int> RunAsync(string[] options)
    {
        var folder = Directory.CreateDirectory(options[0]).FullName;
        var visuals = Visuals.All.Where(visual => Chosen(options, "--visuals", visual.Name)).ToList();
        var styles = DrawingStyles.All.Where(style => Chosen(options, "--styles", style.Name)).ToList();
        using var picture = TestCard();
        var tiles = new SKBitmap[visuals.Count, styles.Count, Moments.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, visuals.Count * styles.Count), (number, _) =>
        {
            var (visual, style) = (number / styles.Count, number % styles.Count);
            Draw(visuals[visual], styles[style], (visual + style) % styles[style].Palettes.Count, picture, (moment, tile) => tiles[visual, style, moment] = tile);
            return ValueTask.CompletedTask;
        });
        for (var moment = 0; moment < Moments.Length; moment++)
        {
            Save(Path.Combine(folder, $"{Moments[moment]}.jpg"), visuals.Count, styles.Count, (row, column) => tiles[row, column, moment], (row, column) => $"{visuals[row].Name} · {styles[column].Name}");
        }

        for (var visual = 0; visual < visuals.Count; visual++)
        {
            var row = visual;
            Save(Path.Combine(folder, $"visual-{visuals[visual].Name}.jpg"), styles.Count, Moments.Length, (style, moment) => tiles[row, style, moment], (style, moment) => $"{styles[style].Name} · {Moments[moment]}");
        }

        return 0;
    }

    /// <summary>A picture as a person might bring it.</summary>
    public static SKImage TestCard()
    {
        using var surface = SKSurface.Create(new SKImageInfo(1200, 800));
        var canvas = surface.Canvas;
        using var paint = new SKPaint { IsAntialias = true };
        using (var sky = SKShader.CreateLinearGradient(new(0, 0), new(0, 800), [new(0x1D, 0x3A, 0x6E), new(0xE8, 0x8D, 0x67), new(0xF6, 0xD8, 0x9A)], [0, 0.6f, 1], SKShaderTileMode.Clamp))
        {
            paint.Shader = sky;
            canvas.DrawPaint(paint);
            paint.Shader = null;
        }

        for (var hill = 0; hill < 4; hill++)
        {
            paint.Color = new((byte)(40 + (hill * 8)), (byte)(60 - (hill * 10)), (byte)(70 - (hill * 12)));
            using var builder = new SKPathBuilder();
            builder.MoveTo(0, 800);
            for (var x = 0; x <= 1200; x += 20)
            {
                builder.LineTo(x, 420 + (hill * 90) + (60 * MathF.Sin((x * 0.006f * (hill + 1)) + hill)));
            }

            builder.LineTo(1200, 800);
            using var path = builder.Detach();
            canvas.DrawPath(path, paint);
        }

        paint.Color = new(0xFF, 0xF1, 0xC9);
        canvas.DrawCircle(820, 300, 70, paint);
        return surface.Snapshot();
    }

    private static bool Chosen(string[] options, string name, string value) =>
        Array.IndexOf(options, name) is var at && (at < 0 || options[at + 1].Split(',').Contains(value));

    private static void Draw(Visual visual, DrawingStyle style, int palette, SKImage picture, Action<int, SKBitmap> keep)
    {
        var song = DemoMusic.Song;
        var moves = Enum.GetValues<CameraMove>();
        var drawing = new ClipDrawing(visual, style, style.Palettes[palette], moves[visual.Name.Length % moves.Length], 1, 1920, 1080, FramesPerSecond, (int)(ClipSeconds * FramesPerSecond), false);
        var pulse = song.Pulse(song.Drop, ClipSeconds);
        var hit = Enumerable.Range(20, 60).MaxBy(frame => pulse.At((double)frame / FramesPerSecond).Hit);
        StageWord[] words = [new("First", 0, 0.5, 0), new("light", 0.5, 1, 0), new("on", 1, 1.5, 0), new("the", 1.5, 2, 0), new("water", 2, 4, 0)];
        var (width, height) = ClipArtist.Size(drawing);
        var moment = 0;
        foreach (var frame in ClipArtist.FramesOf(drawing, pulse, words, visual.NeedsPicture ? picture : null, [0, hit + 1, drawing.Frames - 1]))
        {
            using var whole = SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque), frame.Span);
            var tile = new SKBitmap(TileWidth, TileHeight);
            using var canvas = new SKCanvas(tile);
            canvas.DrawImage(whole, SKRect.Create(TileWidth, TileHeight), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
            keep(moment++, tile);
        }
    }

    private static void Save(string path, int rows, int columns, Func<int, int, SKBitmap> tile, Func<int, int, string> name)
    {
        using var surface = SKSurface.Create(new SKImageInfo(columns * TileWidth, rows * TileHeight));
        using var font = new SKFont(SKTypeface.Default, 12);
        using var paint = new SKPaint { Color = SKColors.White, IsAntialias = true };
        using var shade = new SKPaint { Color = new(0, 0, 0, 130) };
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                using var picture = SKImage.FromBitmap(tile(row, column));
                surface.Canvas.DrawImage(picture, column * TileWidth, row * TileHeight, SKSamplingOptions.Default);
                surface.Canvas.DrawRect((column * TileWidth) + 2, (row * TileHeight) + 2, 12 + (6.4f * name(row, column).Length), 17, shade);
                surface.Canvas.DrawText(name(row, column), (column * TileWidth) + 8, (row * TileHeight) + 15, SKTextAlign.Left, font, paint);
            }
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Jpeg, 88);
        using var file = File.Create(path);
        data.SaveTo(file);
    }
}
