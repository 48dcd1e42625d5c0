using SkiaSharp;
using static Downbeat.Features.Clips.Drawing.Colours;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visual of a land in the open.</summary>
internal static class VisualLand
{
    private const int Layers = 6;
    private const float Step = 0.22f;

    /// <summary>Hills one behind the other, that a slow flight passes; the sun breathes with the bass drum, mist with the voice, fireflies are the high sounds.</summary>
    public static void Valley(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        float sunX = stage.Choose(-0.5f, 0.5f, 1) * light.HalfWidth, sunY = -light.HalfHeight * stage.Choose(0.1f, 0.45f, 2);
        light.Clear(SKColors.Black);
        light.Sketch(canvas =>
        {
            Sky(canvas, stage, now, sunX, sunY);
            for (int layer = 0; layer < Layers; layer++)
            {
                Hills(canvas, stage, now, layer);
            }
        });
        light.Glow(sunX, sunY, 4.5f + (2 * now.Hit), palette.Warm, 0.16f + (0.4f * now.Hit));
        for (int i = 0; i < 46; i++)
        {
            float flicker = now.Bands[Pulse.BandCount - 1 - (i % 12)];
            float x = ((((stage.Chance(i, 30) * 2 * light.HalfWidth) + (now.Flow * (0.3f + stage.Chance(i, 31)))) % (2 * light.HalfWidth)) - light.HalfWidth) + (0.3f * MathF.Sin(now.Flow + i));
            float y = (light.HalfHeight * (0.15f + (0.8f * stage.Chance(i, 32)))) + (0.25f * MathF.Sin((now.Flow * 1.3f) + (i * 2)));
            light.Spot(x, y, 0.018f + (0.02f * stage.Chance(i, 33)), palette.Warm, 0.1f + (1.7f * flicker * flicker), 0, 0.05f);
        }
    }

    private static void Sky(SKCanvas canvas, Stage stage, Moment now, float sunX, float sunY)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        float wide = light.HalfWidth + 2, high = light.HalfHeight + 1;
        using var fall = SKShader.CreateLinearGradient(
            new(0, -high), new(0, high * 0.7f), [Mix(palette.Ground, palette.Deep, 0.5f), palette.Deep, Mix(palette.Cool, palette.Accent, 0.35f), Mix(palette.Warm, palette.Accent, 0.4f)], [0, 0.35f, 0.72f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = fall, IsDither = true, IsAntialias = true };
        canvas.DrawRect(new(-wide, -high, wide, high), paint);
        paint.Shader = null;
        paint.Color = Mix(palette.Warm, palette.Pale, 0.35f + (0.5f * now.Hit));
        canvas.DrawCircle(sunX, sunY, 1.25f + (0.22f * now.Hit), paint);
        paint.Color = palette.Ground.Fade(0.85f);
        paint.IsStroke = true;
        paint.StrokeCap = SKStrokeCap.Round;
        paint.StrokeWidth = 0.035f * stage.Line;
        for (int i = 0; i < 9; i++)
        {
            // Birds: two strokes each, that beat with the beats.
            float x = ((((stage.Chance(i / 3, 40) * 16) + (0.6f * (i % 3)) + (now.Seconds * 0.5f)) % (2 * wide)) - wide), y = (-light.HalfHeight * (0.25f + (0.5f * stage.Chance(i / 3, 41)))) + (0.28f * (i % 3));
            float wing = 0.13f + (0.03f * stage.Chance(i, 42)), up = 0.09f * MathF.Sin((now.Beats * MathF.PI) + i);
            canvas.DrawLine(x, y, x - wing, y - 0.05f - up, paint);
            canvas.DrawLine(x, y, x + wing, y - 0.05f - up, paint);
        }
    }

    private static void Hills(SKCanvas canvas, Stage stage, Moment now, int layer)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        float near = (layer + 1f) / Layers, wide = light.HalfWidth + 2, bottom = light.HalfHeight + 2;
        float travel = (now.Flow * (0.1f + (1.1f * near * near))) + (stage.Chance(layer, 50) * 90);
        float loud = now.BandsAgo(0.03 * (Layers - layer))[layer * 4];
        float level = (light.HalfHeight * (-0.02f + (0.95f * near * near))) - (0.18f * loud * (1 - (0.5f * near)));
        using var builder = new SKPathBuilder();
        builder.MoveTo(-wide, bottom);
        for (float x = -wide; x <= wide; x += Step)
        {
            float at = x + travel;
            float rough = (1.1f * MathF.Sin((at * 0.35f) + (layer * 1.7f))) + (0.5f * MathF.Sin((at * 0.9f) + (layer * 4.1f))) + (0.16f * MathF.Sin((at * 2.7f) + layer)) + (near > 0.6f ? Trees(stage, at, layer) : 0);
            builder.LineTo(x, level - (rough * (0.45f + (0.3f * near))));
        }

        builder.LineTo(wide, bottom);
        builder.Close();
        using var path = builder.Detach();
        var body = Mix(Mix(Mix(palette.Cool, palette.Warm, 0.35f), palette.Main, 0.35f), palette.Ground, 0.25f + (0.75f * near));
        var mist = Mix(body, Mix(palette.Warm, palette.Pale, 0.3f), (0.2f + (0.35f * now.Voice)) * (1 - near));
        using var fall = SKShader.CreateLinearGradient(new(0, level - 1), new(0, level + 2.2f), [body, Mix(body, mist, 0.9f)], [0, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { IsAntialias = true, Shader = fall };
        canvas.DrawPath(path, paint);
    }

    // Firs: a saw whose teeth differ.
    private static float Trees(Stage stage, float at, int layer)
    {
        float cell = MathF.Floor(at / 0.44f), part = (at / 0.44f) - cell;
        return (0.12f + (0.6f * stage.Chance((int)cell + 400, layer + 60))) * (1 - MathF.Abs((2 * part) - 1));
    }
}
