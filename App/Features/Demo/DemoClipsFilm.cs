using System.Numerics;
using System.Runtime.InteropServices;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Demo;

/// <summary>The camera: exposes one scene after the other and adds what a lens adds, bloom and darker corners.</summary>
internal static class DemoClipsFilm
{
    private const int Width = DemoClipsLight.Width;
    private const int Height = DemoClipsLight.Height;
    private const int Shrink = 4;
    private const int SmallWidth = Width / Shrink;
    private const int SmallHeight = Height / Shrink;
    private const int BlurRadius = 5;
    private const int BlurPasses = 2;
    private const float CornerLoss = 0.62f;

    /// <summary>The clip's frames as BGRA pixels, one after the other in the same memory.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> FramesOf(DemoClip clip)
    {
        using var light = new DemoClipsLight();
        var (small, spare) = (new float[SmallWidth * SmallHeight], new float[SmallWidth * SmallHeight]);
        var pixels = new byte[Width * Height * 4];
        for (int i = 0; i < DemoClips.Frames; i++)
        {
            clip.Scene(light, (float)i / DemoClips.FramesPerSecond);
            if (clip.Bloom > 0)
            {
                foreach (var plane in light.Planes)
                {
                    Bloom(plane, small, spare, clip.Bloom);
                }
            }

            Expose(light, pixels);
            yield return pixels;
        }
    }

    private static void Bloom(float[] plane, float[] small, float[] spare, float strength)
    {
        Reduce(plane, small);
        for (int pass = 0; pass < BlurPasses; pass++)
        {
            BlurAndTurn(small, spare, SmallWidth, SmallHeight);
            BlurAndTurn(spare, small, SmallHeight, SmallWidth);
        }

        Span<float> line = stackalloc float[SmallWidth + 2];
        for (int row = 0; row < Height; row++)
        {
            float place = Math.Clamp(((row + 0.5f) / Shrink) - 0.5f, 0, SmallHeight - 1.001f);
            int above = (int)place * SmallWidth;
            float part = place - (int)place;
            for (int x = 0; x < SmallWidth; x++)
            {
                line[x + 1] = (small[above + x] + ((small[above + SmallWidth + x] - small[above + x]) * part)) * strength;
            }

            line[0] = line[1];
            line[^1] = line[^2];
            var target = plane.AsSpan(row * Width, Width);
            for (int x = 0; x < SmallWidth; x++)
            {
                float left = line[x], middle = line[x + 1], right = line[x + 2];
                target[x * 4] += (left * 0.375f) + (middle * 0.625f);
                target[(x * 4) + 1] += (left * 0.125f) + (middle * 0.875f);
                target[(x * 4) + 2] += (middle * 0.875f) + (right * 0.125f);
                target[(x * 4) + 3] += (middle * 0.625f) + (right * 0.375f);
            }
        }
    }

    private static void Reduce(float[] plane, float[] small)
    {
        Span<float> sums = stackalloc float[Width];
        for (int y = 0; y < SmallHeight; y++)
        {
            for (int x = 0; x < Width; x += Lanes.Count)
            {
                var sum = Lanes.Zero;
                for (int row = 0; row < Shrink; row++)
                {
                    sum += new Lanes(plane.AsSpan((((y * Shrink) + row) * Width) + x));
                }

                sum.CopyTo(sums[x..]);
            }

            for (int x = 0; x < SmallWidth; x++)
            {
                small[(y * SmallWidth) + x] = (sums[x * 4] + sums[(x * 4) + 1] + sums[(x * 4) + 2] + sums[(x * 4) + 3]) / (Shrink * Shrink);
            }
        }
    }

    /// <summary>Blurs along the rows by a sliding mean and writes the result with rows and columns exchanged, so that a second call does the columns.</summary>
    private static void BlurAndTurn(float[] from, float[] to, int width, int height)
    {
        for (int y = 0; y < height; y++)
        {
            var row = from.AsSpan(y * width, width);
            float sum = row[0] * (BlurRadius + 1);
            for (int x = 0; x < BlurRadius; x++)
            {
                sum += row[x];
            }

            for (int x = 0; x < width; x++)
            {
                sum += row[Math.Min(x + BlurRadius, width - 1)];
                to[(x * height) + y] = sum / ((2 * BlurRadius) + 1.0f);
                sum -= row[Math.Max(x - BlurRadius, 0)];
            }
        }
    }

    private static void Expose(DemoClipsLight light, byte[] pixels)
    {
        var target = MemoryMarshal.Cast<byte, int>(pixels.AsSpan());
        for (int row = 0; row < Height; row++)
        {
            float dy = (row - (Height / 2f)) / Width;
            for (int column = 0; column < Width; column += Lanes.Count)
            {
                var dx = (Lanes.Indices + new Lanes(column - (Width / 2f))) / Width;
                var away = (dx * dx) + new Lanes(dy * dy * 1.3f);
                var lens = Lanes.One - (away * (CornerLoss / 0.35f));
                int at = (row * Width) + column;
                var bgra = Byte(light.Planes[2], at, lens) | (Byte(light.Planes[1], at, lens) << 8) | (Byte(light.Planes[0], at, lens) << 16) | new Vector<int>(255 << 24);
                bgra.CopyTo(target[at..]);
            }
        }
    }

    private static Vector<int> Byte(float[] plane, int at, Lanes lens)
    {
        var seen = Lanes.One - Vector.Exp(-new Lanes(plane.AsSpan(at)) * lens);
        return Vector.ConvertToInt32((Vector.Clamp(seen, Lanes.Zero, Lanes.One) * 255f) + new Lanes(0.5f));
    }
}
