using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>
/// One picture as light: three planes to which everything adds, without an upper end. The film answers with 1 - e^(-light), so bright places melt into white instead of being cut off. Places are in
/// scene units: the short side has 9, the origin is in the middle, y goes downwards; what is drawn is seen through <see cref="Lens"/>.
/// </summary>
internal sealed class Light : IDisposable
{
    // Pure white would need endless light.
    private const float Brightest = 0.985f;

    private static readonly float[] LightOfByte = [.. Enumerable.Range(0, 256).Select(i => LightOf(i / 255f))];

    private readonly SKBitmap sketch;

    /// <summary>A dark picture.</summary>
    /// <param name="width">Pixels, a multiple of 8.</param>
    /// <param name="height">Pixels, a multiple of 4.</param>
    public Light(int width, int height)
    {
        (Width, Height, Unit) = (width, height, Math.Min(width, height) / 9f);
        Planes = [new float[width * height], new float[width * height], new float[width * height]];
        sketch = new(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
    }

    /// <summary>One value for each of some neighbouring pixels in a row.</summary>
    /// <param name="x">Where they are, in scene units.</param>
    /// <param name="y">The same, downwards.</param>
    /// <param name="colour">What is seen there.</param>
    public delegate void Shader(Lanes x, Lanes y, out Tint colour);

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels in one scene unit.</summary>
    public float Unit { get; }

    /// <summary>Distance of the left and of the right edge from the middle, in scene units.</summary>
    public float HalfWidth => Width / Unit / 2;

    /// <summary>Distance of the upper and of the lower edge from the middle, in scene units.</summary>
    public float HalfHeight => Height / Unit / 2;

    /// <summary>Distance of the corners from the middle, in scene units.</summary>
    public float Reach => MathF.Sqrt((HalfWidth * HalfWidth) + (HalfHeight * HalfHeight));

    /// <summary>Red, green and blue, row by row.</summary>
    public float[][] Planes { get; }

    /// <summary>How what is drawn is seen.</summary>
    public Lens Lens { get; set; } = Lens.Still;

    /// <summary>The light that a colour stands for.</summary>
    public static Vector3 LightOf(SKColor colour) => new(LightOfByte[colour.Red], LightOfByte[colour.Green], LightOfByte[colour.Blue]);

    /// <summary>Makes the whole picture one colour.</summary>
    public void Clear(SKColor colour)
    {
        var light = LightOf(colour);
        for (int plane = 0; plane < 3; plane++)
        {
            Planes[plane].AsSpan().Fill(light[plane]);
        }
    }

    /// <summary>Adds a wide, soft shine.</summary>
    public void Glow(float x, float y, float radius, SKColor colour, float strength, float flatness = 1)
    {
        var light = LightOf(colour) * strength;
        (x, y) = Lens.Seen(x, y);
        float scale = 1 / (radius * Lens.Zoom * Unit);
        for (int row = 0; row < Height; row++)
        {
            float dy = (row - (Height / 2f) - (y * Unit)) * scale * flatness;
            if (dy * dy >= 1)
            {
                continue;
            }

            for (int column = 0; column < Width; column += Lanes.Count)
            {
                var dx = (Lanes.Indices + new Lanes(column - (Width / 2f) - (x * Unit))) * scale;
                var near = Vector.Max(Lanes.Zero, Lanes.One - (dx * dx) - new Lanes(dy * dy));
                Add((row * Width) + column, near * near * near, light);
            }
        }
    }

    /// <summary>Adds a round spot: <paramref name="fill"/> inside, <paramref name="rim"/> on its edge, softened over <paramref name="softness"/> scene units.</summary>
    public void Spot(float x, float y, float radius, SKColor colour, float fill, float rim, float softness)
    {
        var light = LightOf(colour);
        (x, y) = Lens.Seen(x, y);
        float centreX = (x * Unit) + (Width / 2f), centreY = (y * Unit) + (Height / 2f);
        float edge = radius * Lens.Zoom * Unit, soft = MathF.Max(1, softness * Lens.Zoom * Unit), reach = edge + soft;
        int top = Math.Max(0, (int)(centreY - reach)), bottom = Math.Min(Height - 1, (int)(centreY + reach) + 1);
        int left = Math.Max(0, (int)(centreX - reach)), right = Math.Min(Width - 1, (int)(centreX + reach) + 1);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                float distance = MathF.Sqrt(((column - centreX) * (column - centreX)) + ((row - centreY) * (row - centreY)));
                float inside = Math.Clamp((reach - distance) / (2 * soft), 0, 1);
                float onEdge = MathF.Max(0, 1 - (MathF.Abs(distance - edge) / soft));
                float amount = (fill * inside * inside) + (rim * onEdge * onEdge);
                int at = (row * Width) + column;
                Planes[0][at] += light.X * amount;
                Planes[1][at] += light.Y * amount;
                Planes[2][at] += light.Z * amount;
            }
        }
    }

    /// <summary>Adds what <paramref name="draw"/> paints on black; its canvas is in scene units.</summary>
    public void Sketch(Action<SKCanvas> draw)
    {
        using (var canvas = new SKCanvas(sketch))
        {
            canvas.Clear(SKColors.Black);
            canvas.Scale(Unit);
            canvas.Translate(HalfWidth, HalfHeight);
            Lens.Look(canvas);
            draw(canvas);
        }

        var pixels = MemoryMarshal.Cast<byte, uint>(sketch.GetPixelSpan());
        var (red, green, blue, lightOfByte) = (Planes[0], Planes[1], Planes[2], LightOfByte);
        for (int i = 0; i < pixels.Length; i++)
        {
            // Most of a sketch is black.
            uint pixel = pixels[i];
            if ((pixel & 0xFFFFFF) != 0)
            {
                red[i] += lightOfByte[(pixel >> 16) & 0xFF];
                green[i] += lightOfByte[(pixel >> 8) & 0xFF];
                blue[i] += lightOfByte[pixel & 0xFF];
            }
        }
    }

    /// <summary>Computes every pixel, as many at a time as the processor's vectors hold; what was there is gone.</summary>
    public void Shade(Shader shader)
    {
        var (right, down, x0, y0) = Lens.Steps();
        for (int row = 0; row < Height; row++)
        {
            float y = (row - (Height / 2f) + 0.5f) / Unit;
            for (int column = 0; column < Width; column += Lanes.Count)
            {
                var x = (Lanes.Indices + new Lanes(column - (Width / 2f) + 0.5f)) / Unit;
                shader((x * right.X) + new Lanes((y * down.X) + x0), (x * right.Y) + new Lanes((y * down.Y) + y0), out var colour);
                int at = (row * Width) + column;
                LightOf(colour.Red).CopyTo(Planes[0].AsSpan(at));
                LightOf(colour.Green).CopyTo(Planes[1].AsSpan(at));
                LightOf(colour.Blue).CopyTo(Planes[2].AsSpan(at));
            }
        }
    }

    /// <summary>Keeps a share of this picture and takes the rest from another of the same size.</summary>
    public void Blend(Light other, float share)
    {
        for (int plane = 0; plane < 3; plane++)
        {
            var (mine, theirs) = (Planes[plane], other.Planes[plane]);
            for (int at = 0; at < mine.Length; at += Lanes.Count)
            {
                var old = new Lanes(mine.AsSpan(at));
                (old + ((new Lanes(theirs.AsSpan(at)) - old) * share)).CopyTo(mine.AsSpan(at));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => sketch.Dispose();

    private static float LightOf(float value) => -MathF.Log(1 - (value * Brightest));

    private static Lanes LightOf(Lanes value) => -Vector.Log(Lanes.One - (Vector.Clamp(value, Lanes.Zero, Lanes.One) * Brightest));

    private void Add(int at, Lanes amount, Vector3 light)
    {
        for (int plane = 0; plane < 3; plane++)
        {
            var target = Planes[plane].AsSpan(at, Lanes.Count);
            (new Lanes(target) + (amount * light[plane])).CopyTo(target);
        }
    }
}
