using SkiaSharp;
using static Downbeat.Features.Demo.DemoClipsPalette;

namespace Downbeat.Features.Demo;

/// <summary>The clips made of points of light.</summary>
internal static class DemoClipsPoints
{
    private const int Stars = 2_800;
    private const int LanternCount = 70;
    private const float RippleSpacing = 0.4f;

    private static readonly SKColor[] LanternColours = [Coral, Amber, Coral, Violet, Amber, Lilac];

    /// <summary>A tilted wheel of stars that winds around a warm heart.</summary>
    public static void Galaxy(DemoClipsLight light, float seconds)
    {
        light.Clear(Night);
        light.Glow(0, 0, 9, Mix(Indigo, Violet, 0.4f), 0.55f, flatness: 1.7f);
        light.Glow(0, 0, 3.4f, Coral, 0.5f, flatness: 1.9f);
        light.Glow(0, 0, 1.5f, Amber, 1.1f, flatness: 1.6f);
        float tilt = 0.5f + (0.1f * MathF.Sin(seconds * 0.5f));
        for (int i = 0; i < Stars; i++)
        {
            float radius = 0.3f + (8.8f * MathF.Pow(Chance(i, 1), 0.8f));
            float arm = (i % 2 * MathF.PI) + (MathF.Log(radius + 0.35f) * 2.1f);
            float scatter = (Chance(i, 2) + Chance(i, 3) - 1) * (i % 5 == 0 ? 3.1f : 0.75f);
            float lift = (Chance(i, 4) + Chance(i, 5) - 1) * 0.8f * MathF.Exp(-radius * 0.25f);
            // The same speed of winding everywhere, or the arms would wind up and vanish within seconds.
            float angle = arm + scatter - (seconds * 0.62f);
            bool accent = i % 31 == 0;
            var colour = accent ? Coral : Mix(Mix(Blue, Lilac, Chance(i, 6)), Amber, MathF.Exp(-radius * 0.7f) * 1.4f);
            float twinkle = 0.75f + (0.25f * MathF.Sin((seconds * (3 + (4 * Chance(i, 8)))) + i));
            float size = 0.012f + (0.05f * Chance(i, 7) * Chance(i, 9)) + (accent ? 0.03f : 0);
            light.Spot(radius * MathF.Cos(angle), (radius * MathF.Sin(angle) * tilt) - lift, size, colour, twinkle, 0, 0.035f);
        }
    }

    /// <summary>Warm discs out of focus, rising through the dark.</summary>
    public static void Lanterns(DemoClipsLight light, float seconds)
    {
        light.Clear(Night);
        light.Glow(-5 + MathF.Sin(seconds * 0.7f), 4.8f, 10, Coral, 0.5f);
        light.Glow(6.5f + MathF.Cos(seconds * 0.6f), -4.5f, 9, Violet, 0.4f);
        for (int i = 0; i < LanternCount; i++)
        {
            float near = MathF.Pow((float)i / LanternCount, 1.4f);
            float rise = (Chance(i, 1) * 12) + (seconds * (0.4f + (1.7f * near)));
            float x = (Chance(i, 2) * 18) - 9 + (0.5f * MathF.Sin((seconds * (0.6f + Chance(i, 3))) + i));
            float breath = 0.6f + (0.4f * MathF.Sin((seconds * (1.5f + (2 * Chance(i, 4)))) + (i * 1.7f)));
            float bright = breath * (0.75f - (0.55f * near));
            light.Spot(x, 6 - (rise % 12), 0.12f + (0.95f * near), LanternColours[i % LanternColours.Length], bright, bright * 0.8f, 0.05f + (0.06f * near));
        }
    }

    /// <summary>A field of dots that rings of light run through.</summary>
    public static void Ripples(DemoClipsLight light, float seconds)
    {
        light.Clear(Night);
        float sourceX = 2.6f * MathF.Sin(seconds * 0.45f), sourceY = 1.1f * MathF.Cos(seconds * 0.6f);
        light.Glow(sourceX, sourceY, 7, Mix(Indigo, Violet, 0.3f), 0.6f);
        for (float y = -4.6f; y <= 4.7f; y += RippleSpacing)
        {
            for (float x = -8.2f; x <= 8.3f; x += RippleSpacing)
            {
                float dx = x - sourceX, dy = y - sourceY;
                float distance = MathF.Sqrt((dx * dx) + (dy * dy)) + 0.001f;
                float phase = (distance * 0.3f) - (seconds * 1.1f);
                float wave = 0.5f + (0.5f * MathF.Cos(MathF.Tau * phase));
                float crest = wave * wave * wave * MathF.Exp(-distance * 0.1f);
                float push = 0.32f * crest / distance;
                bool accent = (int)MathF.Floor(phase + 0.5f) % 3 == 0;
                var colour = Mix(Mix(Indigo, Blue, 0.55f), accent ? Mix(Coral, Amber, crest * 0.7f) : Mix(Violet, Lilac, crest * 0.6f), crest * 2.2f);
                light.Spot(x + (dx * push), y + (dy * push), 0.04f + (0.13f * crest), colour, 0.75f + (0.9f * crest), 0, 0.025f);
            }
        }
    }
}
