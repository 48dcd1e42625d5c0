namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// What brings any recording to one working level: a constant offset to take away and a gain to apply. Everything that listens reads the samples through
/// <see cref="Cut"/>, so a louder or quieter copy of a song gives the same result, and broken samples never travel further.
/// </summary>
/// <param name="Offset">Mean of the finite samples.</param>
/// <param name="Gain">Factor that brings the loud part of the sound to the working level; 0 for silence.</param>
internal readonly record struct Level(float Offset, float Gain)
{
    /// <summary>Sample rate that the listening engine works at, in hertz.</summary>
    public const int SampleRate = 22050;

    private const int BlockSamples = 2205;
    private const double WorkingRms = 0.1;
    private const double SilentRms = 1e-5;

    /// <summary>Whether there is anything to hear.</summary>
    public bool IsSilent => Gain == 0;

    /// <summary>Measures a recording. Samples that are not finite count as zero.</summary>
    /// <param name="mono">Any number of samples; an empty span gives silence.</param>
    public static Level Measure(ReadOnlySpan<float> mono)
    {
        var offset = Mean(mono);
        var blocks = new double[(mono.Length / BlockSamples) + 1];
        for (var n = 0; n < mono.Length; n++)
        {
            var value = Finite(mono[n]) - offset;
            blocks[n / BlockSamples] += value * value / BlockSamples;
        }

        // Only the blocks within 40 dB of the loudest count, so that pauses do not make the rest look loud.
        var floor = blocks.Max() * 1e-4;
        var loud = blocks.Where(power => power > floor).DefaultIfEmpty(0).Average();
        var rms = Math.Sqrt(loud);
        return new((float)offset, rms < SilentRms ? 0 : (float)(WorkingRms / rms));
    }

    /// <summary>Copies the samples around <paramref name="centre"/>, at the working level and times the window, into <paramref name="block"/>.</summary>
    /// <param name="mono">The recording; beyond its ends there is silence.</param>
    /// <param name="centre">Sample index of the middle of the block; may lie outside.</param>
    /// <param name="window">Weights, as many as the block is long.</param>
    /// <param name="block">Takes the samples.</param>
    public void Cut(ReadOnlySpan<float> mono, int centre, ReadOnlySpan<float> window, Span<float> block)
    {
        var start = centre - (block.Length / 2);
        for (var n = 0; n < block.Length; n++)
        {
            var at = start + n;
            block[n] = (uint)at < (uint)mono.Length ? ((float)Finite(mono[at]) - Offset) * Gain * window[n] : 0;
        }
    }

    /// <summary>A sample as a number: 0 where it is none.</summary>
    public static double Finite(float value) => float.IsFinite(value) ? value : 0;

    private static double Mean(ReadOnlySpan<float> mono)
    {
        double sum = 0;
        foreach (var value in mono)
        {
            sum += Finite(value);
        }

        return mono.IsEmpty ? 0 : sum / mono.Length;
    }
}
