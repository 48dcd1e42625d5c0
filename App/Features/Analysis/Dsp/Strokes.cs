using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How strongly each part of the drum kit strikes and the bass begins a note, frame by frame; all series have the same length and start at time 0.</summary>
/// <param name="Kick">Rise of the lowest register that soon dies away, not negative; about 1 for a clear stroke.</param>
/// <param name="Snare">Rise of body and noise together.</param>
/// <param name="Hats">Rise of the highest register beyond what the middle brings.</param>
/// <param name="Bass">Rise of the bass register that stays.</param>
internal sealed record Strokes(float[] Kick, float[] Snare, float[] Hats, float[] Bass)
{
    /// <summary>Samples from one frame to the next.</summary>
    public const int HopSamples = 256;

    /// <summary>Frames in a second (86.1).</summary>
    public const double FramesPerSecond = (double)Level.SampleRate / HopSamples;

    private const int WindowSamples = 1024;
    private const int LagFrames = 3;
    private const int AttackFrames = 4;
    private const int DecayFrames = 14;
    private const float FaintestStroke = 2f;
    private const double StrongShare = 0.98;
    private const float Floor = 1e-3f;

    private const float ClearClick = 3;

    // What a bass drum's click and a tone's overtones bring to the noise band, as a share of their own power; a snare drum brings far more.
    private const float NoiseOfKick = 0.006f;
    private const float NoiseOfTones = 0.002f;

    private static readonly (double FromHz, double ToHz)[] Registers =
        [(30, 65), (65, 120), (120, 250), (250, 500), (500, 1000), (1000, 2000), (2000, 3500), (3500, 5500), (5500, 7500), (7500, 9000), (9000, 10800)];

    /// <summary>Listens to a whole recording.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>.</param>
    /// <param name="level">Its measured level.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Strokes Compute(ReadOnlySpan<float> mono, Level level, CancellationToken stop)
    {
        var powers = Powers(mono, level, stop);
        var frames = powers.Length / Registers.Length;
        var (kick, snare, hats, bass) = (new float[frames], new float[frames], new float[frames], new float[frames]);
        for (var frame = LagFrames; frame < frames; frame++)
        {
            var low = Gain(powers, frame, 0, 2);
            var body = Gain(powers, frame, 2, 4);
            var noise = Gain(powers, frame, 7, 9);
            var gone = Gone(powers, frame, 0, 2);
            kick[frame] = Rise(powers, frame, 0, 2) * gone * Share(low, Gain(powers, frame, 2, 3)) * Click(powers, frame);
            bass[frame] = Rise(powers, frame, 0, 3) * (1 - gone);
            snare[frame] = Math.Min(Rise(powers, frame, 2, 4), Rise(powers, frame, 6, 9)) * Share(noise, NoiseOfKick * low) * Share(noise, NoiseOfTones * body);
            hats[frame] = Rise(powers, frame, 8, 11);
        }

        return new(kick, snare, hats, bass);
    }

    /// <summary>How strong the strong strokes of a series are, never below what a faint but clear stroke has: a song without drums has no strong strokes.</summary>
    public static float Strong(float[] strength) => Math.Max(FaintestStroke, (float)Smoothing.Quantile(strength, StrongShare));

    /// <summary>Mean rise of the log power of some registers over <see cref="LagFrames"/>, not negative.</summary>
    private static float Rise(float[] powers, int frame, int from, int to)
    {
        float rise = 0;
        for (var register = from; register < to; register++)
        {
            var before = powers[((frame - LagFrames) * Registers.Length) + register];
            rise += Math.Max(0, MathF.Log((powers[(frame * Registers.Length) + register] + Floor) / (before + Floor)));
        }

        return rise / (to - from);
    }

    /// <summary>Power that comes to some registers within a stroke's attack, not negative: clicks sound before the body that they belong to.</summary>
    private static float Gain(float[] powers, int frame, int from, int to) =>
        Math.Max(0, Furthest(powers, frame, frame + AttackFrames, from, to, Math.Max) - Sum(powers, frame - LagFrames, from, to)) / (to - from);

    /// <summary>How much of a stroke's click can be heard above the lowest register, 0.25 (none: a bass note) to 1.</summary>
    private static float Click(float[] powers, int frame) => 0.25f + (0.75f * Math.Min(1, Rise(powers, frame, 5, 8) / ClearClick));

    /// <summary>How much of what came with a rise is gone again a little later, 0 to 1.</summary>
    private static float Gone(float[] powers, int frame, int from, int to)
    {
        var before = Sum(powers, frame - LagFrames, from, to);
        var most = Furthest(powers, frame, frame + AttackFrames, from, to, Math.Max);
        var least = Furthest(powers, frame + AttackFrames, frame + DecayFrames, from, to, Math.Min);
        return most > before ? Math.Clamp((most - least) / (most - before + 1e-9f), 0, 1) : 0;
    }

    private static float Furthest(float[] powers, int first, int last, int from, int to, Func<float, float, float> choose)
    {
        var frames = powers.Length / Registers.Length;
        var furthest = Sum(powers, Math.Min(first, frames - 1), from, to);
        for (var frame = first + 1; frame <= Math.Min(last, frames - 1); frame++)
        {
            furthest = choose(furthest, Sum(powers, frame, from, to));
        }

        return furthest;
    }

    private static float Share(float part, float rest) => part > 0 ? part / (part + rest) : 0;

    private static float Sum(float[] powers, int frame, int from, int to) => Vectors.Sum(powers.AsSpan((frame * Registers.Length) + from, to - from));

    private static float[] Powers(ReadOnlySpan<float> mono, Level level, CancellationToken stop)
    {
        var frames = (mono.Length / HopSamples) + 1;
        var fft = new RealFft(WindowSamples);
        var (window, block, power) = (WindowFunctions.Hann(WindowSamples), new float[WindowSamples], new float[fft.Bins]);
        (int From, int Count)[] bins = [.. Registers.Select(register => (Bin(register.FromHz), Bin(register.ToHz) - Bin(register.FromHz)))];
        var powers = new float[frames * Registers.Length];
        for (var frame = 0; frame < frames; frame++)
        {
            if (frame % 1024 == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            level.Cut(mono, frame * HopSamples, window, block);
            fft.Power(block, power);
            for (var register = 0; register < bins.Length; register++)
            {
                powers[(frame * bins.Length) + register] = Vectors.Sum(power.AsSpan(bins[register].From, bins[register].Count)) / bins[register].Count;
            }
        }

        return powers;
    }

    private static int Bin(double hz) => (int)Math.Round(hz * WindowSamples / Level.SampleRate);
}
