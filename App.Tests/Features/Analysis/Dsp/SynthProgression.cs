namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>A chord loop that songs are built on, played by a bass, broken chords and a tune.</summary>
/// <param name="IsMinor">Whether its key is minor.</param>
/// <param name="Scale">Half-tones above the tonic that the tune moves on.</param>
/// <param name="Chords">Roots in half-tones above the tonic, and whether the third is minor.</param>
internal sealed record SynthProgression(bool IsMinor, int[] Scale, params (int Root, bool IsMinor)[] Chords)
{
    private const double ChordSeconds = 1.6;
    private const int Rounds = 3;

    private static readonly int[] MajorScale = [0, 2, 4, 5, 7, 9, 11];
    private static readonly int[] MinorScale = [0, 2, 3, 5, 7, 8, 10];

    /// <summary>Five loops in major and five in minor, natural minor above all.</summary>
    public static IReadOnlyList<SynthProgression> All { get; } =
    [
        new(false, MajorScale, (0, false), (7, false), (9, true), (5, false)),
        new(false, MajorScale, (0, false), (5, false), (7, false), (0, false)),
        new(false, MajorScale, (0, false), (9, true), (5, false), (7, false)),
        new(false, MajorScale, (2, true), (7, false), (0, false), (0, false)),
        new(false, [0, 2, 4, 7, 9], (0, false), (10, false), (5, false), (0, false)),
        new(true, MinorScale, (0, true), (8, false), (3, false), (10, false)),
        new(true, MinorScale, (0, true), (5, true), (7, true), (0, true)),
        new(true, MinorScale, (0, true), (10, false), (8, false), (10, false)),
        new(true, [0, 2, 3, 5, 7, 8, 11], (0, true), (5, true), (7, false), (0, true)),
        new(true, MinorScale, (0, true), (5, true), (10, false), (3, false)),
    ];

    /// <summary>Plays it three times over.</summary>
    /// <param name="tonic">Half-tones above C.</param>
    /// <param name="seed">Of the tune and of the detuning, up to 35 cents.</param>
    public float[] Play(int tonic, int seed)
    {
        var random = new Random(seed);
        var tune = Math.Pow(2, (random.NextDouble() - 0.5) * 70 / 1200);
        var sound = Synth.Silence((Chords.Length * Rounds * ChordSeconds) + 0.5);
        for (var n = 0; n < Chords.Length * Rounds; n++)
        {
            var (root, isMinor) = Chords[n % Chords.Length];
            int[] chord = [0, isMinor ? 3 : 4, 7];
            for (var eighth = 0; eighth < 8; eighth++)
            {
                var at = (n + (eighth / 8.0)) * ChordSeconds;
                Play(eighth % 4 == 0, 36 + ((tonic + root) % 12), 0.13, 0.5);
                Play(true, 60 + ((tonic + root + chord[eighth % 3]) % 12), 0.07, 0.5);
                Play(random.Next(3) > 0, 72 + ((tonic + (eighth % 4 == 0 ? root + chord[random.Next(3)] : Scale[random.Next(Scale.Length)])) % 12), 0.06, 0.25);

                void Play(bool sounds, int note, double amplitude, double share)
                {
                    for (var partial = 1; sounds && partial <= 4; partial++)
                    {
                        Synth.Tone(sound, at, share * ChordSeconds, Synth.Hz(note) * tune * partial, amplitude / (partial * partial));
                    }
                }
            }
        }

        return sound;
    }
}
