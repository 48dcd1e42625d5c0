namespace Downbeat.Features.Demo;

/// <summary>The drum kit: each method makes one hit.</summary>
internal static class DemoSongDrums
{
    // Inharmonic like a cymbal's; the ratios are those of the classic six-oscillator drum machines.
    private static readonly double[] MetalHertz = [3_205, 4_270, 5_310, 6_390, 7_830, 9_420];

    public static DemoSongBus Kick()
    {
        var noise = new DemoSongNoise(11);
        float phase = 0;
        return Mono(0.42f, t =>
        {
            phase += (47 + (170 * Decay(t, 0.022f)) + (45 * Decay(t, 0.09f))) / DemoSong.SampleRate;
            float body = MathF.Sin(MathF.Tau * phase) * Decay(Math.Max(0, t - 0.05f), 0.11f) * Fade(t, 0.42f);
            float click = noise.Next() * Decay(t, 0.0025f) * 0.35f;
            return MathF.Tanh((body * 1.7f) + click) * 0.95f;
        });
    }

    public static DemoSongBus Snare()
    {
        var noise = new DemoSongNoise(23);
        var wires = new DemoSongFilter(1_900, 0.6f);
        return Mono(0.3f, t =>
        {
            wires.Run(noise.Next());
            float shell = (MathF.Sin(MathF.Tau * 186 * t) * 0.6f) + (MathF.Sin(MathF.Tau * 331 * t) * 0.35f);
            return MathF.Tanh(((shell * Decay(t, 0.055f)) + (wires.High * 0.55f * Decay(t, 0.075f))) * 1.4f) * Fade(t, 0.3f) * 0.8f;
        });
    }

    public static DemoSongBus Clap() =>
        Stereo(0.35f, side =>
        {
            var noise = new DemoSongNoise(31 + side);
            var hands = new DemoSongFilter(1_350, 1.6f);
            return t =>
            {
                hands.Run(noise.Next());
                // Three pairs of hands a hundredth of a second apart, then the room.
                float bursts = t < 0.03f ? Decay(t % 0.01f, 0.004f) : Decay(t - 0.03f, 0.07f);
                return hands.Band * bursts * Fade(t, 0.35f) * 0.95f;
            };
        });

    public static DemoSongBus ClosedHat() => Hat(0.09f, 0.018f, seed: 41);

    public static DemoSongBus OpenHat() => Hat(0.32f, 0.1f, seed: 43);

    public static DemoSongBus Crash() =>
        Stereo(2.4f, side =>
        {
            var noise = new DemoSongNoise(53 + side);
            var air = new DemoSongFilter(4_200, 0.6f);
            var body = new DemoSongFilter(2_600, 0.9f);
            return t =>
            {
                float white = noise.Next();
                air.Run(white);
                body.Run(white);
                return ((air.High * 0.34f * Decay(t, 0.5f)) + (body.Band * 0.3f * Decay(t, 0.16f)) + (Metal(t) * 0.025f * Decay(t, 0.4f))) * Fade(t, 2.4f);
            };
        });

    public static DemoSongBus Tom(int pitch)
    {
        float hertz = (float)DemoSongVoices.HertzOf(pitch);
        float phase = 0;
        return Mono(0.4f, t =>
        {
            phase += hertz * (1 + (0.7f * Decay(t, 0.03f))) / DemoSong.SampleRate;
            return MathF.Tanh(MathF.Sin(MathF.Tau * phase) * 1.5f) * Decay(t, 0.1f) * Fade(t, 0.4f) * 0.7f;
        });
    }

    /// <summary>Noise that climbs and swells for <paramref name="seconds"/> and breaks off.</summary>
    public static DemoSongBus Riser(float seconds) =>
        Stereo(seconds, side =>
        {
            var noise = new DemoSongNoise(67 + side);
            var sweep = new DemoSongFilter(300, 2.2f);
            int sample = 0;
            return t =>
            {
                float climb = t / seconds;
                if (sample++ % 64 == 0)
                {
                    sweep.Tune(350 * MathF.Pow(22, climb), 2.2f);
                }

                sweep.Run(noise.Next());
                return sweep.Band * climb * climb * 0.3f * MathF.Min(1, (seconds - t) / 0.01f);
            };
        });

    private static DemoSongBus Hat(float seconds, float decaySeconds, uint seed)
    {
        var noise = new DemoSongNoise(seed);
        var air = new DemoSongFilter(7_600, 0.8f);
        return Mono(seconds, t =>
        {
            air.Run((noise.Next() * 0.7f) + (Metal(t) * 0.18f));
            return air.High * Decay(t, decaySeconds) * Fade(t, seconds) * 0.55f;
        });
    }

    private static float Metal(float t)
    {
        float sum = 0;
        foreach (double hertz in MetalHertz)
        {
            sum += MathF.Sin((float)(MathF.Tau * hertz) * t);
        }

        return sum;
    }

    private static float Decay(float t, float seconds) => MathF.Exp(-t / seconds);

    private static float Fade(float t, float seconds) => MathF.Min(1, (seconds - t) / (0.2f * seconds));

    private static DemoSongBus Mono(float seconds, Func<float, float> valueAt)
    {
        var shot = new DemoSongBus((int)(seconds * DemoSong.SampleRate));
        for (int i = 0; i < shot.Left.Length; i++)
        {
            shot.Left[i] = shot.Right[i] = valueAt((float)i / DemoSong.SampleRate);
        }

        return shot;
    }

    private static DemoSongBus Stereo(float seconds, Func<uint, Func<float, float>> sideOf)
    {
        var shot = new DemoSongBus((int)(seconds * DemoSong.SampleRate));
        var (left, right) = (sideOf(0), sideOf(1));
        for (int i = 0; i < shot.Left.Length; i++)
        {
            shot.Left[i] = left((float)i / DemoSong.SampleRate);
            shot.Right[i] = right((float)i / DemoSong.SampleRate);
        }

        return shot;
    }
}
