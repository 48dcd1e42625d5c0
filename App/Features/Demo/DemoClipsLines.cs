using SkiaSharp;
using static Downbeat.Features.Demo.DemoClipsPalette;

namespace Downbeat.Features.Demo;

/// <summary>The clips made of lines.</summary>
internal static class DemoClipsLines
{
    private const float HorizonY = 0.35f;
    private const float CameraHeight = 1.15f;
    private const int TunnelCorners = 6;
    private const int TunnelRings = 38;
    private const float TunnelSpacing = 0.62f;
    private const int SunStripes = 7;

    /// <summary>A night drive over a grid of hills towards a low, striped sun.</summary>
    public static void Horizon(DemoClipsLight light, float seconds)
    {
        light.Clear(SKColors.Black);
        light.Sketch(canvas =>
        {
            Sky(canvas);
            Sun(canvas, seconds);
            Hills(canvas, seconds);
        });
    }

    /// <summary>Hexagons that fly by, turning.</summary>
    public static void Tunnel(DemoClipsLight light, float seconds)
    {
        light.Clear(Night);
        light.Glow(0, 0, 5, Violet, 0.16f);
        light.Sketch(canvas => Rings(canvas, seconds));
    }

    private static void Rings(SKCanvas canvas, float seconds)
    {
        using var paint = new SKPaint { IsStroke = true, IsAntialias = true, BlendMode = SKBlendMode.Plus };
        float travel = seconds * 7;
        int passed = (int)travel;
        SKPoint[]? nearer = null;
        for (int i = 0; i < TunnelRings; i++)
        {
            float depth = ((i + 1 - (travel - passed)) * TunnelSpacing) + 0.1f;
            int number = passed + i;
            var ring = Ring(number, depth, seconds);
            float near = MathF.Exp(-depth * 0.13f) * MathF.Min(1, ((TunnelRings * TunnelSpacing) - depth) / 4);
            bool accent = number % 6 == 0;
            paint.Color = (accent ? Coral : Mix(Blue, Violet, 0.5f + (0.5f * MathF.Sin(number * 0.45f)))).Fade(near);
            paint.StrokeWidth = (accent ? 0.4f : 0.2f) / MathF.Max(depth, 0.8f);
            using var path = new SKPathBuilder();
            path.AddPoly(ring, true);
            using var outline = path.Detach();
            canvas.DrawPath(outline, paint);
            if (nearer is not null)
            {
                paint.Color = Violet.Fade(near * 0.6f);
                paint.StrokeWidth = 0.1f / depth;
                for (int corner = 0; corner < TunnelCorners; corner++)
                {
                    canvas.DrawLine(nearer[corner], ring[corner], paint);
                }
            }

            nearer = ring;
        }
    }

    private static SKPoint[] Ring(int number, float depth, float seconds)
    {
        float radius = 5.6f / depth;
        float turn = (number * 0.065f) + (seconds * 0.35f);
        // The tunnel bends: far rings follow a path that sways.
        float bend = depth * depth / (depth + 9) * 0.16f;
        float x = MathF.Sin((number * 0.07f) + 0.6f) * bend;
        float y = MathF.Cos(number * 0.052f) * bend * 0.6f;
        return
        [
            .. Enumerable.Range(0, TunnelCorners).Select(corner =>
            {
                float angle = turn + (corner * MathF.Tau / TunnelCorners);
                return new SKPoint(x + (radius * MathF.Cos(angle)), y + (radius * MathF.Sin(angle)));
            }),
        ];
    }

    private static void Sky(SKCanvas canvas)
    {
        using var fall = SKShader.CreateLinearGradient(
            new(0, -4.5f), new(0, HorizonY + 0.3f), [Night, Indigo, Mix(Indigo, Violet, 0.55f), Mix(Violet, Coral, 0.6f)], [0, 0.5f, 0.82f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = fall, IsDither = true };
        canvas.DrawRect(new(-8, -4.5f, 8, HorizonY + 0.6f), paint);
        using var star = new SKPaint { IsAntialias = true };
        for (int i = 0; i < 110; i++)
        {
            float y = -4.4f + (Chance(i, 2) * Chance(i, 3) * 4);
            star.Color = Lilac.Fade(0.25f + (0.6f * Chance(i, 4)));
            canvas.DrawCircle((Chance(i, 1) * 16) - 8, y, 0.012f + (0.02f * Chance(i, 5)), star);
        }
    }

    private static void Sun(SKCanvas canvas, float seconds)
    {
        const float radius = 2.35f;
        var centre = new SKPoint(0, -1.05f);
        using var fall = SKShader.CreateLinearGradient(new(0, centre.Y - radius), new(0, centre.Y + radius), [Amber, Coral, Violet], [0, 0.55f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = fall, IsAntialias = true };
        float top = centre.Y - radius;
        for (int i = 0; i <= SunStripes; i++)
        {
            float place = (i + (seconds * 0.6f % 1)) / SunStripes;
            float gap = centre.Y - 0.15f + (place * (radius + 0.15f));
            canvas.Save();
            canvas.ClipRect(new(-radius, top, radius, gap), SKClipOperation.Intersect, antialias: true);
            canvas.DrawCircle(centre, radius, paint);
            canvas.Restore();
            top = gap + 0.03f + (0.17f * place);
        }
    }

    private static void Hills(SKCanvas canvas, float seconds)
    {
        const int rows = 34, columns = 30;
        const float spacing = 0.62f;
        float travel = seconds * 4.2f;
        int passed = (int)(travel / spacing);
        var points = new SKPoint[rows, (columns * 2) + 1];
        for (int row = 0; row < rows; row++)
        {
            float depth = ((row + 1) * spacing) - (travel % spacing) + 0.55f;
            for (int column = -columns; column <= columns; column++)
            {
                float x = column * spacing;
                float height = HillAt(column, row + passed);
                points[row, column + columns] = new(x / depth * 6.2f, HorizonY + ((CameraHeight - height) / depth * 6.2f));
            }
        }

        using var ground = new SKPaint { Color = Mix(Night, Indigo, 0.35f), IsAntialias = true };
        using var line = new SKPaint { IsStroke = true, IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };
        for (int row = rows - 2; row >= 0; row--)
        {
            float near = 1 - ((float)row / rows);
            ground.Color = Mix(Mix(Indigo, Violet, 0.3f), Night, MathF.Pow(near, 0.6f));
            line.Color = Mix(Mix(Violet, Coral, 0.55f), Mix(Blue, Violet, 0.35f), MathF.Min(1, near * 1.6f)).Fade(0.35f + (0.65f * near));
            line.StrokeWidth = 0.012f + (0.035f * near * near);
            using var strip = new SKPathBuilder();
            using var grid = new SKPathBuilder();
            for (int i = 0; i <= columns * 2; i++)
            {
                Trace(strip, points[row + 1, i], i == 0);
                Trace(grid, points[row, i], i == 0);
            }

            for (int i = columns * 2; i >= 0; i--)
            {
                strip.LineTo(points[row, i]);
                grid.MoveTo(points[row, i]);
                grid.LineTo(points[row + 1, i]);
            }

            strip.Close();
            using var body = strip.Detach();
            using var wires = grid.Detach();
            canvas.DrawPath(body, ground);
            canvas.DrawPath(wires, line);
        }
    }

    private static void Trace(SKPathBuilder path, SKPoint point, bool first)
    {
        if (first)
        {
            path.MoveTo(point);
        }
        else
        {
            path.LineTo(point);
        }
    }

    // Flat where the road is, rising to both sides.
    private static float HillAt(int column, int row)
    {
        float side = Math.Clamp((Math.Abs(column) - 3) / 9f, 0, 1);
        float rough = MathF.Sin((column * 0.55f) + (row * 0.23f)) + MathF.Sin((column * 0.31f) - (row * 0.37f) + 2) + (1.2f * Chance(column + 500, row));
        return side * (0.35f + (0.42f * MathF.Max(0, rough)));
    }
}
