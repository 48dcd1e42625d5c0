using System.Numerics;
using SkiaSharp;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Demo;

/// <summary>
/// One picture as light: three planes to which everything adds, without an upper end. The film answers with 1 - e^(-light), so bright places melt into white
/// instead of being cut off. Places are in scene units: 16 wide, 9 high, origin in the middle, y downwards.
/// </summary>
internal sealed class DemoClipsLight : IDisposable
{
    /// <summary>Width in pixels; a multiple of every vector length.</summary>
    public const int Width = 640;

    /// <summary>Height in pixels.</summary>
    public const int Height = 360;

    /// <summary>Pixels in one scene unit.</summary>
    public const float Unit = Width / 16f;

    /// <summary>Left edge in scene units; the right edge lies opposite.</summary>
    public const float Left = -8;

    // Pure white would need endless light.
    private const float Brightest = 0.985f;

    private static readonly float[] LightOfByte = [.. Enumerable.Range(0, 256).Select(i => LightOf(i / 255f))];

    private readonly SKBitmap _sketch = new(new SKImageInfo(Width, Height, SKColorType.Bgra8888, SKAlphaType.Premul));

    /// <summary>Red, green and blue, row by row.</summary>
    public float[][] Planes { get; } = [new float[Width * Height], new float[Width * Height], new float[Width * Height]];

    /// <summary>The light that a colour stands for.</summary>
    public static Vector3 LightOf(SKColor colour) => new(LightOfByte[colour.Red], LightOfByte[colour.Green], LightOfByte[colour.Blue]);

    /// <summary>The light behind each of eight or so neighbouring values from 0 to 1.</summary>
    public static Lanes LightOf(Lanes value) => -Vector.Log(Lanes.One - (Vector.Clamp(value, Lanes.Zero, Lanes.One) * Brightest));

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
        float scale = 1 / (radius * Unit);
        for (int row = 0; row < Height; row++)
        {
            float dy = (row - (Height / 2f) - (y * Unit)) * scale * flatness;
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
        float centreX = (x * Unit) + (Width / 2f), centreY = (y * Unit) + (Height / 2f);
        float edge = radius * Unit, soft = MathF.Max(1, softness * Unit), reach = edge + soft;
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
        using (var canvas = new SKCanvas(_sketch))
        {
            canvas.Clear(SKColors.Black);
            canvas.Scale(Unit);
            canvas.Translate(Width / 2 / Unit, Height / 2 / Unit);
            draw(canvas);
        }

        var pixels = _sketch.GetPixelSpan();
        for (int i = 0; i < Width * Height; i++)
        {
            Planes[0][i] += LightOfByte[pixels[(i * 4) + 2]];
            Planes[1][i] += LightOfByte[pixels[(i * 4) + 1]];
            Planes[2][i] += LightOfByte[pixels[i * 4]];
        }
    }

    public void Dispose() => _sketch.Dispose();

    private static float LightOf(float value) => -MathF.Log(1 - (value * Brightest));

    private void Add(int at, Lanes amount, Vector3 light)
    {
        for (int plane = 0; plane < 3; plane++)
        {
            var target = Planes[plane].AsSpan(at, Lanes.Count);
            (new Lanes(target) + (amount * light[plane])).CopyTo(target);
        }
    }
}
