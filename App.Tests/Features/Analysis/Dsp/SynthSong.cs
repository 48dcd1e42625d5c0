using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>A piece played by a machine from a tempo curve and a drum pattern: its beats and bars are known exactly.</summary>
/// <param name="Sound">Mono samples at <see cref="Level.SampleRate"/>.</param>
/// <param name="Beats">Times of the beats in seconds.</param>
/// <param name="Downbeats">Times of the first beats of bars.</param>
internal sealed record SynthSong(float[] Sound, double[] Beats, double[] Downbeats)
{
    /// <summary>Plays a pattern.</summary>
    /// <param name="groove">What is struck where.</param>
    /// <param name="beats">Times of the beats, one more than are played.</param>
    /// <param name="pickUpBeats">Beats before the first bar line.</param>
    /// <param name="swing">Where the second half of a beat lies, 0.5 (straight) to 0.67 (triplets).</param>
    /// <param name="cents">Detuning of bass and chords.</param>
    /// <param name="harmony">Whether bass and chords play.</param>
    /// <param name="rests">Beats at which nobody plays.</param>
    public static SynthSong Play(Groove groove, double[] beats, int pickUpBeats = 0, double swing = 0.5, double cents = 0, bool harmony = true, Func<int, bool>? rests = null)
    {
        var sound = Synth.Silence(beats[^1] + 0.5);
        var played = beats.Length - 1;
        var downbeats = new List<double>();
        for (var n = 0; n < played; n++)
        {
            var place = (n - pickUpBeats + groove.BeatsPerBar) % groove.BeatsPerBar;
            var bar = (n - pickUpBeats + groove.BeatsPerBar) / groove.BeatsPerBar;
            if (place == 0)
            {
                downbeats.Add(beats[n]);
            }

            if (rests?.Invoke(n) == true)
            {
                continue;
            }

            Strike(sound, groove, place, beats[n], beats[n + 1] - beats[n], swing);
            if (harmony)
            {
                Accompany(sound, bar, place, beats[n], beats[n + 1] - beats[n], cents);
            }
        }

        return new(sound, beats[..^1], [.. downbeats]);
    }

    /// <summary>Times of the beats of a tempo that may change from beat to beat.</summary>
    /// <param name="tempoBpm">Tempo in beats a minute at a time in seconds.</param>
    /// <param name="seconds">How long the piece lasts.</param>
    /// <param name="firstSeconds">Time of the first beat.</param>
    public static double[] Beat(Func<double, double> tempoBpm, double seconds, double firstSeconds = 0.5)
    {
        var beats = new List<double>();
        for (var at = firstSeconds; at < seconds; at += 60 / tempoBpm(at))
        {
            beats.Add(at);
        }

        return [.. beats];
    }

    /// <summary>Times of the beats of one tempo.</summary>
    public static double[] Beat(double tempoBpm, double seconds, double firstSeconds = 0.5) => Beat(_ => tempoBpm, seconds, firstSeconds);

    private static void Strike(float[] sound, Groove groove, int place, double at, double period, double swing)
    {
        for (var part = 0; part < groove.PartsPerBeat; part++)
        {
            var share = (double)part / groove.PartsPerBeat;
            var swung = share < 0.5 ? share * 2 * swing : swing + ((share - 0.5) * 2 * (1 - swing));
            var (seconds, step) = (at + (swung * period), (place * groove.PartsPerBeat) + part);
            if (groove.Kick[step] == 'x')
            {
                Kick(sound, seconds);
            }

            if (groove.Snare[step] == 'x')
            {
                Noise(sound, seconds, 0.06, 0.3, step);
                Synth.Strike(sound, seconds, 190, 0.03, 0.25);
            }

            if (groove.Hat[step] == 'x')
            {
                Noise(sound, seconds, 0.012, 0.12, step + 7);
            }
        }
    }

    private static void Accompany(float[] sound, int bar, int place, double at, double period, double cents)
    {
        int[] roots = [48, 53, 55, 48, 57, 53, 50, 55];
        var root = roots[bar % roots.Length];
        var tune = Math.Pow(2, cents / 1200);
        Synth.Tone(sound, at, 0.9 * period, Synth.Hz(root - 12) * tune, place == 0 ? 0.14 : 0.1);
        foreach (var note in (int[])[0, root is 57 or 50 ? 3 : 4, 7])
        {
            Synth.Tone(sound, at, period, Synth.Hz(root + 12 + note) * tune, 0.04);
        }
    }

    private static void Kick(float[] sound, double at)
    {
        Synth.Strike(sound, at, 55, 0.07, 0.6);
        Synth.Strike(sound, at, 160, 0.01, 0.3);
    }

    private static void Noise(float[] sound, double at, double decaySeconds, double amplitude, int seed)
    {
        var random = new Random(seed);
        var start = (int)Math.Round(at * Level.SampleRate);
        var before = 0.0;
        for (var n = 0; n < decaySeconds * 6 * Level.SampleRate && start + n < sound.Length; n++)
        {
            var value = random.NextDouble() - 0.5;
            sound[start + n] += (float)(2 * amplitude * Math.Exp(-n / (decaySeconds * Level.SampleRate)) * (value - before));
            before = value;
        }
    }
}

/// <summary>One bar of drums: a letter x per step that is struck.</summary>
internal sealed record Groove(int BeatsPerBar, int PartsPerBeat, string Kick, string Snare, string Hat)
{
    public static readonly Groove Clicks = new(4, 1, "....", "....", "xxxx");
    public static readonly Groove Rock = new(4, 2, "x...x.x.", "..x...x.", "xxxxxxxx");
    public static readonly Groove FourOnTheFloor = new(4, 2, "x.x.x.x.", "..x...x.", ".x.x.x.x");
    public static readonly Groove Sixteenths = new(4, 4, "x.........x.....", "....x.......x...", "xxxxxxxxxxxxxxxx");
    public static readonly Groove HalfTime = new(4, 2, "x..x....", "....x...", "xxxxxxxx");
    public static readonly Groove Break = new(4, 2, "x....x..", "..x...x.", "xxxxxxxx");
    public static readonly Groove Shuffle = new(4, 2, "x...x...", "..x...x.", "xxxxxxxx");
    public static readonly Groove Waltz = new(3, 2, "x.....", "..x.x.", "x.x.x.");
    public static readonly Groove March = new(2, 2, "x...", "..x.", "xxxx");
    public static readonly Groove SixEight = new(2, 3, "x.....", "...x..", "xxxxxx");
    public static readonly Groove Slow12 = new(4, 3, "x.....x.....", "...x.....x..", "xxxxxxxxxxxx");
}
