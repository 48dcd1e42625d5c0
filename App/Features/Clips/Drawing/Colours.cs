using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>Reckoning with colours, and chance that is always the same.</summary>
internal static class Colours
{
    /// <summary>A colour between two others.</summary>
    public static SKColor Mix(SKColor from, SKColor to, float share)
    {
        float part = Math.Clamp(share, 0, 1);
        byte Between(byte first, byte second) => (byte)(first + ((second - first) * part));
        return new(Between(from.Red, to.Red), Between(from.Green, to.Green), Between(from.Blue, to.Blue), Between(from.Alpha, to.Alpha));
    }

    /// <summary>The colour with an opacity from 0 to 1.</summary>
    public static SKColor Fade(this SKColor colour, float opacity) => colour.WithAlpha((byte)(255 * Math.Clamp(opacity, 0, 1)));

    /// <summary>A value from 0 to 1 that belongs to two numbers and always stays the same.</summary>
    public static float Chance(int number, int salt)
    {
        uint mixed = ((uint)number * 0x9E3779B1) ^ ((uint)salt * 0x85EBCA77);
        mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D;
        mixed = (mixed ^ (mixed >> 12)) * 0x297A2D39;
        return (mixed ^ (mixed >> 15)) / (float)uint.MaxValue;
    }
}
