using SkiaSharp;
using static Downbeat.Features.Clips.Drawing.Colours;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visuals that go into depth: a land of hills, and a tunnel.</summary>
internal static class VisualLines
{
    private const float HorizonY = 0.35f;
    private const float CameraHeight = 1.15f;
    private const float Perspective = 6.2f;
    private const float HillSpacing = 0.62f;
    private const int HillRows = 34;
    private const int HillColumns = 30;
    private const int TunnelRings = 38;
    private const float TunnelSpacing = 0.62f;
    private const int SunStripes = 7;

    /// <summary>A drive over a land whose hills are the spectrum, towards a low sun that grows with the bass drum.</summary>
    public static void Horizon(Stage stage, Moment now)
    {
        stage.Light.Clear(SKColors.Black);
        stage.Light.Sketch(canvas =>
        {
            Sky(canvas, stage, now);
            Sun(canvas, stage, now);
            Hills(canvas, stage, now);
        });
        stage.Light.Glow(0, -1.05f, 5 + (2 * now.Hit), stage.Palette.Accent, 0.06f + (0.24f * now.Hit));
    }

    /// <summary>Rings that fly by, turning; each stroke of the bass drum lights one far away, and it comes.</summary>
    public static void Tunnel(Stage stage, Moment now)
    {
        stage.Light.Clear(stage.Palette.Ground);
        stage.Light.Glow(0, 0, 4 + (3 * now.Hit), stage.Palette.Main, 0.14f + (0.5f * now.Hit));
        stage.Light.Sketch(canvas => Rings(canvas, stage, now));
    }

    private static void Rings(SKCanvas canvas, Stage stage, Moment now)
    {
        var palette = stage.Palette;
        int corners = 3 + (int)(stage.Chance(0, 1) * 5.99f);
        using var paint = new SKPaint { IsStroke = true, IsAntialias = true, BlendMode = SKBlendMode.Plus };
        float travel = 40 + (now.Flow * 3.4f);
        int passed = (int)travel;
        SKPoint[]? nearer = null;
        for (int i = 0; i < TunnelRings; i++)
        {
            float depth = ((i + 1 - (travel - passed)) * TunnelSpacing) + 0.1f;
            int number = passed + i;
            var ring = Ring(stage, number, corners, depth, now);
            float near = MathF.Exp(-depth * 0.13f) * MathF.Min(1, ((TunnelRings * TunnelSpacing) - depth) / 4);
            bool accent = number % 6 == 0;
            float flash = Flash(now, depth);
            paint.Color = Mix(accent ? palette.Accent : Mix(palette.Cool, palette.Main, 0.5f + (0.5f * MathF.Sin(number * 0.45f))), palette.Pale, (0.5f * flash) + (0.3f * now.Hit)).Fade(near * (0.4f + (0.25f * now.Energy) + (0.75f * now.Hit) + (0.5f * flash)));
            paint.StrokeWidth = stage.Line * (accent ? 0.4f : 0.2f) * (0.85f + (0.5f * now.Hit) + (0.6f * flash)) / MathF.Max(depth, 0.8f);
            using var path = new SKPathBuilder();
            path.AddPoly(ring, true);
            using var outline = path.Detach();
            canvas.DrawPath(outline, paint);
            if (nearer is not null)
            {
                paint.Color = palette.Main.Fade(near * (0.3f + (0.5f * now.Bass)));
                paint.StrokeWidth = stage.Line * 0.1f / depth;
                for (int corner = 0; corner < corners; corner++)
                {
                    canvas.DrawLine(nearer[corner], ring[corner], paint);
                }
            }

            nearer = ring;
        }
    }

    // A stroke runs from far to near in four tenths of a second.
    private static float Flash(Moment now, float depth) => now.Strokes.TakeWhile(stroke => stroke.Age < 0.5f)
        .Sum(stroke => stroke.Strength * MathF.Exp(-MathF.Pow((depth - (TunnelRings * TunnelSpacing * MathF.Pow(1 - (stroke.Age / 0.5f), 2))) / 2.2f, 2)));

    private static SKPoint[] Ring(Stage stage, int number, int corners, float depth, Moment now)
    {
        float radius = (5.6f + (0.5f * now.Hit)) / depth;
        float turn = (number * stage.Choose(0.03f, 0.1f, 2)) + (now.Flow * 0.35f) + (MathF.Floor(now.Bars) % 2 * 0.1f);
        // The tunnel bends: far rings follow a path that sways.
        float bend = depth * depth / (depth + 9) * stage.Choose(0.08f, 0.22f, 3);
        float x = MathF.Sin((number * 0.07f) + 0.6f) * bend;
        float y = MathF.Cos(number * 0.052f) * bend * 0.6f;
        return
        [
            .. Enumerable.Range(0, corners).Select(corner =>
            {
                float angle = turn + (corner * MathF.Tau / corners);
                return new SKPoint(x + (radius * MathF.Cos(angle)), y + (radius * MathF.Sin(angle)));
            }),
        ];
    }

    private static void Sky(SKCanvas canvas, Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        float wide = light.HalfWidth + 3, high = light.HalfHeight + 1.5f;
        using var fall = SKShader.CreateLinearGradient(
            new(0, -high), new(0, HorizonY + 0.3f), [palette.Ground, palette.Deep, Mix(palette.Deep, palette.Main, 0.45f), Mix(palette.Main, palette.Accent, 0.6f)], [0, 0.5f, 0.84f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = fall, IsDither = true };
        canvas.DrawRect(new(-wide, -high, wide, HorizonY + 0.6f), paint);
        using var star = new SKPaint { IsAntialias = true };
        for (int i = 0; i < 130; i++)
        {
            float fallen = stage.Chance(i, 2) * stage.Chance(i, 3);
            float twinkle = i % 3 == 0 ? 0.3f + (0.9f * now.Hats) : 0.7f;
            star.Color = palette.Pale.Fade((0.25f + (0.6f * stage.Chance(i, 4))) * twinkle);
            canvas.DrawCircle((stage.Chance(i, 1) * 2 * wide) - wide, -high + (fallen * high), 0.014f + (0.022f * stage.Chance(i, 5)), star);
        }
    }

    private static void Sun(SKCanvas canvas, Stage stage, Moment now)
    {
        var palette = stage.Palette;
        float radius = 2.2f + (0.42f * now.Hit);
        var centre = new SKPoint(0, -1.05f);
        using var fall = SKShader.CreateLinearGradient(
            new(0, centre.Y - radius), new(0, centre.Y + radius), [Mix(palette.Warm, palette.Pale, 0.25f * now.Hit), palette.Accent, palette.Main], [0, 0.55f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = fall, IsAntialias = true };
        float top = centre.Y - radius;
        for (int i = 0; i <= SunStripes; i++)
        {
            float place = (i + (now.Flow * 0.6f % 1)) / SunStripes;
            float gap = centre.Y - 0.15f + (place * (radius + 0.15f));
            canvas.Save();
            canvas.ClipRect(new(-radius, top, radius, gap), SKClipOperation.Intersect, antialias: true);
            canvas.DrawCircle(centre, radius, paint);
            canvas.Restore();
            top = gap + 0.04f + (0.2f * place);
        }
    }

    private static void Hills(SKCanvas canvas, Stage stage, Moment now)
    {
        var palette = stage.Palette;
        float travel = 100 + (now.Flow * 2.4f);
        int passed = (int)(travel / HillSpacing);
        using var ground = new SKPaint { IsAntialias = true };
        using var line = new SKPaint { IsStroke = true, IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };
        var far = HillRow(stage, HillRows - 1, passed, travel, now);
        for (int row = HillRows - 2; row >= 0; row--)
        {
            var near = HillRow(stage, row, passed, travel, now);
            float closeness = 1 - ((float)row / HillRows);
            // A stroke runs over the land towards the eye.
            float flash = now.Strokes.TakeWhile(stroke => stroke.Age < 0.7f).Sum(stroke => stroke.Strength * MathF.Exp(-MathF.Pow((closeness - (stroke.Age / 0.7f)) / 0.12f, 2)));
            ground.Color = Mix(Mix(palette.Deep, palette.Main, 0.3f), palette.Ground, MathF.Pow(closeness, 0.6f));
            line.Color = Mix(Mix(Mix(palette.Main, palette.Accent, 0.55f), Mix(palette.Cool, palette.Main, 0.35f), MathF.Min(1, closeness * 1.6f)), palette.Pale, 0.8f * flash)
                .Fade(0.35f + (0.65f * closeness) + flash);
            line.StrokeWidth = stage.Line * (0.014f + (0.036f * closeness * closeness)) * (1 + flash);
            Strip(canvas, stage.Light.HalfWidth + 1, near, far, ground, line);
            far = near;
        }
    }

    /// <summary>The ground between two rows, hiding what lies behind it, and its wires.</summary>
    private static void Strip(SKCanvas canvas, float edge, SKPoint[] near, SKPoint[] far, SKPaint ground, SKPaint line)
    {
        // Only what can be seen: most of a near row lies beside the screen. The far row is the narrower one and decides.
        int first = Math.Max(0, Array.FindIndex(far, point => point.X > -edge) - 1);
        int last = Math.Min(far.Length - 1, Array.FindLastIndex(far, point => point.X < edge) + 1);
        var wires = new SKPoint[4 * Math.Max(0, last - first)];
        using var body = new SKPathBuilder();
        body.MoveTo(near[first]);
        for (int i = first + 1; i <= last; i++)
        {
            body.LineTo(near[i]);
            (wires[4 * (i - first - 1)], wires[(4 * (i - first - 1)) + 1]) = (near[i - 1], near[i]);
            (wires[(4 * (i - first - 1)) + 2], wires[(4 * (i - first - 1)) + 3]) = (near[i], far[i]);
        }

        for (int i = last; i >= first; i--)
        {
            body.LineTo(far[i]);
        }

        body.Close();
        using var hill = body.Detach();
        canvas.DrawPath(hill, ground);
        canvas.DrawPoints(SKPointMode.Lines, wires, line);
    }

    private static SKPoint[] HillRow(Stage stage, int row, int passed, float travel, Moment now)
    {
        float depth = ((row + 1) * HillSpacing) - (travel % HillSpacing) + 0.55f;
        var heard = now.BandsAgo(row / 30.0);
        return
        [
            .. Enumerable.Range(-HillColumns, (HillColumns * 2) + 1).Select(column => new SKPoint(
                column * HillSpacing / depth * Perspective,
                HorizonY + ((CameraHeight - HillAt(stage, column, row + passed, heard)) / depth * Perspective))),
        ];
    }

    // Flat where the road is, rising to both sides: low sounds near the road, high ones far from it.
    private static float HillAt(Stage stage, int column, int row, float[] heard)
    {
        float side = Math.Clamp((Math.Abs(column) - 2) / 7f, 0, 1);
        float rough = MathF.Sin((column * 0.55f) + (row * 0.23f)) + MathF.Sin((column * 0.31f) - (row * 0.37f) + 2) + (1.2f * stage.Chance(column + 500, row));
        float loud = heard[Math.Min(heard.Length - 1, Math.Abs(column))];
        return side * (0.22f + (0.3f * MathF.Max(0, rough)) + (0.75f * loud * loud));
    }
}
