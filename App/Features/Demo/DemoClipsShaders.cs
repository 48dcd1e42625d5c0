using System.Numerics;
using SkiaSharp;
using static Downbeat.Features.Demo.DemoClipsPalette;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Demo;

/// <summary>The clips whose every pixel is computed, as many at a time as the processor's vectors hold.</summary>
internal static class DemoClipsShaders
{
    private const int Drops = 8;
    private const float Steepness = 1.1f;
    private const float Softness = 0.1f;

    private delegate void Shader(Lanes x, float y, float seconds, out Colour colour);

    /// <summary>Cloth of light, folding slowly: sines that bend each other's space.</summary>
    public static void Silk(DemoClipsLight light, float seconds) => Shade(light, seconds, SilkAt);

    /// <summary>A mirror of neon lines, twelve times around.</summary>
    public static void Mandala(DemoClipsLight light, float seconds) => Shade(light, seconds, MandalaAt);

    /// <summary>Drops that melt into each other: a sum of fields, lit by the slope of that sum.</summary>
    public static void Mercury(DemoClipsLight light, float seconds) => Shade(light, seconds, MercuryAt);

    private static void SilkAt(Lanes x, float y, float seconds, out Colour colour)
    {
        var u = (x * 0.21f) - new Lanes(y * 0.115f);
        var v = (x * 0.115f) + new Lanes(y * 0.21f);
        for (int i = 1; i < 5; i++)
        {
            u += Vector.Sin((v * (1.5f * i)) + new Lanes((seconds * 0.85f) + (0.7f * i))) * (0.62f / i);
            v += Vector.Cos((u * (1.3f * i)) - new Lanes((seconds * 0.7f) - (1.9f * i))) * (0.58f / i);
        }

        var fold = Wave((u * 2.4f) + (v * 1.6f));
        var ridge = Wave((u * 3.4f) - (v * 2.1f) + new Lanes(0.8f));
        var sheen = ridge * ridge * ridge * ridge * ridge;
        var warm = Step(0.72f, 1, Wave((v * 1.9f) - (u * 0.8f) + new Lanes((seconds * 0.35f) + 2)));
        colour = Colour.Of(Night).To(Indigo, Step(0, 0.45f, fold)).To(Violet, Step(0.35f, 1, fold) * 0.85f);
        colour = colour.To(Blue, Step(0.3f, 0.9f, Vector.Sin((v * 2.2f) + new Lanes(0.4f))) * 0.55f).To(Coral, warm * 0.9f);
        colour = colour.Plus(Violet, sheen * 0.4f * (Lanes.One - warm)).Plus(Amber, sheen * 0.4f * warm);
    }

    private static void MandalaAt(Lanes x, float y, float seconds, out Colour colour)
    {
        var radius = Vector.SquareRoot((x * x) + new Lanes(y * y));
        var (u, v) = Turn(x, new Lanes(y), seconds * 0.22f);
        // Mirrors at 0, 90, 60 and 30 degrees fold the plane into one of twelve equal wedges.
        (u, v) = (Vector.Abs(u), Vector.Abs(v));
        (u, v) = Mirror(u, v, 0.5f, -0.8660254f);
        v = Vector.Abs(v);
        (u, v) = Mirror(u, v, 0.5f, -0.8660254f);
        (u, v) = (u * 0.36f, Vector.Abs(v) * 0.36f);
        colour = Colour.Of(Mix(Night, Indigo, 0.5f)).To(Night, Step(0, 6, radius));
        for (int i = 0; i < 4; i++)
        {
            u = Vector.Abs(u) - new Lanes(0.52f + (0.1f * MathF.Sin((seconds * 0.9f) + i)));
            v = Vector.Abs(v) - new Lanes(0.3f + (0.08f * MathF.Cos((seconds * 0.7f) + (i * 1.7f))));
            (u, v) = Turn(u * 1.12f, v * 1.12f, 0.45f + (seconds * 0.16f) + (i * 0.35f));
            var circle = Vector.Abs(Vector.SquareRoot((u * u) + (v * v)) - new Lanes(0.34f + (0.1f * MathF.Sin((seconds * 1.3f) + i))));
            var cross = Vector.Min(Vector.Abs(u), Vector.Abs(v));
            var ink = (new Lanes(0.0085f) / (circle + new Lanes(0.0105f))) + (new Lanes(0.0022f) / (cross + new Lanes(0.012f)));
            colour = colour.Plus(i == 2 ? Coral : Mix(Blue, Violet, i / 3f), ((ink * 0.36f) + (ink * ink * 1.1f)));
        }

        colour = colour.Plus(Amber, new Lanes(0.12f) / ((radius * radius) + new Lanes(0.3f)));
    }

    private static void MercuryAt(Lanes x, float y, float seconds, out Colour colour)
    {
        Lanes sum = Lanes.Zero, heat = Lanes.Zero, slopeX = Lanes.Zero, slopeY = Lanes.Zero;
        for (int i = 0; i < Drops; i++)
        {
            var dx = x - new Lanes(5.2f * MathF.Sin((seconds * (0.62f + (0.07f * i))) + (i * 2.4f)));
            float dy = y - (2.8f * MathF.Cos((seconds * (0.7f + (0.05f * i))) + (i * 1.7f)));
            float size = 0.85f + (0.5f * (i * 0.618f % 1));
            var inverse = Lanes.One / ((dx * dx) + new Lanes((dy * dy) + Softness));
            var pull = inverse * (size * size);
            sum += pull;
            slopeX += dx * pull * inverse * 2;
            slopeY += pull * inverse * (2 * dy);
            heat += i is 2 or 5 ? pull : Lanes.Zero;
        }

        var inside = Step(0.96f, 1.06f, sum);
        var warm = Step(0.3f, 0.7f, heat / sum);
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
        var body = Colour.Of(Mix(Indigo, Violet, 0.5f)).To(Mix(Coral, Night, 0.2f), warm).Times(new Lanes(0.16f) + (key * 0.9f));
        body = body.Plus(Blue, fill * (Lanes.One - warm) * 0.75f).Plus(Amber, fill * warm * 0.8f).Plus(Lilac, shine * 0.9f).Plus(Violet, rim * 0.35f);
        var far = x - new Lanes(2 * MathF.Sin(seconds * 0.5f));
        colour = Colour.Of(Mix(Indigo, Night, 0.2f)).To(Night, Step(0, 60, (far * far) + new Lanes((y + 2.5f) * (y + 2.5f) * 1.6f)));
        var halo = Step(0.2f, 1, sum) * 0.26f;
        colour = colour.Plus(Blue, halo * (Lanes.One - warm)).Plus(Coral, halo * warm).To(body, inside);
    }

    private static void Shade(DemoClipsLight light, float seconds, Shader shader)
    {
        for (int row = 0; row < DemoClipsLight.Height; row++)
        {
            float y = (row - (DemoClipsLight.Height / 2f) + 0.5f) / DemoClipsLight.Unit;
            for (int column = 0; column < DemoClipsLight.Width; column += Lanes.Count)
            {
                var x = (Lanes.Indices + new Lanes(column - (DemoClipsLight.Width / 2f) + 0.5f)) / DemoClipsLight.Unit;
                shader(x, y, seconds, out var colour);
                int at = (row * DemoClipsLight.Width) + column;
                DemoClipsLight.LightOf(colour.Red).CopyTo(light.Planes[0].AsSpan(at));
                DemoClipsLight.LightOf(colour.Green).CopyTo(light.Planes[1].AsSpan(at));
                DemoClipsLight.LightOf(colour.Blue).CopyTo(light.Planes[2].AsSpan(at));
            }
        }
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

    private readonly record struct Colour(Lanes Red, Lanes Green, Lanes Blue)
    {
        public static Colour Of(SKColor colour) => new(new(colour.Red / 255f), new(colour.Green / 255f), new(colour.Blue / 255f));

        public Colour To(SKColor other, Lanes share) => To(Of(other), share);

        public Colour To(Colour other, Lanes share) =>
            new(Red + ((other.Red - Red) * share), Green + ((other.Green - Green) * share), Blue + ((other.Blue - Blue) * share));

        public Colour Plus(SKColor other, Lanes amount) =>
            new(Red + (amount * (other.Red / 255f)), Green + (amount * (other.Green / 255f)), Blue + (amount * (other.Blue / 255f)));

        public Colour Times(Lanes amount) => new(Red * amount, Green * amount, Blue * amount);
    }
}
