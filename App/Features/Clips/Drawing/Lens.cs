using System.Numerics;
using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>How a scene is seen: turned, then enlarged about its middle, then moved.</summary>
/// <param name="Zoom">1 shows it as it is, 2 twice as large.</param>
/// <param name="X">How far it is moved to the right, in scene units.</param>
/// <param name="Y">How far it is moved down.</param>
/// <param name="Roll">How far it is turned clockwise, in radians.</param>
internal readonly record struct Lens(float Zoom, float X, float Y, float Roll)
{
    /// <summary>The scene as it is.</summary>
    public static Lens Still { get; } = new(1, 0, 0, 0);

    /// <summary>Where a place of the scene is seen.</summary>
    public (float X, float Y) Seen(float x, float y)
    {
        var (sine, cosine) = MathF.SinCos(Roll);
        return ((((x * cosine) - (y * sine)) * Zoom) + X, (((x * sine) + (y * cosine)) * Zoom) + Y);
    }

    /// <summary>Has a canvas in scene units drawn on through this lens.</summary>
    public void Look(SKCanvas canvas)
    {
        canvas.Translate(X, Y);
        canvas.Scale(Zoom);
        canvas.RotateRadians(Roll);
    }

    /// <summary>Which place of the scene is seen at (x, y): <c>x * Right + y * Down + (X0, Y0)</c>.</summary>
    public (Vector2 Right, Vector2 Down, float X0, float Y0) Steps()
    {
        var (sine, cosine) = MathF.SinCos(-Roll);
        var right = new Vector2(cosine, sine) / Zoom;
        var down = new Vector2(-sine, cosine) / Zoom;
        return (right, down, -((X * right.X) + (Y * down.X)), -((X * right.Y) + (Y * down.Y)));
    }
}
