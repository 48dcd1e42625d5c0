using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>
/// Songs of a known form. Each letter is a part with instruments, chords and a loudness of its own: I intro, V verse, P pre-chorus, C chorus, B bridge, K breakdown, U build-up,
/// D drop, O outro. The same letter sounds the same but for the melody and the noise; the last bar of a part has a fill.
/// </summary>
internal sealed class SynthForm
{
    private static readonly Dictionary<char, Part> Parts = new()
    {
        ['I'] = new(4, [0, 5], Pad: 0.5f),
        ['V'] = new(8, [0, 9, 5, 7], Pad: 0.4f, Bass: 0.7f, Kick: 0.6f, Snare: 0.5f, Hats: 0.4f, Lead: 0.35f),
        ['P'] = new(4, [2, 4, 5, 7], Pad: 0.7f, Bass: 0.7f, Kick: 0.6f, Hats: 0.6f, Lead: 0.5f),
        ['C'] = new(8, [5, 7, 4, 9], Pad: 1, Bass: 1, Kick: 1, Snare: 1, Hats: 1, Lead: 1),
        ['B'] = new(8, [9, 4, 2, 11], Pad: 0.8f, Bass: 0.4f, Lead: 0.6f),
        ['K'] = new(8, [9, 4], Pad: 0.35f, Lead: 0.5f),
        ['U'] = new(8, [5, 0], Pad: 0.5f, Riser: 1),
        ['D'] = new(16, [9, 5], Bass: 1.2f, Kick: 1.2f, Snare: 0.7f, Hats: 0.8f, Stab: 0.9f, FourOnTheFloor: true),
        ['O'] = new(4, [0, 5], Pad: 0.35f, Lead: 0.1f),
    };

    private readonly double tempoBpm;
    private readonly int beatsPerBar;
    private readonly Random random;
    private readonly float[] sound;

    public SynthForm(string form, double tempoBpm, int beatsPerBar = 4, double firstSeconds = 0.4, int seed = 1)
    {
        (this.tempoBpm, this.beatsPerBar, random) = (tempoBpm, beatsPerBar, new Random(seed));
        var bar = 60 / tempoBpm * beatsPerBar;
        var starts = new List<double>();
        var at = firstSeconds;
        foreach (var name in form)
        {
            starts.Add(at);
            at += Parts[name].Bars * bar;
        }

        (Form, Starts, DurationSeconds) = (form, [.. starts], at + 0.5);
        sound = Synth.Silence(DurationSeconds);
        for (var n = 0; n < form.Length; n++)
        {
            Play(Parts[form[n]], starts[n], bar);
        }
    }

    public string Form { get; }

    public double[] Starts { get; }

    public double DurationSeconds { get; }

    public float[] Sound => sound;

    private void Play(Part part, double start, double bar)
    {
        var beat = 60 / tempoBpm;
        for (var n = 0; n < part.Bars; n++)
        {
            var (at, root) = (start + (n * bar), part.Roots[n % part.Roots.Length]);
            var chord = Chord(root);
            Array.ForEach(chord, note => Note(at, bar, 60 + note, 0.09f * part.Pad, 3));
            var fill = n == part.Bars - 1 && part.Kick > 0;
            for (var k = 0; k < beatsPerBar; k++)
            {
                var t = at + (k * beat);
                Note(t, beat * 0.8, 36 + (root % 12), 0.22f * part.Bass, 5);
                Note(t, beat * 0.7, 72 + chord[random.Next(3)] + (random.Next(4) == 0 ? 2 : 0), 0.12f * part.Lead, 6);
                if (part.FourOnTheFloor || k % 2 == 0)
                {
                    Kick(t, part.Kick);
                }

                if (k % 2 == 1)
                {
                    Burst(t, part.Snare, 0.09, 200);
                }

                Burst(t, 0.3f * part.Hats, 0.025, 0);
                Burst(t + (beat / 2), 0.3f * part.Hats, 0.025, 0);
                Array.ForEach(chord, note => Note(t + (beat / 2), beat * 0.3, 60 + note, 0.14f * part.Stab, 9));
                if (fill && k >= beatsPerBar - 2)
                {
                    Burst(t + (beat / 4), 0.6f * part.Kick, 0.06, 160);
                    Burst(t + (beat * 3 / 4), 0.6f * part.Kick, 0.06, 130);
                }

                var risen = (n + ((double)k / beatsPerBar)) / part.Bars;
                Burst(t, (float)(1.2 * part.Riser * risen * risen), beat * 0.6, 0);
            }
        }
    }

    /// <summary>Minor on the second, third, sixth and seventh step of the scale.</summary>
    private static int[] Chord(int root) => [root, root + (root is 2 or 4 or 9 or 11 ? 3 : 4), root + 7];

    private void Note(double at, double seconds, int note, float amplitude, int overtones)
    {
        if (amplitude == 0)
        {
            return;
        }

        var (start, count) = ((int)(at * Level.SampleRate), (int)(seconds * Level.SampleRate));
        for (var h = 1; h <= overtones && Synth.Hz(note) * h < 9000; h++)
        {
            // A rotating pointer instead of a sine for each sample: whole songs are made here.
            var (turn, strength) = (2 * Math.PI * Synth.Hz(note) * h / Level.SampleRate, amplitude / h);
            var (cos, sin, re, im) = (Math.Cos(turn), Math.Sin(turn), 1.0, 0.0);
            for (var n = 0; n < count && start + n < sound.Length; n++)
            {
                (re, im) = ((re * cos) - (im * sin), (re * sin) + (im * cos));
                sound[start + n] += (float)(strength * im * Math.Min(1, Math.Min(n, count - n) / 200.0));
            }
        }
    }

    private void Kick(double at, float amplitude)
    {
        for (var (n, start) = (0, (int)(at * Level.SampleRate)); amplitude > 0 && n < 5000 && start + n < sound.Length; n++)
        {
            var t = (double)n / Level.SampleRate;
            sound[start + n] += (float)(0.8 * amplitude * Math.Exp(-t * 22) * Math.Sin(2 * Math.PI * ((50 * t) + (4 * (1 - Math.Exp(-t * 30))))));
        }
    }

    /// <summary>Noise that dies away, with a body where <paramref name="bodyHz"/> is above 0; without one only its upper half sounds.</summary>
    private void Burst(double at, float amplitude, double decaySeconds, double bodyHz)
    {
        double before = 0;
        for (var (n, start) = (0, (int)(at * Level.SampleRate)); amplitude > 0 && n < decaySeconds * 5 * Level.SampleRate && start + n < sound.Length; n++)
        {
            var (t, noise) = ((double)n / Level.SampleRate, (random.NextDouble() * 2) - 1);
            var value = bodyHz > 0 ? (0.5 * noise) + (0.5 * Math.Sin(2 * Math.PI * bodyHz * t)) : (noise - before) / 2;
            sound[start + n] += (float)(0.4 * amplitude * Math.Exp(-t / decaySeconds) * value);
            before = noise;
        }
    }

    private sealed record Part(
        int Bars,
        int[] Roots,
        float Pad = 0,
        float Bass = 0,
        float Kick = 0,
        float Snare = 0,
        float Hats = 0,
        float Lead = 0,
        float Riser = 0,
        float Stab = 0,
        bool FourOnTheFloor = false);
}
