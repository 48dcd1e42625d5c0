using SkiaSharp;
using static Downbeat.Features.Clips.Drawing.Colours;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visuals made of plain forms: the spectrum as a wheel, as a range of ridges, and tiles.</summary>
internal static class VisualForms
{
    private const int Ridges = 26;
    private const double RidgeSeconds = 0.085;
    private const int RidgePoints = 80;

    /// <summary>A wheel of bars, the spectrum, around the wave of the sound.</summary>
    public static void Spectrum(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        light.Clear(palette.Ground);
        light.Glow(0, 0, 5.2f + (1.5f * now.Hit), Mix(palette.Deep, palette.Main, 0.5f), 0.35f + (0.6f * now.Hit));
        light.Sketch(canvas =>
        {
            Dust(canvas, stage, now);
            Bars(canvas, stage, now);
            Wave(canvas, stage, now);
        });
    }

    /// <summary>Ridges of sound, one behind the other, that travel away.</summary>
    public static void Mountains(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        light.Clear(SKColors.Black);
        light.Sketch(canvas =>
        {
            canvas.Clear(palette.Ground);
            using var body = new SKPaint { IsAntialias = true, Color = palette.Ground };
            using var line = new SKPaint { IsAntialias = true, IsStroke = true, StrokeJoin = SKStrokeJoin.Round };
            var newest = Math.Floor(now.Seconds / RidgeSeconds);
            for (int ridge = Ridges - 1; ridge >= 0; ridge--)
            {
                var heardAt = (newest - ridge) * RidgeSeconds;
                float age = (float)((now.Seconds - heardAt) / (Ridges * RidgeSeconds));
                Ridge(canvas, stage, now, age, ridge + (int)newest, now.BandsAgo(now.Seconds - heardAt), body, line);
            }
        });
        light.Glow(0, light.HalfHeight * 0.6f, 6, palette.Accent, 0.28f * now.Hit);
    }

    /// <summary>A quilt of plain shapes; some turn with each stroke, and each bar lays it anew.</summary>
    public static void Tiles(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        light.Clear(SKColors.Black);
        light.Sketch(canvas =>
        {
            canvas.Clear(palette.Ground);
            float size = stage.Chance(0, 1) > 0.5f ? 2.25f : 3;
            int columns = (int)MathF.Ceiling(light.HalfWidth / size) + 1, rows = (int)MathF.Ceiling(light.HalfHeight / size) + 1;
            using var paint = new SKPaint { IsAntialias = true };
            for (int row = -rows; row < rows; row++)
            {
                for (int column = -columns; column < columns; column++)
                {
                    canvas.Save();
                    canvas.Translate((column + 0.5f) * size, (row + 0.5f) * size);
                    Tile(canvas, stage, now, (row * 101) + column + 5_000, size, paint);
                    canvas.Restore();
                }
            }
        });
    }

    private static void Tile(SKCanvas canvas, Stage stage, Moment now, int number, float size, SKPaint paint)
    {
        var palette = stage.Palette;
        Span<SKColor> colours = [palette.Main, palette.Cool, palette.Accent, palette.Warm, palette.Deep, palette.Pale, palette.Deep];
        // One tile in three is laid anew in each bar, another one each time.
        int bar = (int)MathF.Floor(now.Bars) + 1_000;
        int laid = bar - ((bar + number) % 3);
        float half = size / 2;
        int last = now.Strokes.Count > 0 ? now.Strokes[0].Number : 0;
        bool answers = (number + last) % 4 == 0;
        float turns = 0.25f * MathF.Floor(stage.Chance(number, laid + 2) * 4) + (answers && now.Strokes.Count > 0 ? 0.25f * Ease(now.Strokes[0].Age / 0.28f) : 0);
        paint.Color = colours[(int)(stage.Chance(number, laid) * colours.Length)].Fade(0.92f);
        if (stage.Chance(number, laid + 4) > 0.35f)
        {
            canvas.DrawRect(-half, -half, size + 0.01f, size + 0.01f, paint);
        }

        canvas.RotateDegrees(360 * turns);
        paint.Color = Mix(colours[(int)(stage.Chance(number, laid + 1) * colours.Length)], palette.Pale, answers ? 0.55f * now.Hit : 0);
        float swell = answers ? 1 + (0.12f * now.Hit) : 1;
        canvas.Scale(swell);
        switch ((int)(stage.Chance(number, laid + 3) * 6))
        {
            case 0:
                canvas.DrawArc(new(-size - half, -size - half, size - half, size - half), 0, 90, true, paint);
                break;
            case 1:
                canvas.DrawArc(new(-half, -half, half, half), 0, 180, true, paint);
                canvas.DrawArc(new(-half, -size, half, 0), 0, 180, true, paint);
                break;
            case 2:
                canvas.DrawCircle(0, 0, half * (0.5f + (0.3f * now.Bands[number % Pulse.BandCount])), paint);
                break;
            case 3:
                for (float x = -half; x < half; x += size / 5)
                {
                    canvas.DrawRect(x, -half, size / 10, size, paint);
                }

                break;
            case 4:
                using (var builder = new SKPathBuilder())
                {
                    builder.AddPoly([new(-half, -half), new(half, half), new(-half, half)], true);
                    using var triangle = builder.Detach();
                    canvas.DrawPath(triangle, paint);
                }

                break;
            default:
                canvas.DrawCircle(-half, -half, half, paint);
                canvas.DrawCircle(half, half, half, paint);
                break;
        }
    }

    private static void Dust(SKCanvas canvas, Stage stage, Moment now)
    {
        using var paint = new SKPaint { IsAntialias = true };
        for (int i = 0; i < 160; i++)
        {
            float out1 = (stage.Chance(i, 1) + ((40 + now.Flow) * (0.02f + (0.08f * stage.Chance(i, 2))))) % 1;
            float angle = (stage.Chance(i, 3) * MathF.Tau) + (now.Flow * 0.1f);
            float radius = 2.4f + (out1 * stage.Light.Reach);
            paint.Color = stage.Palette.Pale.Fade(MathF.Sin(out1 * MathF.PI) * (0.15f + (0.5f * now.Hats) + (0.4f * now.Hit)));
            canvas.DrawCircle(radius * MathF.Cos(angle), radius * MathF.Sin(angle), 0.02f + (0.05f * stage.Chance(i, 4) * out1), paint);
        }
    }

    private static void Bars(SKCanvas canvas, Stage stage, Moment now)
    {
        int bars = 72 + (8 * (int)(9.99f * stage.Chance(0, 6)));
        var palette = stage.Palette;
        float inner = stage.Choose(1.5f, 2.1f, 7) + (0.28f * now.Hit), turn = (now.Flow * stage.Choose(-0.16f, 0.16f, 8)) + stage.Choose(0, MathF.PI, 9);
        using var paint = new SKPaint { IsAntialias = true, IsStroke = true, StrokeCap = SKStrokeCap.Round, StrokeWidth = 0.07f * stage.Line };
        for (int bar = 0; bar < bars; bar++)
        {
            // Mirrored, so that the circle closes: low below, high above.
            float place = MathF.Abs((2f * bar / bars) - 1);
            float loud = now.Band(place);
            float length = 0.08f + (2.4f * loud * loud * (0.6f + (0.4f * now.Energy)));
            float angle = (bar * MathF.Tau / bars) + turn - (MathF.PI / 2);
            var way = new SKPoint(MathF.Cos(angle), MathF.Sin(angle));
            paint.Color = Mix(Mix(palette.Main, palette.Cool, place), palette.Accent, MathF.Max(0, (1.8f * loud) - 0.9f)).Fade(0.55f + (0.45f * loud));
            canvas.DrawLine(way.X * inner, way.Y * inner, way.X * (inner + length), way.Y * (inner + length), paint);
            paint.Color = paint.Color.Fade(0.25f);
            canvas.DrawLine(way.X * (inner - 0.12f), way.Y * (inner - 0.12f), way.X * (inner - 0.12f - (0.3f * length)), way.Y * (inner - 0.12f - (0.3f * length)), paint);
        }
    }

    private static void Wave(SKCanvas canvas, Stage stage, Moment now)
    {
        using var builder = new SKPathBuilder();
        var wave = now.Wave.Span;
        const int points = 180;
        float radius = 1.0f + (0.2f * now.Hit);
        for (int i = 0; i <= points; i++)
        {
            // Both ends run out, so that the ring closes.
            float part = i / (float)points, weight = MathF.Sin(part * MathF.PI);
            float angle = (part * MathF.Tau) + (MathF.PI / 2);
            float out1 = radius + (0.5f * weight * (wave.IsEmpty ? 0 : wave[Math.Min(wave.Length - 1, i * wave.Length / points)]));
            var point = new SKPoint(out1 * MathF.Cos(angle), out1 * MathF.Sin(angle));
            if (i == 0)
            {
                builder.MoveTo(point);
            }
            else
            {
                builder.LineTo(point);
            }
        }

        using var ring = builder.Detach();
        using var paint = new SKPaint { IsAntialias = true, IsStroke = true, StrokeWidth = 0.06f * stage.Line, Color = Mix(stage.Palette.Pale, stage.Palette.Warm, now.Hit).Fade(0.9f), StrokeJoin = SKStrokeJoin.Round };
        canvas.DrawPath(ring, paint);
    }

    private static void Ridge(SKCanvas canvas, Stage stage, Moment now, float age, int number, float[] bands, SKPaint body, SKPaint line)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        float bottom = light.HalfHeight * 0.86f, top = -light.HalfHeight * 0.55f;
        float y = bottom + ((top - bottom) * age);
        float width = light.HalfWidth * (0.92f - (0.22f * age));
        using var builder = new SKPathBuilder();
        for (int point = 0; point <= RidgePoints; point++)
        {
            float across = ((2f * point) / RidgePoints) - 1;
            float middle = MathF.Exp(-across * across * 5.5f);
            float at = MathF.Abs(across) * 0.9f * (Pulse.BandCount - 1);
            int below = Math.Min((int)at, Pulse.BandCount - 2);
            float loud = bands[below] + ((bands[below + 1] - bands[below]) * (at - below));
            float rough = stage.Chance((number * 131) + point, 1) - 0.3f;
            float height = (middle * ((2.1f * loud * loud) + (0.55f * rough * loud))) + (0.05f * rough);
            var place = new SKPoint(across * width, y - (height * (1 - (0.35f * age))));
            if (point == 0)
            {
                builder.MoveTo(place);
            }
            else
            {
                builder.LineTo(place);
            }
        }

        using var ridge = builder.Snapshot();
        builder.LineTo(width, light.HalfHeight + 1);
        builder.LineTo(-width, light.HalfHeight + 1);
        builder.Close();
        using var filled = builder.Detach();
        body.Color = Mix(palette.Ground, palette.Deep, 0.55f * age);
        canvas.DrawPath(filled, body);
        float fresh = MathF.Exp(-age * 7) * now.Hit;
        line.Color = Mix(Mix(palette.Pale, palette.Main, 1.3f * age), palette.Accent, (number % 8 == 0 ? 0.9f : 0) + fresh).Fade((1 - (0.55f * age)) * (0.85f + (0.15f * now.Level)));
        line.StrokeWidth = stage.Line * (0.055f - (0.03f * age) + (0.04f * fresh));
        canvas.DrawPath(ridge, line);
    }

    private static float Ease(float part)
    {
        float left = 1 - Math.Clamp(part, 0, 1);
        return 1 - (left * left * left);
    }
}
