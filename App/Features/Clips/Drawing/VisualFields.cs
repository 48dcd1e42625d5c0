using System.Numerics;
using static Downbeat.Features.Clips.Drawing.Colours;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visuals whose every pixel is computed.</summary>
internal static class VisualFields
{
    private const int Drops = 8;
    private const float Steepness = 1.1f;
    private const float Softness = 0.1f;

    /// <summary>Cloth of light, folding with the music: sines that bend each other's space.</summary>
    public static void Silk(Stage stage, Moment now)
    {
        var palette = stage.Palette;
        float time = now.Flow * 0.8f, start = 20 * stage.Chance(0, 1), bend = 0.52f + (0.1f * now.Energy) + (0.12f * now.Hit), sheenGain = 0.3f + (0.5f * now.Hit), warmFrom = 0.8f - (0.2f * now.Voice);
        stage.Light.Shade((Lanes x, Lanes y, out Tint colour) =>
        {
            var u = (x * 0.21f) - (y * 0.115f);
            var v = (x * 0.115f) + (y * 0.21f);
            for (int i = 1; i < 5; i++)
            {
                u += Vector.Sin((v * (1.5f * i)) + new Lanes(start + (time * 0.85f) + (0.7f * i))) * (bend / i);
                v += Vector.Cos((u * (1.3f * i)) - new Lanes((time * 0.7f) - (1.9f * i))) * (bend / i);
            }

            var fold = Wave((u * 2.4f) + (v * 1.6f));
            var ridge = Wave((u * 3.4f) - (v * 2.1f) + new Lanes(0.8f));
            var sheen = ridge * ridge * ridge * ridge * ridge;
            var warm = Step(warmFrom, 1.02f, Wave((v * 1.9f) - (u * 0.8f) + new Lanes((time * 0.35f) + 2)));
            colour = Tint.Of(palette.Ground).To(palette.Deep, Step(0, 0.45f, fold)).To(palette.Main, Step(0.35f, 1, fold) * (0.7f + (0.2f * now.Hit)));
            colour = colour.To(palette.Cool, Step(0.3f, 0.9f, Vector.Sin((v * 2.2f) + new Lanes(0.4f))) * 0.55f).To(palette.Accent, warm * 0.9f);
            colour = colour.Plus(palette.Main, sheen * sheenGain * (Lanes.One - warm)).Plus(palette.Warm, sheen * sheenGain * warm);
        });
    }

    /// <summary>A mirror of lines, many times around, that turns and breathes.</summary>
    public static void Mandala(Stage stage, Moment now)
    {
        var palette = stage.Palette;
        float turn = now.Flow * 0.22f, ringSize = 0.34f + (0.07f * now.Hit), ink2 = stage.Line * (0.6f + (0.5f * now.Energy) + (0.9f * now.Hit)), heart = 0.1f + (0.25f * now.Hit);
        float a = stage.Choose(0.42f, 0.6f, 1), b = stage.Choose(0.22f, 0.38f, 2), twist = stage.Choose(0.3f, 0.6f, 3), breath = 0.05f * now.Bass;
        stage.Light.Shade((Lanes x, Lanes y, out Tint colour) =>
        {
            var radius = Vector.SquareRoot((x * x) + (y * y));
            var (u, v) = Turn(x, y, turn);
            // Mirrors at 0, 90, 60 and 30 degrees fold the plane into one of twelve equal wedges.
            (u, v) = (Vector.Abs(u), Vector.Abs(v));
            (u, v) = Mirror(u, v, 0.5f, -0.8660254f);
            v = Vector.Abs(v);
            (u, v) = Mirror(u, v, 0.5f, -0.8660254f);
            (u, v) = (u * 0.36f, Vector.Abs(v) * 0.36f);
            colour = Tint.Of(Mix(palette.Ground, palette.Deep, 0.5f)).To(palette.Ground, Step(0, 6, radius));
            for (int i = 0; i < 4; i++)
            {
                u = Vector.Abs(u) - new Lanes(a + (0.1f * MathF.Sin((now.Flow * 0.9f) + i)) + breath);
                v = Vector.Abs(v) - new Lanes(b + (0.08f * MathF.Cos((now.Flow * 0.7f) + (i * 1.7f))));
                (u, v) = Turn(u * 1.12f, v * 1.12f, twist + (now.Flow * 0.16f) + (i * 0.35f));
                var circle = Vector.Abs(Vector.SquareRoot((u * u) + (v * v)) - new Lanes(ringSize + (0.1f * MathF.Sin((now.Flow * 1.3f) + i))));
                var cross = Vector.Min(Vector.Abs(u), Vector.Abs(v));
                var ink = (new Lanes(0.0085f) / (circle + new Lanes(0.0105f))) + (new Lanes(0.0022f) / (cross + new Lanes(0.012f)));
                colour = colour.Plus(i == 2 ? palette.Accent : Mix(palette.Cool, palette.Main, i / 3f), ((ink * 0.36f) + (ink * ink * 1.1f)) * ink2);
            }

            colour = colour.Plus(palette.Warm, new Lanes(heart) / ((radius * radius) + new Lanes(0.3f)));
        });
    }

    /// <summary>Drops that melt into each other, swelling with the bass: a sum of fields, lit by the slope of that sum.</summary>
    public static void Mercury(Stage stage, Moment now)
    {
        var palette = stage.Palette;
        var (wide, high) = (stage.Light.HalfWidth * 0.65f, stage.Light.HalfHeight * 0.62f);
        var drops = Enumerable.Range(0, Drops).Select(i =>
        {
            float phase = stage.Chance(i, 1) * 20, size = 0.8f + (0.5f * (i * 0.618f % 1)) + (0.35f * (i % 2 == 0 ? now.Hit : now.Bass));
            return (X: wide * MathF.Sin((now.Flow * (0.5f + (0.07f * i))) + phase), Y: high * MathF.Cos((now.Flow * (0.58f + (0.05f * i))) + (phase * 1.3f)), Power: size * size);
        }).ToArray();
        float farX = 2 * MathF.Sin(now.Flow * 0.5f);
        stage.Light.Shade((Lanes x, Lanes y, out Tint colour) =>
        {
            Lanes sum = Lanes.Zero, heat = Lanes.Zero, slopeX = Lanes.Zero, slopeY = Lanes.Zero;
            for (int i = 0; i < Drops; i++)
            {
                var dx = x - new Lanes(drops[i].X);
                var dy = y - new Lanes(drops[i].Y);
                var inverse = Lanes.One / ((dx * dx) + (dy * dy) + new Lanes(Softness));
                var pull = inverse * drops[i].Power;
                sum += pull;
                slopeX += dx * pull * inverse * 2;
                slopeY += dy * pull * inverse * 2;
                heat += i is 2 or 5 ? pull : Lanes.Zero;
            }

            var far = x - new Lanes(farX);
            var down = y + new Lanes(2.5f);
            colour = Tint.Of(Mix(palette.Deep, palette.Ground, 0.2f)).To(palette.Ground, Step(0, 60, (far * far) + (down * down * 1.6f)));
            var warm = Step(0.3f, 0.7f, heat / sum);
            var halo = Step(0.2f, 1, sum) * (0.2f + (0.35f * now.Hit));
            colour = colour.Plus(palette.Cool, halo * (Lanes.One - warm)).Plus(palette.Accent, halo * warm).To(Body(palette, sum, slopeX, slopeY, warm, now.Hit), Step(0.96f, 1.06f, sum));
        });
    }

    private static Tint Body(Palette palette, Lanes sum, Lanes slopeX, Lanes slopeY, Lanes warm, float hit)
    {
        // The square root of 1 - 1 / sum is the height of a ball over a lone drop; the normal is its slope, made steeper for the eye.
        var scale = new Lanes(Steepness) / (sum * sum);
        var (normalX, normalY) = (slopeX * scale, slopeY * scale);
        var normalZ = Vector.SquareRoot(Vector.Max(Lanes.Zero, Lanes.One - (Lanes.One / sum)));
        var length = Vector.SquareRoot((normalX * normalX) + (normalY * normalY) + (normalZ * normalZ) + new Lanes(1e-4f));
        (normalX, normalY, normalZ) = (normalX / length, normalY / length, normalZ / length);
        var key = Vector.Max(Lanes.Zero, (normalX * -0.53f) + (normalY * -0.62f) + (normalZ * 0.58f));
        var fill = Vector.Max(Lanes.Zero, (normalX * 0.82f) + (normalY * 0.46f) + (normalZ * 0.34f));
        var shine = key * key;
        shine *= shine;
        shine *= shine;
        shine *= shine * key;
        var rim = Lanes.One - normalZ;
        rim *= rim * rim;
        var body = Tint.Of(Mix(palette.Deep, palette.Main, 0.5f + (0.3f * hit))).To(Mix(palette.Accent, palette.Ground, 0.2f), warm).Times(new Lanes(0.16f) + (key * 0.9f));
        return body.Plus(palette.Cool, fill * (Lanes.One - warm) * 0.75f).Plus(palette.Warm, fill * warm * 0.8f).Plus(palette.Pale, shine * 0.9f).Plus(palette.Main, rim * (0.35f + (0.5f * hit)));
    }

    private static Lanes Wave(Lanes angle) => (Vector.Sin(angle) * 0.5f) + new Lanes(0.5f);

    private static Lanes Step(float from, float to, Lanes value)
    {
        var part = Vector.Clamp((value - new Lanes(from)) / (to - from), Lanes.Zero, Lanes.One);
        return part * part * (new Lanes(3) - (part * 2));
    }

    private static (Lanes X, Lanes Y) Turn(Lanes x, Lanes y, float angle)
    {
        var (sine, cosine) = MathF.SinCos(angle);
        return ((x * cosine) - (y * sine), (x * sine) + (y * cosine));
    }

    private static (Lanes X, Lanes Y) Mirror(Lanes x, Lanes y, float normalX, float normalY)
    {
        var behind = Vector.Min(Lanes.Zero, (x * normalX) + (y * normalY)) * 2;
        return (x - (behind * normalX), y - (behind * normalY));
    }
}
