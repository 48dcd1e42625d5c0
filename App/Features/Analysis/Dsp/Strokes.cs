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

    /// <summary>What a faint but clear stroke has.</summary>
    public const float FaintestStroke = 2f;

    private const int Registers = RegisterPowers.Count;
    private const int LagFrames = 3;
    private const int AttackFrames = 4;
    private const int DecayFrames = 14;
    private const double StrongShare = 0.98;
    private const float Floor = 1e-3f;

    private const float ClearClick = 3;
    private const float ClearRise = 2;

    // Brings a faint but clear stroke of a snare drum alone to what other faint strokes have.
    private const float SnareScale = 5;

    // What a bass drum's click and a tone's overtones bring to the noise band, as a share of their own power; a snare drum brings far more.
    private const float NoiseOfKick = 0.006f;
    private const float NoiseOfTones = 0.002f;

    /// <summary>Listens to a whole recording.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>.</param>
    /// <param name="level">Its measured level.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Strokes Compute(ReadOnlySpan<float> mono, Level level, CancellationToken stop) => Of(Powers(mono, level, stop));

    /// <summary>The same of what was measured before.</summary>
    /// <param name="powers">Rows of <see cref="RegisterPowers"/>, one for each frame, at the working level.</param>
    public static Strokes Of(float[] powers)
    {
        var frames = powers.Length / Registers;
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

    /// <summary>
    /// The same of drums that play alone: without the other instruments a snare drum that strikes together with the bass drum can be told from that drum's click, by the power that comes to body and
    /// noise at once.
    /// </summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static Strokes OfDrums(float[] powers)
    {
        float[] snare = [.. Frames(powers).Select(frame => SnareAlone(powers, frame))];
        return Of(powers) with { Snare = snare };
    }

    /// <summary>How strongly notes of a bass that plays alone begin, frame by frame: the rise of the registers up to 250 Hz, whether the note stays or soon dies away.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static float[] BassNotes(float[] powers) => [.. Frames(powers).Select(frame => Rise(powers, frame, 0, 3))];

    /// <summary>How strongly notes or syllables of a voice that sings alone begin, frame by frame: the rise of the registers from 120 Hz to 5.5 kHz.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static float[] Syllables(float[] powers) => [.. Frames(powers).Select(frame => Rise(powers, frame, 2, 8))];

    /// <summary>How strong the strong strokes of a series are, never below what a faint but clear stroke has: a song without drums has no strong strokes.</summary>
    public static float Strong(float[] strength) => Math.Max(FaintestStroke, (float)Smoothing.Quantile(strength, StrongShare));

    private static float SnareAlone(float[] powers, int frame)
    {
        var rise = Math.Min(Rise(powers, frame, 3, 5), Rise(powers, frame, 6, 9));
        if (rise <= 0)
        {
            return 0;
        }

        var (body, noise) = (Gain(powers, frame, 3, 5), Gain(powers, frame, 6, 9));
        return SnareScale * MathF.Sqrt(MathF.Sqrt(body * noise)) * Math.Min(1, rise / ClearRise) * Share(noise, NoiseOfTones * body);
    }

    private static IEnumerable<int> Frames(float[] powers) => Enumerable.Range(0, powers.Length / Registers);

    /// <summary>Mean rise of the log power of some registers over <see cref="LagFrames"/>, not negative; none in the first frames.</summary>
    private static float Rise(float[] powers, int frame, int from, int to)
    {
        if (frame < LagFrames)
        {
            return 0;
        }

        float rise = 0;
        for (var register = from; register < to; register++)
        {
            var before = powers[((frame - LagFrames) * Registers) + register];
            rise += Math.Max(0, MathF.Log((powers[(frame * Registers) + register] + Floor) / (before + Floor)));
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
        var frames = powers.Length / Registers;
        var furthest = Sum(powers, Math.Min(first, frames - 1), from, to);
        for (var frame = first + 1; frame <= Math.Min(last, frames - 1); frame++)
        {
            furthest = choose(furthest, Sum(powers, frame, from, to));
        }

        return furthest;
    }

    private static float Share(float part, float rest) => part > 0 ? part / (part + rest) : 0;

    private static float Sum(float[] powers, int frame, int from, int to) => Vectors.Sum(powers.AsSpan((frame * Registers) + from, to - from));

    private static float[] Powers(ReadOnlySpan<float> mono, Level level, CancellationToken stop)
    {
        var frames = (mono.Length / HopSamples) + 1;
        var (registers, block) = (new RegisterPowers(), new float[RegisterPowers.WindowSamples]);
        var powers = new float[frames * Registers];
        for (var frame = 0; frame < frames; frame++)
        {
            if (frame % 1024 == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            level.Cut(mono, frame * HopSamples, RegisterPowers.Window, block);
            registers.Measure(block, powers.AsSpan(frame * Registers, Registers));
        }

        return powers;
    }
}
