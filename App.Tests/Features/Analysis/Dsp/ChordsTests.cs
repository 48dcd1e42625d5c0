using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>Chords and keys of progressions in all keys, in tune and 30 cents off, under drums.</summary>
public sealed class ChordsTests(ITestOutputHelper output)
{
    private const int Repeats = 3;

    // Roman numerals as semitones above the tonic, minor chords marked.
    private static readonly (string Name, bool IsMinor, (int Root, bool IsMinor)[] Chords)[] Progressions =
    [
        ("I V vi IV", false, [(0, false), (7, false), (9, true), (5, false)]),
        ("I IV V I", false, [(0, false), (5, false), (7, false), (0, false)]),
        ("ii V I I", false, [(2, true), (7, false), (0, false), (0, false)]),
        ("I vi ii V", false, [(0, false), (9, true), (2, true), (7, false)]),
        ("i iv V i", true, [(0, true), (5, true), (7, false), (0, true)]),
        ("i bVII bVI V", true, [(0, true), (10, false), (8, false), (7, false)]),
        ("i iv v i", true, [(0, true), (5, true), (7, true), (0, true)]),
    ];

    [Fact]
    public void Keys_and_chords_of_progressions_in_all_keys_are_found()
    {
        var (keys, right, chords, steps) = (0, 0, 0, 0);
        Parallel.ForEach(Progressions.SelectMany(progression => Enumerable.Range(0, 12).Select(tonic => (progression, tonic))), song =>
        {
            var ((name, isMinor, numerals), tonic) = song;
            (int Root, bool IsMinor)[] truth = [.. numerals.Select(chord => ((chord.Root + tonic) % 12, chord.IsMinor))];
            var (found, key) = Hear(Detuned(Play(truth), 30 * ((tonic % 3) - 1)));
            var isRight = (key.Tonic, key.Mode) == (Key.Names[tonic], isMinor ? "minor" : "major");
            var agreeing = Enumerable.Range(0, truth.Length * Repeats).Count(step =>
                found.Any(span => span.StartSeconds <= step + 0.5 && span.EndSeconds > step + 0.5 && (span.Root, span.IsMinor) == truth[step % truth.Length]));
            lock (output)
            {
                (keys, right, chords, steps) = (keys + 1, right + (isRight ? 1 : 0), chords + agreeing, steps + (truth.Length * Repeats));
                if (!isRight)
                {
                    output.WriteLine($"{name} in {Key.Names[tonic]}: {key.Tonic} {key.Mode}");
                }
            }
        });
        Console.WriteLine($"keys {right} of {keys}, chords {chords} of {steps}");
        Assert.True(right >= 0.95 * keys, $"{right} of {keys} keys");
        Assert.True(chords >= 0.95 * steps, $"{chords} of {steps} chords");
    }

    [Fact]
    public void Chords_lie_in_order_inside_the_song_and_clear_ones_say_so()
    {
        var (found, _) = Hear(Play([(0, false), (9, true), (5, false), (7, false)]));

        Assert.Equal(["C", "Am", "F", "G"], found.Take(4).Select(span => span.Name));
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.EndSeconds <= pair.Second.StartSeconds));
        Assert.All(found, span => Assert.InRange(span.Confidence, Chords.Clear, 1));
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("drums")]
    [InlineData("click")]
    [InlineData("short")]
    public void What_is_not_tonal_has_neither_key_nor_chords(string kind)
    {
        float[] sound = kind switch
        {
            "noise" => Synth.Noise(30),
            "drums" => Drums(20),
            "click" => Synth.Clicks(1, 20),
            _ => Synth.Noise(0.5),
        };

        var heard = Listening.Listen(sound, null, null, TestContext.Current.CancellationToken);

        Assert.Equal("", heard.Key.Tonic);
        Assert.Empty(heard.Chords);
        Assert.Single(heard.Sections);
        ListeningTests.Check(heard, (double)sound.Length / Level.SampleRate);
    }

    /// <summary>Keys by the histograms of the scores; the Hungarian dance is named after F# minor but sounds in G minor, as a look at its spectrum shows.</summary>
    [Theory]
    [InlineData("blupi4_first90s", "G", "major")]
    [InlineData("blupi5_first90s", "G", "minor")]
    [InlineData("blupi6_first90s", "C", "major")]
    [InlineData("hungarian_dance5", "G", "minor")]
    public async Task Keys_of_recorded_songs_are_found(string name, string tonic, string mode)
    {
        var key = Listening.Listen(await Decoded.MonoAsync($"audio/{name}.ogg"), null, null, TestContext.Current.CancellationToken).Key;

        Assert.Equal((tonic, mode), (key.Tonic, key.Mode));
    }

    [Fact]
    public async Task Speech_has_neither_key_nor_chords()
    {
        var heard = Listening.Listen(await Decoded.MonoAsync("audio/speech_female.ogg"), null, null, TestContext.Current.CancellationToken);

        Assert.Equal("", heard.Key.Tonic);
        Assert.Empty(heard.Chords);
        Assert.Single(heard.Sections);
    }

    private static (ChordSpan[] Chords, KeyEstimate Key) Hear(float[] mono)
    {
        var (level, stop) = (Level.Measure(mono), TestContext.Current.CancellationToken);
        var notes = NoteStrengths.Compute(mono, level, Chroma.Compute(mono, level, null, stop).TuningCents, stop);
        double[] beats = [.. Enumerable.Range(0, 2 * mono.Length / Level.SampleRate).Select(n => n / 2.0)];
        var chords = Chords.Find(notes, beats, [.. Enumerable.Range(0, beats.Length / 4).Select(n => 4 * n)], (double)mono.Length / Level.SampleRate);
        return (chords, Key.Find(notes, chords));
    }

    /// <summary>One chord a second over drums.</summary>
    private static float[] Play((int Root, bool IsMinor)[] chords)
    {
        var sound = Synth.Chords(
            chords.Length * Repeats,
            [.. chords.Select(chord => (int[])[36 + chord.Root, 60 + chord.Root, 60 + ((chord.Root + (chord.IsMinor ? 3 : 4)) % 12), 60 + ((chord.Root + 7) % 12)])]);
        return [.. sound.Zip(Drums(chords.Length * Repeats), (a, b) => a + b)];
    }

    private static float[] Drums(int seconds)
    {
        var (kick, snare) = (Synth.Clicks(120, seconds, 0), Synth.Noise(seconds));
        return [.. kick.Select((sample, n) => (0.5f * sample) + (0.6f * snare[n] * MathF.Exp(-(n + (Level.SampleRate / 2)) % Level.SampleRate / 1500f)))];
    }

    private static float[] Detuned(float[] sound, double cents)
    {
        var ratio = Math.Pow(2, cents / 1200);
        return [.. Enumerable.Range(0, (int)(sound.Length / ratio) - 1).Select(n => Between(sound, n * ratio))];
    }

    private static float Between(float[] sound, double at) => (float)(sound[(int)at] + ((at - (int)at) * (sound[Math.Min((int)at + 1, sound.Length - 1)] - sound[(int)at])));
}
