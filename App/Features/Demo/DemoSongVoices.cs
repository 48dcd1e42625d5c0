namespace Downbeat.Features.Demo;

/// <summary>The instruments that play a pitch: each method adds one note to a bus.</summary>
internal static class DemoSongVoices
{
    // A filter's coefficients cost a tangent: they follow the envelope in steps of this many samples, too short to hear.
    private const int FilterStepSamples = 32;

    /// <summary>Frequency of a MIDI note number, 440 Hz at 69.</summary>
    public static double HertzOf(double pitch) => 440 * Math.Pow(2, (pitch - 69) / 12);

    /// <summary>Slow, wide chord tone: two detuned saw-tooths a side.</summary>
    public static void Pad(DemoSongBus bus, int at, int held, DemoSongNote note)
    {
        Side(bus.Left, 0.13f, -0.07, 0.045);
        Side(bus.Right, 0.61f, 0.065, -0.05);

        void Side(float[] side, float phase, double detuneFirst, double detuneSecond)
        {
            var first = new DemoSongSaw(HertzOf(note.Pitch + detuneFirst), phase);
            var second = new DemoSongSaw(HertzOf(note.Pitch + detuneSecond), (phase + 0.37f) % 1);
            var filter = new DemoSongFilter(350 + (3_600 * note.Brightness * note.Brightness));
            var envelope = new DemoSongEnvelope(held, 0.05f, 0.8f, 0.8f, 0.16f);
            int count = Math.Min(envelope.LengthSamples, side.Length - at);
            for (int i = 0; i < count; i++)
            {
                filter.Run(first.Next() + second.Next());
                side[at + i] += filter.Low * envelope.Next() * note.Velocity * 0.085f;
            }
        }
    }

    /// <summary>Short tone whose filter closes quickly; its place in the stereo picture follows the pitch.</summary>
    public static void Pluck(DemoSongBus bus, int at, int held, DemoSongNote note)
    {
        double hertz = HertzOf(note.Pitch);
        var saw = new DemoSongSaw(hertz, 0.2f);
        var octave = new DemoSongSaw(hertz * 2.004, 0.7f);
        var filter = new DemoSongFilter(1_000, 1.4f);
        var envelope = new DemoSongEnvelope(held, 0.002f, 0.16f, 0, 0.09f);
        float pan = note.Pitch % 5 / 8f;
        int count = Math.Min(envelope.LengthSamples, bus.Left.Length - at);
        for (int i = 0; i < count; i++)
        {
            float level = envelope.Next();
            if (i % FilterStepSamples == 0)
            {
                filter.Tune(260 + (7_000 * note.Brightness * level * level), 1.4f);
            }

            filter.Run(saw.Next() + (octave.Next() * 0.35f));
            float value = filter.Low * level * note.Velocity * 0.55f;
            bus.Left[at + i] += value * (0.75f - pan);
            bus.Right[at + i] += value * (0.25f + pan);
        }
    }

    /// <summary>Saw-tooth over a sine of the same pitch, with a filter that barks on the attack.</summary>
    public static void Bass(DemoSongBus bus, int at, int held, DemoSongNote note)
    {
        double hertz = HertzOf(note.Pitch);
        var saw = new DemoSongSaw(hertz, 0.5f);
        var filter = new DemoSongFilter(300, 1.1f);
        var tone = new DemoSongEnvelope(held, 0.004f, 0.25f, 0.75f, 0.02f);
        var bark = new DemoSongEnvelope(held, 0.002f, 0.09f, 0.12f, 0.02f);
        float step = (float)(hertz / DemoSong.SampleRate);
        float phase = 0;
        int count = Math.Min(tone.LengthSamples, bus.Left.Length - at);
        for (int i = 0; i < count; i++)
        {
            float open = bark.Next();
            if (i % FilterStepSamples == 0)
            {
                filter.Tune(160 + (2_600 * note.Brightness * open), 1.1f);
            }

            phase += step;
            phase -= (int)phase;
            filter.Run(saw.Next() * 0.7f);
            float value = MathF.Tanh((filter.Low + (MathF.Sin(MathF.Tau * phase) * 0.6f)) * 1.3f) * tone.Next() * note.Velocity * 0.26f;
            bus.Left[at + i] += value;
            bus.Right[at + i] += value;
        }
    }

    /// <summary>Frequency-modulated bell (Chowning 1973): a sine bent by one of twice its pitch that dies away first.</summary>
    public static void Bell(DemoSongBus bus, int at, int held, DemoSongNote note)
    {
        float step = (float)(HertzOf(note.Pitch) / DemoSong.SampleRate);
        var tone = new DemoSongEnvelope(held, 0.002f, 0.55f, 0.12f, 0.22f);
        var bend = new DemoSongEnvelope(held, 0.002f, 0.12f, 0.1f, 0.1f);
        float phase = 0;
        int count = Math.Min(tone.LengthSamples, bus.Left.Length - at);
        for (int i = 0; i < count; i++)
        {
            phase += step;
            phase -= (int)phase;
            float shimmer = MathF.Sin(MathF.Tau * 5.2f * i / DemoSong.SampleRate) * 0.12f;
            float bent = (MathF.Sin(MathF.Tau * 2 * phase) * 1.9f) + (MathF.Sin(MathF.Tau * 7 * phase) * 0.25f);
            float value = MathF.Sin((MathF.Tau * phase) + (bent * bend.Next())) * tone.Next() * note.Velocity * 0.2f;
            bus.Left[at + i] += value * (1 + shimmer);
            bus.Right[at + i] += value * (1 - shimmer);
        }
    }

    /// <summary>The singing voice of the hook: three saw-tooths under a filter that begins to sway on long notes.</summary>
    public static void Lead(DemoSongBus bus, int at, int held, DemoSongNote note)
    {
        double hertz = HertzOf(note.Pitch);
        var centre = new DemoSongSaw(hertz, 0.1f);
        var below = new DemoSongSaw(hertz * 0.9955, 0.4f);
        var above = new DemoSongSaw(hertz * 1.0045, 0.8f);
        var filter = new DemoSongFilter(3_000, 0.9f);
        var tone = new DemoSongEnvelope(held, 0.006f, 0.3f, 0.7f, 0.07f);
        int count = Math.Min(tone.LengthSamples, bus.Left.Length - at);
        for (int i = 0; i < count; i++)
        {
            float level = tone.Next();
            if (i % FilterStepSamples == 0)
            {
                float sway = MathF.Sin(MathF.Tau * 5.4f * i / DemoSong.SampleRate) * MathF.Min(1, i / 13_000f);
                filter.Tune(900 + (3_000 * level) + (350 * sway), 0.9f);
            }

            float middle = centre.Next();
            float low = below.Next();
            float high = above.Next();
            filter.Run(middle + ((low + high) * 0.6f));
            // The mid goes through the filter; a little of the raw difference of the outer two makes it wide.
            float value = filter.Low * level * note.Velocity * 0.17f;
            float width = (low - high) * level * note.Velocity * 0.018f;
            bus.Left[at + i] += value + width;
            bus.Right[at + i] += value - width;
        }
    }
}
