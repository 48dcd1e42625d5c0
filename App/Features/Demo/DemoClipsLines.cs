using SkiaSharp;
using static Downbeat.Features.Demo.DemoClipsPalette;

namespace Downbeat.Features.Demo;

/// <summary>The clips made of lines.</summary>
internal static class DemoClipsLines
{
    private const float HorizonY = 0.35f;
    private const float CameraHeight = 1.15f;
    private const float Perspective = 6.2f;
    private const float HillSpacing = 0.62f;
    private const float HillSpeed = 4.2f;
    private const int HillRows = 34;
    private const int HillColumns = 30;
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
        float travel = seconds * HillSpeed;
        int passed = (int)(travel / HillSpacing);
        using var ground = new SKPaint { IsAntialias = true };
        using var line = new SKPaint { IsStroke = true, IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };
        var far = HillRow(HillRows - 1, passed, travel);
        for (int row = HillRows - 2; row >= 0; row--)
        {
            var near = HillRow(row, passed, travel);
            float closeness = 1 - ((float)row / HillRows);
            ground.Color = Mix(Mix(Indigo, Violet, 0.3f), Night, MathF.Pow(closeness, 0.6f));
            line.Color = Mix(Mix(Violet, Coral, 0.55f), Mix(Blue, Violet, 0.35f), MathF.Min(1, closeness * 1.6f)).Fade(0.35f + (0.65f * closeness));
            line.StrokeWidth = 0.014f + (0.036f * closeness * closeness);
            Strip(canvas, near, far, ground, line);
            far = near;
        }
    }

    /// <summary>The ground between two rows, hiding what lies behind it, and its wires.</summary>
    private static void Strip(SKCanvas canvas, SKPoint[] near, SKPoint[] far, SKPaint ground, SKPaint line)
    {
        // Only what can be seen: most of a near row lies beside the screen. The far row is the narrower one and decides.
        int first = Math.Max(0, Array.FindIndex(far, point => point.X > DemoClipsLight.Left) - 1);
        int last = Math.Min(far.Length - 1, Array.FindLastIndex(far, point => point.X < -DemoClipsLight.Left) + 1);
        using var body = new SKPathBuilder();
        using var wires = new SKPathBuilder();
        body.MoveTo(near[first]);
        wires.MoveTo(near[first]);
        for (int i = first + 1; i <= last; i++)
        {
            body.LineTo(near[i]);
            wires.LineTo(near[i]);
        }

        for (int i = last; i >= first; i--)
        {
            body.LineTo(far[i]);
            wires.MoveTo(near[i]);
            wires.LineTo(far[i]);
        }

        body.Close();
        using var hill = body.Detach();
        using var grid = wires.Detach();
        canvas.DrawPath(hill, ground);
        canvas.DrawPath(grid, line);
    }

    private static SKPoint[] HillRow(int row, int passed, float travel)
    {
        float depth = ((row + 1) * HillSpacing) - (travel % HillSpacing) + 0.55f;
        return
        [
            .. Enumerable.Range(-HillColumns, (HillColumns * 2) + 1).Select(column => new SKPoint(
                column * HillSpacing / depth * Perspective,
                HorizonY + ((CameraHeight - HillAt(column, row + passed)) / depth * Perspective))),
        ];
    }

    // Flat where the road is, rising to both sides.
    private static float HillAt(int column, int row)
    {
        float side = Math.Clamp((Math.Abs(column) - 3) / 9f, 0, 1);
        float rough = MathF.Sin((column * 0.55f) + (row * 0.23f)) + MathF.Sin((column * 0.31f) - (row * 0.37f) + 2) + (1.2f * Chance(column + 500, row));
        return side * (0.35f + (0.42f * MathF.Max(0, rough)));
    }
}
