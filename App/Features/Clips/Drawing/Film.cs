using System.Numerics;
using System.Runtime.InteropServices;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>What a picture is taken on: adds what a lens adds, bloom and darker corners, and makes pixels of light.</summary>
/// <param name="width">Pixels of the picture.</param>
/// <param name="height">The same downwards.</param>
/// <param name="style">How it looks.</param>
/// <param name="palette">With which colours; its ground is the paper of a style that prints.</param>
internal sealed class Film(int width, int height, DrawingStyle style, Palette palette)
{
    private const int Shrink = 4;
    private const int BlurPasses = 2;
    private const float ScanlineLoss = 0.16f;

    private readonly int smallWidth = width / Shrink;
    private readonly int smallHeight = height / Shrink;
    private readonly float[] small = new float[width / Shrink * (height / Shrink)];
    private readonly float[] spare = new float[width / Shrink * (height / Shrink)];
    private readonly int blurRadius = Math.Max(3, Math.Min(width, height) / 72);

    /// <summary>Lets bright parts shine into their surroundings.</summary>
    public void Bloom(Light light, float strength)
    {
        foreach (var plane in strength > 0 ? light.Planes : [])
        {
            Reduce(plane);
            for (int pass = 0; pass < BlurPasses; pass++)
            {
                BlurAndTurn(small, spare, smallWidth, smallHeight);
                BlurAndTurn(spare, small, smallHeight, smallWidth);
            }

            AddEnlarged(plane, strength);
        }
    }

    /// <summary>Makes pixels, BGRA.</summary>
    /// <param name="light">The picture.</param>
    /// <param name="gain">How long it is exposed; 1 is usual.</param>
    /// <param name="pixels">Takes them.</param>
    public void Expose(Light light, float gain, byte[] pixels)
    {
        var target = MemoryMarshal.Cast<byte, int>(pixels.AsSpan());
        float across = 1f / Math.Max(width, height);
        float lineHeight = Math.Min(width, height) / 180f;
        var paper = new Vector3(palette.Ground.Red, palette.Ground.Green, palette.Ground.Blue);
        for (int row = 0; row < height; row++)
        {
            float dy = (row - (height / 2f)) * across;
            float scan = style.HasScanlines ? 1 - (ScanlineLoss * (0.5f + (0.5f * MathF.Cos(MathF.Tau * row / lineHeight)))) : 1;
            for (int column = 0; column < width; column += Lanes.Count)
            {
                var dx = (Lanes.Indices + new Lanes(column - (width / 2f))) * across;
                var away = (dx * dx) + new Lanes(dy * dy * 1.3f);
                var lens = Vector.Max(Lanes.Zero, Lanes.One - (away * (style.CornerLoss / 0.35f))) * scan;
                int at = (row * width) + column;
                var bgra = palette.IsPaper
                    ? Ink(light.Planes[2], at, gain, lens, paper.Z) | (Ink(light.Planes[1], at, gain, lens, paper.Y) << 8) | (Ink(light.Planes[0], at, gain, lens, paper.X) << 16)
                    : Seen(light.Planes[2], at, lens * gain) | (Seen(light.Planes[1], at, lens * gain) << 8) | (Seen(light.Planes[0], at, lens * gain) << 16);
                (bgra | new Vector<int>(255 << 24)).CopyTo(target[at..]);
            }
        }
    }

    private static Vector<int> Seen(float[] plane, int at, Lanes gain)
    {
        var seen = Lanes.One - Vector.Exp(-new Lanes(plane.AsSpan(at)) * gain);
        return Vector.ConvertToInt32((Vector.Clamp(seen, Lanes.Zero, Lanes.One) * 255f) + new Lanes(0.5f));
    }

    private static Vector<int> Ink(float[] plane, int at, float gain, Lanes lens, float paper) =>
        Vector.ConvertToInt32((Vector.Exp(new Lanes(plane.AsSpan(at)) * -gain) * lens * paper) + new Lanes(0.5f));

    private void AddEnlarged(float[] plane, float strength)
    {
        Span<float> line = stackalloc float[smallWidth + 2];
        for (int row = 0; row < height; row++)
        {
            float place = Math.Clamp(((row + 0.5f) / Shrink) - 0.5f, 0, smallHeight - 1.001f);
            int above = (int)place * smallWidth;
            float part = place - (int)place;
            for (int x = 0; x < smallWidth; x++)
            {
                line[x + 1] = (small[above + x] + ((small[above + smallWidth + x] - small[above + x]) * part)) * strength;
            }

            line[0] = line[1];
            line[^1] = line[^2];
            var target = plane.AsSpan(row * width, width);
            for (int x = 0; x < smallWidth; x++)
            {
                float left = line[x], middle = line[x + 1], right = line[x + 2];
                target[x * 4] += (left * 0.375f) + (middle * 0.625f);
                target[(x * 4) + 1] += (left * 0.125f) + (middle * 0.875f);
                target[(x * 4) + 2] += (middle * 0.875f) + (right * 0.125f);
                target[(x * 4) + 3] += (middle * 0.625f) + (right * 0.375f);
            }
        }
    }

    private void Reduce(float[] plane)
    {
        Span<float> sums = stackalloc float[width];
        for (int y = 0; y < smallHeight; y++)
        {
            for (int x = 0; x < width; x += Lanes.Count)
            {
                var sum = Lanes.Zero;
                for (int row = 0; row < Shrink; row++)
                {
                    sum += new Lanes(plane.AsSpan((((y * Shrink) + row) * width) + x));
                }

                sum.CopyTo(sums[x..]);
            }

            for (int x = 0; x < smallWidth; x++)
            {
                small[(y * smallWidth) + x] = (sums[x * 4] + sums[(x * 4) + 1] + sums[(x * 4) + 2] + sums[(x * 4) + 3]) / (Shrink * Shrink);
            }
        }
    }

    /// <summary>Blurs along the rows by a sliding mean and writes the result with rows and columns exchanged, so that a second call does the columns.</summary>
    private void BlurAndTurn(float[] from, float[] to, int rowLength, int rows)
    {
        for (int y = 0; y < rows; y++)
        {
            var row = from.AsSpan(y * rowLength, rowLength);
            float sum = row[0] * (blurRadius + 1);
            for (int x = 0; x < blurRadius; x++)
            {
                sum += row[x];
            }

            for (int x = 0; x < rowLength; x++)
            {
                sum += row[Math.Min(x + blurRadius, rowLength - 1)];
                to[(x * rows) + y] = sum / ((2 * blurRadius) + 1.0f);
                sum -= row[Math.Max(x - blurRadius, 0)];
            }
        }
    }
}
