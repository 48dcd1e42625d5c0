using SkiaSharp;

namespace Downbeat.Features.Demo;

/// <summary>The colours that all clips share: night blues and violets with one warm accent.</summary>
internal static class DemoClipsPalette
{
    public static readonly SKColor Night = new(0x08, 0x08, 0x1C);
    public static readonly SKColor Indigo = new(0x1D, 0x16, 0x58);
    public static readonly SKColor Blue = new(0x3A, 0x5B, 0xFF);
    public static readonly SKColor Violet = new(0x8B, 0x45, 0xFF);
    public static readonly SKColor Lilac = new(0xC8, 0xB0, 0xFF);
    public static readonly SKColor Coral = new(0xFF, 0x66, 0x5A);
    public static readonly SKColor Amber = new(0xFF, 0xB2, 0x57);

    /// <summary>A colour between two others.</summary>
    public static SKColor Mix(SKColor from, SKColor to, float share)
    {
        float part = Math.Clamp(share, 0, 1);
        byte Between(byte first, byte second) => (byte)(first + ((second - first) * part));
        return new(Between(from.Red, to.Red), Between(from.Green, to.Green), Between(from.Blue, to.Blue), Between(from.Alpha, to.Alpha));
    }

    /// <summary>The colour with an opacity from 0 to 1.</summary>
    public static SKColor Fade(this SKColor colour, float opacity) => colour.WithAlpha((byte)(255 * Math.Clamp(opacity, 0, 1)));

    /// <summary>A value from 0 to 1 that belongs to a number and always stays the same.</summary>
    public static float Chance(int number, int salt)
    {
        uint mixed = ((uint)number * 0x9E3779B1) ^ ((uint)salt * 0x85EBCA77);
        mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D;
        mixed = (mixed ^ (mixed >> 12)) * 0x297A2D39;
        return (mixed ^ (mixed >> 15)) / (float)uint.MaxValue;
    }
}
