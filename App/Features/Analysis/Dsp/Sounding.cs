namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// The part of a recording between the silence before it and the silence after it. Only this part is listened to, with the same short silence on either side: what is heard in a song does
/// not depend on how long one waits for it.
/// </summary>
/// <param name="First">Index of the first sample that sounds.</param>
/// <param name="End">Index after the last one; at least one more than <paramref name="First"/>.</param>
internal readonly record struct Sounding(int First, int End)
{
    /// <summary>Silence put before and after the part, in samples (93 ms): half the longest window, so that every window meets the first onset as it meets all others.</summary>
    public const int MarginSamples = 2048;

    /// <summary>The same in seconds.</summary>
    public const double MarginSeconds = (double)MarginSamples / Level.SampleRate;

    // 60 dB below the peak: what dither and the noise of a good recording stay under.
    private const double AudibleShare = 1e-3;

    /// <summary>Where in the recording the margin before the part begins, in seconds; below 0 where the recording begins with the part.</summary>
    public double StartSeconds => (double)(First - MarginSamples) / Level.SampleRate;

    /// <summary>Finds the part. What counts is the distance from the value that the recording rests at before and after, so that an offset is no sound.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>; those that are not finite count as zero.</param>
    /// <returns>Null when all samples are the same, or there are none.</returns>
    public static Sounding? Find(ReadOnlySpan<float> mono)
    {
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (var sample in mono)
        {
            var value = Level.Finite(sample);
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        if (!(highest > lowest))
        {
            return null;
        }

        var faint = AudibleShare * (highest - lowest) / 2;
        var (first, end) = (0, mono.Length);
        while (Math.Abs(Level.Finite(mono[first]) - Level.Finite(mono[0])) <= faint)
        {
            first++;
        }

        while (Math.Abs(Level.Finite(mono[end - 1]) - Level.Finite(mono[^1])) <= faint)
        {
            end--;
        }

        return new(first, Math.Max(end, first + 1));
    }

    /// <summary>Cuts the part out and puts the margins around it, at the value that <paramref name="level"/> takes for silence.</summary>
    /// <param name="mono">The recording.</param>
    /// <param name="level">Level of the part.</param>
    public float[] Cut(ReadOnlySpan<float> mono, Level level)
    {
        var part = new float[End - First + (2 * MarginSamples)];
        part.AsSpan(0, MarginSamples).Fill(level.Offset);
        mono[First..End].CopyTo(part.AsSpan(MarginSamples));
        part.AsSpan(part.Length - MarginSamples).Fill(level.Offset);
        return part;
    }
}
