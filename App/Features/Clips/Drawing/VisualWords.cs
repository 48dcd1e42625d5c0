using SkiaSharp;
using static Downbeat.Features.Clips.Drawing.Colours;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visual made of letters.</summary>
internal static class VisualWords
{
    private const float Tallest = 2.6f;
    private const float LineHeight = 1.06f;

    /// <summary>The words that are sung, large, each as it comes.</summary>
    public static void Words(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        light.Clear(palette.Ground);
        light.Glow(light.HalfWidth * MathF.Sin(now.Flow * 0.3f), light.HalfHeight * 0.8f, 8, palette.Deep, 0.9f);
        light.Glow(-light.HalfWidth * 0.7f, -light.HalfHeight * MathF.Cos(now.Flow * 0.2f), 6, palette.Main, 0.16f + (0.4f * now.Hit));
        light.Sketch(canvas =>
        {
            Stripes(canvas, stage, now);
            var line = Line(stage.Words, now.Seconds);
            if (line.Count > 0)
            {
                Write(canvas, stage, now, line);
            }
        });
    }

    /// <summary>The line that is sung: the words between two breaks, up to the next one.</summary>
    private static List<StageWord> Line(IReadOnlyList<StageWord> words, float seconds)
    {
        var lines = words.GroupBy(word => word.Line).ToList();
        var sung = lines.FindLastIndex(line => line.First().Start <= seconds + 0.05);
        return lines.Count == 0 ? [] : [.. lines[Math.Max(0, sung)]];
    }

    private static void Stripes(SKCanvas canvas, Stage stage, Moment now)
    {
        using var paint = new SKPaint { IsAntialias = true, IsStroke = true };
        for (int i = 0; i < Pulse.BandCount; i++)
        {
            float y = -stage.Light.HalfHeight + ((i + 0.5f) * 2 * stage.Light.HalfHeight / Pulse.BandCount);
            float length = stage.Light.HalfWidth * 1.1f * now.Bands[i] * now.Bands[i];
            paint.StrokeWidth = stage.Line * 0.05f;
            paint.Color = Mix(stage.Palette.Cool, stage.Palette.Accent, i / (float)Pulse.BandCount).Fade(0.12f + (0.25f * now.Energy));
            float side = stage.Chance(0, 1) > 0.5f ? 1 : -1;
            canvas.DrawLine(side * (stage.Light.HalfWidth + 1), y, side * (stage.Light.HalfWidth + 1 - length), y, paint);
        }
    }

    private static void Write(SKCanvas canvas, Stage stage, Moment now, List<StageWord> words)
    {
        using var font = new SKFont(stage.Face, 1) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };
        var (rows, size) = Fit(font, words, 2 * stage.Light.HalfWidth * 0.86f, 2 * stage.Light.HalfHeight * 0.8f);
        font.Size = size;
        float space = font.MeasureText(" ");
        using var paint = new SKPaint { IsAntialias = true };
        float y = ((1 - rows.Count) * size * LineHeight / 2) + (size * 0.35f);
        foreach (var row in rows)
        {
            float x = -row.Sum(word => font.MeasureText(word.Text) + space) / 2;
            foreach (var word in row)
            {
                float wide = font.MeasureText(word.Text);
                Letter(canvas, stage, now, word, font, paint, x, y, wide);
                x += wide + space;
            }

            y += size * LineHeight;
        }
    }

    private static void Letter(SKCanvas canvas, Stage stage, Moment now, StageWord word, SKFont font, SKPaint paint, float x, float y, float wide)
    {
        float since = now.Seconds - (float)word.Start;
        float come = Math.Clamp((since / 0.12f) + 0.3f, 0, 1);
        bool isSung = since >= -0.03f && now.Seconds < word.End + 0.05f;
        float pop = since < 0 ? 0.94f : 1 + (0.12f * MathF.Exp(-since / 0.12f)) + (isSung ? 0.04f * now.Hit : 0);
        canvas.Save();
        canvas.Translate(x + (wide / 2), y - (font.Size * 0.35f));
        canvas.Scale(pop);
        canvas.Translate(-wide / 2, font.Size * 0.35f);
        paint.Color = since < -0.03f ? stage.Palette.Main.Fade(0.22f) : Mix(stage.Palette.Pale, stage.Palette.Accent, isSung ? 0.85f : 0.05f).Fade(come);
        canvas.DrawText(word.Text, 0, 0, SKTextAlign.Left, font, paint);
        canvas.Restore();
    }

    /// <summary>The words in rows, as large as they go.</summary>
    private static (List<List<StageWord>> Rows, float Size) Fit(SKFont font, List<StageWord> words, float width, float height)
    {
        for (float size = Tallest; ; size *= 0.9f)
        {
            font.Size = size;
            List<List<StageWord>> rows = [[]];
            float filled = 0, space = font.MeasureText(" "), widest = 0;
            foreach (var word in words)
            {
                float wide = font.MeasureText(word.Text);
                if (filled > 0 && filled + wide > width)
                {
                    rows.Add([]);
                    filled = 0;
                }

                rows[^1].Add(word);
                filled += wide + space;
                widest = Math.Max(widest, filled - space);
            }

            if ((widest <= width && rows.Count * size * LineHeight <= height) || size < 0.2f)
            {
                return (rows, size);
            }
        }
    }
}
