using System.Runtime.InteropServices;
using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Brings stereo at 44.1 kHz to mono at <see cref="Level.SampleRate"/>, piece by piece, by a half-band low-pass (windowed sine, Blackman's window): flat to 9 kHz, 70 dB down from 13 kHz on. Sample 0
/// stays at time 0.
/// </summary>
internal sealed class HalfRate
{
    private const int Reach = 31;
    private static readonly float[] Weights = MakeWeights();

    private readonly List<float> ahead = [.. new float[Reach]];

    /// <summary>Takes the next piece.</summary>
    /// <param name="left">Left channel; samples that are not finite count as zero.</param>
    /// <param name="right">Right channel, as long.</param>
    /// <returns>What is known by now of the sound at half the rate, after what was given back before.</returns>
    public float[] Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        for (var n = 0; n < left.Length; n++)
        {
            ahead.Add((float)(Level.Finite(left[n]) + Level.Finite(right[n])) / 2);
        }

        var count = Math.Max(0, (ahead.Count - Weights.Length + 2) / 2);
        var half = new float[count];
        var sound = CollectionsMarshal.AsSpan(ahead);
        for (var n = 0; n < count; n++)
        {
            half[n] = Vectors.Dot(sound.Slice(2 * n, Weights.Length), Weights);
        }

        ahead.RemoveRange(0, 2 * count);
        return half;
    }

    /// <summary>What is left at the end of the sound.</summary>
    public float[] End() => Add(new float[Reach], new float[Reach]);

    private static float[] MakeWeights()
    {
        var weights = new float[(2 * Reach) + 1];
        for (var n = -Reach; n <= Reach; n++)
        {
            var sine = n == 0 ? 0.5 : Math.Sin(Math.PI * n / 2) / (Math.PI * n);
            var place = Math.PI * n / (Reach + 1);
            weights[n + Reach] = (float)(sine * (0.42 + (0.5 * Math.Cos(place)) + (0.08 * Math.Cos(2 * place))));
        }

        // A constant must stay what it is.
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
