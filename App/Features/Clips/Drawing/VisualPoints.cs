using static Downbeat.Features.Clips.Drawing.Colours;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>The visuals made of points of light.</summary>
internal static class VisualPoints
{
    private const int Stars = 2_400;
    private const int LanternCount = 70;
    private const float RippleSpacing = 0.4f;
    private const float RippleSpeed = 6.5f;

    /// <summary>A tilted wheel of stars that winds around a warm heart; strokes run outwards through its arms.</summary>
    public static void Galaxy(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        int arms = 2 + (int)(stage.Chance(0, 20) * 2.99f);
        float winding = stage.Choose(1.5f, 2.7f, 21);
        light.Clear(palette.Ground);
        light.Glow(0, 0, 9, Mix(palette.Deep, palette.Main, 0.4f), 0.4f + (0.25f * now.Energy), flatness: 1.7f);
        light.Glow(0, 0, 3.2f + now.Hit, palette.Accent, 0.35f + (0.7f * now.Hit), flatness: 1.9f);
        light.Glow(0, 0, 1.4f + (0.8f * now.Hit), palette.Warm, 0.8f + (1.4f * now.Hit), flatness: 1.6f);
        float tilt = stage.Choose(0.38f, 0.75f, 22) + (0.08f * MathF.Sin(now.Flow * 0.5f));
        for (int i = 0; i < Stars; i++)
        {
            float radius = 0.3f + ((light.Reach + 1) * MathF.Pow(stage.Chance(i, 1), 0.8f));
            float arm = (i % arms * MathF.Tau / arms) + (MathF.Log(radius + 0.35f) * winding);
            float scatter = (stage.Chance(i, 2) + stage.Chance(i, 3) - 1) * (i % 5 == 0 ? 3.1f : 0.75f);
            float lift = (stage.Chance(i, 4) + stage.Chance(i, 5) - 1) * 0.8f * MathF.Exp(-radius * 0.25f);
            // The same speed of winding everywhere, or the arms would wind up and vanish within seconds.
            float angle = arm + scatter - (now.Flow * 0.62f);
            float wave = Wave(now, radius, 7.5f, 0.8f);
            bool accent = i % 31 == 0;
            var colour = Mix(accent ? palette.Accent : Mix(Mix(palette.Cool, palette.Pale, stage.Chance(i, 6)), palette.Warm, MathF.Exp(-radius * 0.7f) * 1.4f), palette.Pale, 0.7f * wave);
            float twinkle = 0.6f + (0.25f * MathF.Sin((now.Flow * (3 + (4 * stage.Chance(i, 8)))) + i)) + (i % 4 == 0 ? 0.8f * now.Hats : 0) + (1.3f * wave);
            float size = 0.012f + (0.05f * stage.Chance(i, 7) * stage.Chance(i, 9)) + (accent ? 0.03f : 0) + (0.02f * wave);
            float reach = radius + (0.35f * wave);
            light.Spot(reach * MathF.Cos(angle), (reach * MathF.Sin(angle) * tilt) - lift, size, colour, twinkle, 0, 0.03f);
        }
    }

    /// <summary>Discs out of focus, rising; some swell with the bass drum, some with the voice.</summary>
    public static void Lanterns(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        Span<SkiaSharp.SKColor> colours = [palette.Accent, palette.Warm, palette.Accent, palette.Main, palette.Warm, palette.Cool];
        light.Clear(palette.Ground);
        light.Glow(-5 + MathF.Sin(now.Flow * 0.7f), light.HalfHeight, 10, palette.Accent, 0.2f + (0.32f * now.Hit));
        light.Glow(6.5f + MathF.Cos(now.Flow * 0.6f), -light.HalfHeight, 9, palette.Main, 0.2f + (0.25f * now.Voice));
        float high = light.HalfHeight + 1.5f, wide = light.HalfWidth + 1;
        for (int i = 0; i < LanternCount; i++)
        {
            float near = MathF.Pow((float)i / LanternCount, 1.4f);
            float rise = (stage.Chance(i, 1) * 2 * high) + (40 + now.Flow) * (0.4f + (1.7f * near));
            float x = (stage.Chance(i, 2) * 2 * wide) - wide + (0.5f * MathF.Sin((now.Flow * (0.6f + stage.Chance(i, 3))) + i));
            float answer = (i % 3) switch { 0 => now.Hit, 1 => now.Bands[(i * 5) % Pulse.BandCount], _ => now.Voice };
            float bright = (0.3f + (0.15f * MathF.Sin((now.Seconds * (1 + stage.Chance(i, 4))) + (i * 1.7f))) + (0.85f * answer)) * (0.85f - (0.55f * near));
            light.Spot(x, high - (rise % (2 * high)), (0.12f + (0.95f * near)) * (0.92f + (0.22f * answer)), colours[i % colours.Length], bright, bright * 0.8f, 0.05f + (0.06f * near));
        }
    }

    /// <summary>A field of dots that every stroke sends a ring of light through.</summary>
    public static void Ripples(Stage stage, Moment now)
    {
        var (palette, light) = (stage.Palette, stage.Light);
        light.Clear(palette.Ground);
        float sourceX = 2.6f * MathF.Sin((now.Flow * 0.3f) + (6 * stage.Chance(0, 1))), sourceY = 1.1f * MathF.Cos((now.Flow * 0.4f) + (6 * stage.Chance(0, 2)));
        light.Glow(sourceX, sourceY, 7, Mix(palette.Deep, palette.Main, 0.3f), 0.45f + (0.6f * now.Hit));
        bool isStaggered = stage.Chance(0, 3) > 0.5f;
        float high = light.HalfHeight + 0.3f, wide = light.HalfWidth + 0.3f;
        for (int row = 0; (row * RippleSpacing) - high <= high; row++)
        {
            float y = (row * RippleSpacing) - high;
            for (float x = -wide - (isStaggered && row % 2 == 1 ? RippleSpacing / 2 : 0); x <= wide; x += RippleSpacing)
            {
                float dx = x - sourceX, dy = y - sourceY;
                float distance = MathF.Sqrt((dx * dx) + (dy * dy)) + 0.001f;
                float crest = MathF.Min(1.2f, Wave(now, distance, RippleSpeed, 0.75f));
                float idle = 0.5f + (0.5f * MathF.Sin((distance * 1.3f) - (now.Flow * 2)));
                float push = 0.34f * crest / (distance + 0.4f);
                var colour = Mix(Mix(palette.Deep, palette.Cool, 0.45f + (0.3f * idle)), now.Strokes.Count > 0 && now.Strokes[0].Number % 4 == 0 ? palette.Accent : Mix(palette.Main, palette.Pale, crest * 0.6f), crest * 2.2f);
                light.Spot(x + (dx * push), y + (dy * push), 0.035f + (0.02f * idle) + (0.14f * crest), colour, 0.55f + (0.3f * now.Energy) + (1.1f * crest), 0, 0.025f);
            }
        }
    }

    /// <summary>How strongly rings that go out from the middle with each stroke are felt at a distance.</summary>
    private static float Wave(Moment now, float distance, float speed, float width)
    {
        float felt = 0;
        foreach (var stroke in now.Strokes)
        {
            float off = (distance - (stroke.Age * speed)) / width;
            felt += off is > -3 and < 3 ? stroke.Strength * MathF.Exp((-off * off) - (stroke.Age * 0.7f)) : 0;
        }

        return felt;
    }
}
