using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>Sounds whose beats, bars and notes are known because they are made here.</summary>
internal static class Synth
{
    public static float[] Silence(double seconds) => new float[(int)(seconds * Level.SampleRate)];

    public static float[] Clicks(double tempoBpm, double seconds, double firstSeconds = 0.5)
    {
        var sound = Silence(seconds);
        for (var beat = firstSeconds; beat < seconds; beat += 60 / tempoBpm)
        {
            Strike(sound, beat, 1500, 0.005, 0.5);
        }

        return sound;
    }

    /// <summary>A little band: kick and bass on the first beat, clicks on all, and a chord that changes with each bar.</summary>
    public static float[] Band(double tempoBpm, int beatsPerBar, int bars, double firstSeconds = 0.5)
    {
        var period = 60 / tempoBpm;
        var sound = Silence(firstSeconds + (bars * beatsPerBar * period));
        int[] roots = [48, 53, 55, 48, 57, 53, 50, 55];
        for (var bar = 0; bar < bars; bar++)
        {
            var start = firstSeconds + (bar * beatsPerBar * period);
            var root = roots[bar % roots.Length];
            Strike(sound, start, 55, 0.06, 0.7);
            Tone(sound, start, beatsPerBar * period, Hz(root - 12), 0.15);
            foreach (var note in (int[])[0, root is 57 or 50 ? 3 : 4, 7])
            {
                Tone(sound, start, beatsPerBar * period, Hz(root + 12 + note), 0.06);
            }

            for (var beat = 0; beat < beatsPerBar; beat++)
            {
                Strike(sound, start + (beat * period), 3000, 0.008, 0.25);
            }
        }

        return sound;
    }

    public static float[] Noise(double seconds, int seed = 7)
    {
        var random = new Random(seed);
        return [.. Silence(seconds).Select(_ => (float)(random.NextDouble() - 0.5) * 0.3f)];
    }

    public static float[] Chords(double seconds, params int[][] chords)
    {
        var sound = Silence(seconds);
        for (var n = 0; n < (int)seconds; n++)
        {
            foreach (var note in chords[n % chords.Length])
            {
                Tone(sound, n, 1, Hz(note), 0.1);
            }
        }

        return sound;
    }

    public static double Hz(int note) => 440 * Math.Pow(2, (note - 69) / 12.0);

    public static void Strike(float[] sound, double at, double hz, double decaySeconds, double amplitude)
    {
        var start = (int)Math.Round(at * Level.SampleRate);
        for (var n = 0; n < decaySeconds * 6 * Level.SampleRate && start + n < sound.Length; n++)
        {
            var t = (double)n / Level.SampleRate;
            sound[start + n] += (float)(amplitude * Math.Exp(-t / decaySeconds) * Math.Sin(2 * Math.PI * hz * t));
        }
    }

    public static void Tone(float[] sound, double at, double seconds, double hz, double amplitude)
    {
        var (start, count) = ((int)Math.Round(at * Level.SampleRate), (int)(seconds * Level.SampleRate));
        for (var n = 0; n < count && start + n < sound.Length; n++)
        {
            var t = (double)n / Level.SampleRate;
            var envelope = Math.Min(1, Math.Min(t, seconds - t) / 0.01);
            sound[start + n] += (float)(amplitude * envelope * (Math.Sin(2 * Math.PI * hz * t) + (0.4 * Math.Sin(4 * Math.PI * hz * t))));
        }
    }
}
