using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>Seven colours that belong together, by what they are for. On paper they are inks: what stands out is dark there.</summary>
/// <param name="Name">What programs call it.</param>
/// <param name="Words">The same for people, and for models that read.</param>
/// <param name="Ground">What all is drawn on.</param>
/// <param name="Deep">Large areas, close to the ground.</param>
/// <param name="Cool">Second colour of lines and areas.</param>
/// <param name="Main">First colour of lines and areas.</param>
/// <param name="Pale">What stands out most: highlights, stars, letters.</param>
/// <param name="Accent">The one that catches the eye.</param>
/// <param name="Warm">Light inside of the accent.</param>
internal sealed record Palette(string Name, string Words, SKColor Ground, SKColor Deep, SKColor Cool, SKColor Main, SKColor Pale, SKColor Accent, SKColor Warm)
{
    // Pure white would need endless light.
    private const float MostAbsorbed = 0.97f;

    /// <summary>A palette from colours as they are written on the web.</summary>
    public static Palette Of(string name, string words, string ground, string deep, string cool, string main, string pale, string accent, string warm) => new(
        name, words, SKColor.Parse(ground), SKColor.Parse(deep), SKColor.Parse(cool), SKColor.Parse(main), SKColor.Parse(pale), SKColor.Parse(accent), SKColor.Parse(warm));

    /// <summary>The colours as they are written on the web, the ground first.</summary>
    public IReadOnlyList<string> Hex => [.. new[] { Ground, Deep, Cool, Main, Pale, Accent, Warm }.Select(colour => $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}")];

    /// <summary>Whether the colours are inks on a bright ground instead of light in the dark.</summary>
    public bool IsPaper => Ground.Red + Ground.Green + Ground.Blue > 3 * 127;

    /// <summary>What each ink takes away from light that falls on the ground: drawn as light, and taken off the paper by the film, it gives the ink.</summary>
    public Palette Absorbed() => this with
    {
        Ground = SKColors.Black,
        Deep = Absorbed(Deep),
        Cool = Absorbed(Cool),
        Main = Absorbed(Main),
        Pale = Absorbed(Pale),
        Accent = Absorbed(Accent),
        Warm = Absorbed(Warm),
    };

    private SKColor Absorbed(SKColor ink)
    {
        static byte Missing(byte ink, byte paper) => (byte)(255 * Math.Clamp(1 - (ink / (float)paper), 0, MostAbsorbed));
        return new(Missing(ink.Red, Ground.Red), Missing(ink.Green, Ground.Green), Missing(ink.Blue, Ground.Blue));
    }
}
