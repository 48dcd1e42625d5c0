using System.Runtime.InteropServices;
using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Listens to one stem piece by piece and keeps only measurements of it, some 2 kB a second: a song of any length needs no more memory for its sound. What is heard does not depend on how the
/// sound is cut into pieces.
/// </summary>
/// <param name="registers">Whether strokes and notes are wanted.</param>
/// <param name="singing">Whether it may be a voice.</param>
internal sealed class StemListener(bool registers, bool singing)
{
    private const int Hop = Curves.HopSamples;
    private const int FramesPerHop = Hop / Strokes.HopSamples;
    private const int Reach = Singing.WindowSamples / 2;
    private const float WorkingRms = 0.1f;
    private const float LeastPower = 1e-10f;

    private readonly HalfRate half = new();
    private readonly RegisterPowers strokes = new();
    private readonly Singing voice = new();
    private readonly float[] strokeBlock = new float[RegisterPowers.WindowSamples];
    private readonly float[] voiceBlock = new float[Singing.WindowSamples];
    private readonly List<float> recent = [.. new float[Reach]];
    private readonly List<Half> rows = [];
    private readonly List<float> powers = [];
    private readonly List<(float Moved, float All, float Harmonic)> movements = [];
    private float loudest = LeastPower;
    private int samples;

    /// <summary>Mean power in steps of <see cref="Curves.PerSecond"/>; as many as <see cref="Curves"/> of the same sound have.</summary>
    public IReadOnlyList<float> Powers => powers;

    /// <summary>How partials moved, at each step.</summary>
    public IReadOnlyList<(float Moved, float All, float Harmonic)> Movements => movements;

    /// <summary>Takes the next piece: stereo at 44.1 kHz.</summary>
    public void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => Listen(half.Add(left, right));

    /// <summary>Ends the sound.</summary>
    public void End()
    {
        Listen(half.End());
        var (length, steps) = (samples, (samples / Hop) + 1);
        Listen(new float[(steps * Hop) + (2 * Reach) - length]);
        Shorten(powers, steps);
        Shorten(movements, steps);
        Shorten(rows, steps * FramesPerHop * RegisterPowers.Count);

        static void Shorten<T>(List<T> values, int most)
        {
            if (values.Count > most)
            {
                values.RemoveRange(most, values.Count - most);
            }
        }
    }

    /// <summary>Rows of <see cref="RegisterPowers"/>, one for each frame of <see cref="Strokes"/>.</summary>
    /// <param name="gain">What brings the song to the working level.</param>
    public float[] Rows(float gain) => [.. rows.Select(magnitude => (float)magnitude * gain * (float)magnitude * gain)];

    private void Listen(float[] mono)
    {
        samples += mono.Length;
        recent.AddRange(mono);
        var sound = CollectionsMarshal.AsSpan(recent);
        var at = 0;
        for (; at + (2 * Reach) <= sound.Length; at += Hop)
        {
            Step(sound.Slice(at, 2 * Reach));
        }

        recent.RemoveRange(0, at);
    }

    /// <summary>One step: the sound for <see cref="Reach"/> samples before and after its beginning.</summary>
    private void Step(ReadOnlySpan<float> around)
    {
        var now = around.Slice(Reach, Hop);
        powers.Add(Vectors.Dot(now, now) / Hop);
        loudest = Math.Max(loudest, powers[^1]);
        Span<float> row = stackalloc float[RegisterPowers.Count];
        for (var frame = 0; registers && frame < FramesPerHop; frame++)
        {
            Cut(around.Slice(Reach - (RegisterPowers.WindowSamples / 2) + (frame * Strokes.HopSamples)), RegisterPowers.Window, 1, strokeBlock);
            strokes.Measure(strokeBlock, row);
            foreach (var power in row)
            {
                // As magnitudes, which keep their precision in half the room.
                rows.Add((Half)MathF.Sqrt(power));
            }
        }

        if (singing)
        {
            // The level of the whole is not known yet; strengths are told as they are in the stem, so that quiet beginnings do not count more than the rest.
            var gain = WorkingRms / MathF.Sqrt(loudest);
            Cut(around, Singing.Window, gain, voiceBlock);
            var (moved, all, harmonic) = voice.Hear(voiceBlock);
            movements.Add((moved / gain, all / gain, harmonic));
        }
    }

    private static void Cut(ReadOnlySpan<float> sound, float[] window, float gain, float[] block)
    {
        for (var n = 0; n < block.Length; n++)
        {
            block[n] = sound[n] * window[n] * gain;
        }
    }
}
