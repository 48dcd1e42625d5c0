using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visuals that make something of a picture of one's own: a kaleidoscope, and strips that the music moves.</summary>
internal static class VisualPictures
{
    private const int Wedges = 12;
    private const int Strips = 18;

    /// <summary>A mirror of twelve wedges, turning over the picture.</summary>
    public static void Kaleidoscope(Stage stage, Moment now)
    {
        var light = stage.Light;
        light.Clear(SKColors.Black);
        light.Sketch(canvas =>
        {
            float reach = light.Reach * 1.1f, angle = 360f / Wedges;
            using var wedge = Wedge(reach, angle);
            using var paint = new SKPaint();
            // The picture lies over and over beside itself, mirrored, and wanders below the wedges.
            float size = (6.5f + (0.7f * now.Hit) + MathF.Sin(now.Flow * 0.4f)) / Math.Min(stage.Picture!.Width, stage.Picture.Height);
            var place = SKMatrix.CreateRotation(now.Flow * 0.4f).PreConcat(SKMatrix.CreateTranslation(-3 - (now.Flow * 0.9f), -3 + (2 * MathF.Sin(now.Flow * 0.31f)))).PreConcat(SKMatrix.CreateScale(size, size));
            using var glass = stage.Picture.ToShader(SKShaderTileMode.Mirror, SKShaderTileMode.Mirror, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.None), place);
            paint.Shader = glass;
            for (int i = 0; i < Wedges; i++)
            {
                canvas.Save();
                canvas.RotateDegrees((i * angle) + (now.Flow * 7));
                canvas.Scale(1, i % 2 == 0 ? 1 : -1);
                canvas.RotateDegrees(i % 2 == 0 ? 0 : -angle);
                canvas.DrawPath(wedge, paint);
                canvas.Restore();
            }
        });
        light.Glow(0, 0, 3.5f, stage.Palette.Warm, 0.5f * now.Hit);
    }

    /// <summary>The picture in strips, each moved by the band of sound that it stands for.</summary>
    public static void Slices(Stage stage, Moment now)
    {
        var light = stage.Light;
        light.Clear(SKColors.Black);
        light.Sketch(canvas =>
        {
            using var paint = new SKPaint();
            using var edge = new SKPaint { IsAntialias = true, Color = stage.Palette.Accent.Fade(0.75f * now.Hit) };
            float zoom = 1.12f + (0.1f * now.Part) + (0.05f * now.Hit), wide = light.HalfWidth * 2, high = light.HalfHeight * 2, strip = wide / Strips;
            for (int i = 0; i < Strips; i++)
            {
                float loud = now.Band(MathF.Abs((2f * i / (Strips - 1)) - 1));
                float moved = (i % 2 == 0 ? 1 : -1) * ((0.55f * loud * loud * now.Energy) + (0.4f * now.Hit * stage.Chance(i, now.Strokes.Count > 0 ? now.Strokes[0].Number : 0)));
                canvas.Save();
                canvas.ClipRect(new(-light.HalfWidth + (i * strip), -light.HalfHeight, -light.HalfWidth + ((i + 1) * strip) + 0.01f, light.HalfHeight));
                canvas.Translate(0, moved);
                Draw(canvas, stage.Picture!, -wide * zoom / 2, -high * zoom / 2 * 1.15f, wide * zoom, high * zoom * 1.15f, paint);
                canvas.Restore();
                if (loud > 0.75f)
                {
                    canvas.DrawRect(-light.HalfWidth + (i * strip), -light.HalfHeight, 0.035f * stage.Line, high, edge);
                }
            }
        });
    }

    private static SKPath Wedge(float reach, float degrees)
    {
        using var builder = new SKPathBuilder();
        var (sine, cosine) = MathF.SinCos((degrees + 0.15f) * MathF.PI / 180);
        builder.AddPoly([new(0, 0), new(reach * 1.2f, -0.003f * reach), new(reach * 1.2f * cosine, reach * 1.2f * sine)], true);
        return builder.Detach();
    }

    /// <summary>Fills a place with the picture; what is too much of it is cut off.</summary>
    private static void Draw(SKCanvas canvas, SKImage picture, float x, float y, float width, float height, SKPaint paint)
    {
        float scale = Math.Min(picture.Width / width, picture.Height / height);
        float wide = width * scale, high = height * scale;
        var source = SKRect.Create((picture.Width - wide) / 2, (picture.Height - high) / 2, wide, high);
        canvas.DrawImage(picture, source, SKRect.Create(x, y, width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.None), paint);
    }
}
