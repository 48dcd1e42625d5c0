using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems.Dsp;

/// <summary>Four players made of formulas: drums of noise and a falling sine, a bass line, chords to the sides, a voice in the middle that never holds still.</summary>
internal static class MadeUpBand
{
    private const double Rate = StereoBlock.SampleRate;

    /// <summary>Vocals, drums, bass, other, in the order of the stems.</summary>
    public static StereoBlock[] Play(double seconds)
    {
        var noise = new Random(3);
        return [Sound(seconds, Voice, 0.5, 0.5), Sound(seconds, time => Drums(time, noise), 0.5, 0.5), Sound(seconds, Bass, 0.5, 0.5), Sum(Sound(seconds, Chord(1.0), 0.6, 0.08), Sound(seconds, Chord(1.26), 0.08, 0.6))];
    }

    private static StereoBlock Sum(StereoBlock a, StereoBlock b) => SplitSound.Sum(a, b);

    private static StereoBlock Sound(double seconds, Func<double, double> wave, double left, double right)
    {
        var sound = new StereoBlock((int)(seconds * Rate));
        for (var n = 0; n < sound.Frames; n++)
        {
            var value = wave(n / Rate);
            (sound.Left[n], sound.Right[n]) = ((float)(left * value), (float)(right * value));
        }

        return sound;
    }

    // Sung syllables of 0.6 s with a vibrato of six a second; the phase is the integral of the pitch.
    private static double Voice(double time)
    {
        var syllable = time % 0.75;
        if (syllable > 0.6)
        {
            return 0;
        }

        var pitch = 220 * Math.Pow(2, Math.Floor(time / 0.75 % 5) / 6);
        var phase = (pitch * time) - (pitch * 0.02 / (2 * Math.PI * 6) * Math.Cos(2 * Math.PI * 6 * time));
        return 0.35 * Math.Sin(Math.PI * syllable / 0.6) * Partials(phase, 14, h => (1 / (1 + Math.Pow((h - 3) / 2.0, 2))) + (0.5 / (1 + Math.Pow((h - 9) / 2.0, 2))));
    }

    private static double Drums(double time, Random noise)
    {
        var (kick, snare, hat) = (time % 1, (time + 0.5) % 1, time % 0.25);
        var hiss = (2 * noise.NextDouble()) - 1;
        return (0.9 * Math.Exp(-kick * 18) * Math.Sin(2 * Math.PI * ((55 * kick) + (4 * (1 - Math.Exp(-kick * 30)))))) + (0.5 * Math.Exp(-snare * 22) * hiss) + (0.2 * Math.Exp(-hat * 60) * hiss);
    }

    private static double Bass(double time)
    {
        var note = time % 0.5;
        return 0.5 * Math.Exp(-note * 2) * Math.Min(1, note * 200) * Partials(55 * Math.Pow(2, Math.Floor(time * 2 % 4) / 5) * time, 5, h => 1.0 / (h * h));
    }

    private static Func<double, double> Chord(double shift) => time =>
    {
        var root = 196 * shift * Math.Pow(2, Math.Floor(time / 2 % 3) / 4);
        return 0.12 * (Partials(root * time, 8, h => 1.0 / h) + Partials(root * 1.5 * time, 8, h => 1.0 / h));
    };

    private static double Partials(double phase, int count, Func<int, double> weight) => Enumerable.Range(1, count).Sum(h => weight(h) * Math.Sin(2 * Math.PI * h * phase));
}
