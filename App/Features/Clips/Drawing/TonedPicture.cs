using SkiaSharp;
using static Downbeat.Features.Clips.Drawing.Colours;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>
/// Gives a picture the colours of a style, as far as the style wants: its dark places the ground, its bright ones what stands out; on paper the other way round.
/// </summary>
internal static class TonedPicture
{
    private const float MostSide = 900;
    private const float Brightness = 0.92f;

    private static readonly float[] Grey = [0.3f, 0.59f, 0.11f, 0, 0];
    private static readonly byte[] Same = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    /// <summary>The picture in other colours, and no larger than can be sampled fast.</summary>
    /// <param name="picture">A picture.</param>
    /// <param name="palette">The colours, as light also where they are printed.</param>
    /// <param name="tone">How far it takes them on, 0 to 1.</param>
    /// <param name="isPrinted">Whether the film takes the light off paper.</param>
    public static SKImage Of(SKImage picture, Palette palette, float tone, bool isPrinted)
    {
        var scale = Math.Min(1, MostSide / Math.Max(picture.Width, picture.Height));
        var size = new SKImageInfo(Math.Max(2, (int)(picture.Width * scale)), Math.Max(2, (int)(picture.Height * scale)), SKColorType.Bgra8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(size);
        using var level = SKColorFilter.CreateColorMatrix([Brightness, 0, 0, 0, 0, 0, Brightness, 0, 0, 0, 0, 0, Brightness, 0, 0, 0, 0, 0, 1, 0]);
        using var negative = SKColorFilter.CreateColorMatrix([-1, 0, 0, 0, 1, 0, -1, 0, 0, 1, 0, 0, -1, 0, 1, 0, 0, 0, 1, 0]);
        using var printed = SKColorFilter.CreateCompose(negative, level);
        using var grey = SKColorFilter.CreateColorMatrix([.. Grey, .. Grey, .. Grey, 0, 0, 0, 1, 0]);
        using var greyLevel = SKColorFilter.CreateCompose(grey, level);
        using var tones = SKColorFilter.CreateTable(Same, Tones(palette, isPrinted, colour => colour.Red), Tones(palette, isPrinted, colour => colour.Green), Tones(palette, isPrinted, colour => colour.Blue));
        using var toned = SKColorFilter.CreateCompose(tones, greyLevel);
        using var filter = SKColorFilter.CreateLerp(tone, isPrinted ? printed : level, toned);
        using var paint = new SKPaint { ColorFilter = filter };
        surface.Canvas.Clear(SKColors.Black);
        surface.Canvas.DrawImage(picture, SKRect.Create(size.Width, size.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), paint);
        return surface.Snapshot();
    }

    private static byte[] Tones(Palette palette, bool isPrinted, Func<SKColor, byte> part)
    {
        SKColor[] stops = isPrinted ? [palette.Pale, palette.Main, palette.Accent, palette.Deep, palette.Ground] : [palette.Ground, palette.Deep, palette.Main, palette.Accent, palette.Pale];
        return [.. Enumerable.Range(0, 256).Select(value =>
        {
            float at = value / 255f * (stops.Length - 1);
            int below = Math.Min((int)at, stops.Length - 2);
            return part(Mix(stops[below], stops[below + 1], at - below));
        })];
    }
}
