using CsCheck;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Demo;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>What is heard in stems, against stems made here and those of real recordings.</summary>
public sealed class StemEarTests(ITestOutputHelper output)
{
    private const int RateHz = 44100;
    private const double WindowSeconds = 0.05;
    private static readonly string[] Four = ["vocals", "drums", "bass", "other"];

    [Fact]
    public void Two_phrases_of_a_voice_are_found_with_the_rest_between_them_and_nobody_sings_in_what_is_left_of_a_band()
    {
        var sung = Voice(10, (1.5, 4), (5, 8.25));
        var band = Wide(new SynthForm("V", 120).Sound.AsSpan(0, 10 * Level.SampleRate));

        var heard = Hear(Four, sung, band, Silence(10), Silence(10));
        var left = Hear(Four, [.. band.Select(sample => 0.08f * sample)], band, Silence(10), Silence(10));

        Assert.Collection(heard.Voice!.Phrases, phrase => AssertSpan(1.5, 4, phrase), phrase => AssertSpan(5, 8.25, phrase));
        Assert.All(heard.Voice.Syllables.Seconds, time => Assert.Contains(heard.Voice.Phrases, phrase => phrase.StartSeconds <= time && time < phrase.EndSeconds));
        Assert.Equal(0, heard.Voice.Curve[(int)(4.5 * Curves.PerSecond)]);
        Assert.InRange(heard.Voice.Curve[(int)(6 * Curves.PerSecond)], 0.5f, 1);
        Assert.Empty(left.Voice!.Phrases);
        Assert.All(left.Voice.Curve, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Silence_has_nothing_in_it()
    {
        var heard = Hear(Four, Silence(3), Silence(3), Silence(3), Silence(3));

        Assert.Empty(heard.Voice!.Phrases);
        Assert.Equal(0, heard.Drums!.Kick.Seconds.Length + heard.Drums.Snare.Seconds.Length + heard.Drums.Hats.Seconds.Length + heard.Bass!.Seconds.Length);
        Assert.All(heard.Energies, stem => Assert.All(stem.Curve, value => Assert.Equal(0, value)));
        Assert.Equal(3, heard.DurationSeconds, 4);
    }

    [Fact]
    public void Two_stems_tell_of_the_voice_alone()
    {
        var heard = Hear(["vocals", "accompaniment"], Voice(4, (1, 3)), Wide(Synth.Chords(4, [48, 55])));

        Assert.Equal((null, null), (heard.Drums, heard.Bass));
        AssertSpan(1, 3, Assert.Single(heard.Voice!.Phrases));
        Assert.Equal(["vocals", "accompaniment"], heard.Energies.Select(stem => stem.Name));
    }

    [Fact]
    public void What_is_heard_does_not_depend_on_the_pieces_in_which_stems_come()
    {
        var (sung, drums) = (Voice(4, (1, 3)), Wide(new SynthForm("D", 126).Sound.AsSpan(0, 4 * Level.SampleRate)));
        var whole = Hear(["vocals", "drums"], sung, drums).ToBytes();

        Gen.Int[1, 60_000].Array[1, 12].Sample(
            pieces =>
            {
                var ear = new StemEar("engine", ["vocals", "drums"]);
                for (var (at, n) = (0, 0); at < sung.Length; n++)
                {
                    var count = Math.Min(pieces[n % pieces.Length], sung.Length - at);
                    ear.Add(0, sung.AsSpan(at, count), sung.AsSpan(at, count));
                    ear.Add(1, drums.AsSpan(at, count), drums.AsSpan(at, count));
                    at += count;
                }

                Assert.Equal(whole, ear.Finish().ToBytes());
            },
            iter: 5);
    }

    [Fact]
    public void Findings_are_kept_in_few_bytes_and_are_the_same_when_they_are_read_again()
    {
        var findings = Hear(Four, Voice(10, (1.5, 4)), Wide(new SynthForm("V", 120).Sound.AsSpan(0, 10 * Level.SampleRate)), Silence(10), Silence(10));

        var bytes = findings.ToBytes();
        var again = StemFindings.FromBytes(bytes);

        Assert.Equal(bytes, again.ToBytes());
        Assert.Equal(findings.Voice!.Phrases, again.Voice!.Phrases, (a, b) => Math.Abs(a.StartSeconds - b.StartSeconds) < 1e-4 && Math.Abs(a.EndSeconds - b.EndSeconds) < 1e-4);
        Assert.Equal(findings.Drums!.Kick.Curve, again.Drums!.Kick.Curve, (a, b) => Math.Abs(a - b) < 0.002);
        Assert.InRange(bytes.Length, 100, 10_000);
        Assert.Throws<InvalidDataException>(() => StemFindings.FromBytes([1, 2, 3]));
    }

    [Fact]
    public void Strokes_and_notes_of_the_demo_song_are_heard_in_its_own_stems()
    {
        var notes = DemoSongScore.Notes().ToList();
        var (drums, bass) = (Play(note => note.Instrument is <= DemoSongInstrument.Riser), Play(note => note.Instrument == DemoSongInstrument.Bass));

        var heard = Hear(Four, new float[drums.Length], drums, bass, new float[drums.Length]);

        Assert.InRange(Report("kick", Times(DemoSongInstrument.Kick, 0), heard.Drums!.Kick.Seconds), 0.9, 1);
        Assert.InRange(Report("snare without ghost notes and rolls", Times(DemoSongInstrument.Snare, 0.75f), heard.Drums.Snare.Seconds), 0.8, 1);
        Assert.InRange(Report("bass", Times(DemoSongInstrument.Bass, 0), heard.Bass!.Seconds), 0.8, 1);
        Assert.Empty(heard.Voice!.Phrases);

        float[] Play(Func<DemoSongNote, bool> plays) => DemoSongMix.Render(notes.Where(plays), DemoSongScore.LengthSamples, TestContext.Current.CancellationToken).Left;

        double[] Times(DemoSongInstrument instrument, float leastVelocity) =>
            [.. notes.Where(note => note.Instrument == instrument && note.Velocity >= leastVelocity).Select(note => (double)DemoSongScore.SampleOf(note.Step) / RateHz).Distinct().Order()];
    }

    [Fact]
    public async Task The_voice_of_a_recorded_song_is_heard_in_its_true_stem_and_the_drums_in_theirs()
    {
        const string song = "stems/music_delta_80s_rock.stem.mp4";
        float[][] stems = [.. await Task.WhenAll(new[] { 4, 1, 2, 3 }.Select(stream => Decoded.StreamAsync(song, stream, RateHz)))];

        var heard = Hear(Four, stems);

        output.WriteLine($"phrases {string.Join(", ", heard.Voice!.Phrases)}; kick {Text(heard.Drums!.Kick)}; snare {Text(heard.Drums.Snare)}; bass {Text(heard.Bass!)}");
        Assert.InRange(heard.Voice.Phrases.Length, 2, 4);
        Assert.All([0.5, 1, 2, 3, 3.8, 5, 6], time => Assert.Contains(heard.Voice.Phrases, phrase => phrase.StartSeconds <= time && time < phrase.EndSeconds));
        Assert.DoesNotContain(heard.Voice.Phrases, phrase => phrase.StartSeconds <= 5.5 && 5.5 < phrase.EndSeconds);

        // The bass drum strikes on each beat, the snare drum on every other with it.
        Assert.InRange(Report("kick", [.. Enumerable.Range(0, 12).Select(beat => 0.27 + (beat * 0.546))], heard.Drums.Kick.Seconds), 0.95, 1);
        Assert.InRange(Report("snare", [.. Enumerable.Range(0, 6).Select(beat => 0.82 + (beat * 1.092))], heard.Drums.Snare.Seconds), 0.8, 1);
    }

    [Fact]
    public async Task Recorded_instruments_in_the_place_of_a_voice_are_none_where_the_voice_is_silent()
    {
        var (drums, bass, horns) = (
            await Decoded.StreamAsync("stems/mdn_multitrack/drums.mp3", 0, RateHz, 20),
            await Decoded.StreamAsync("stems/mdn_multitrack/bassguitar.mp3", 0, RateHz, 20),
            await Decoded.StreamAsync("stems/mdn_multitrack/horns.mp3", 0, RateHz, 20));
        var left = drums.Zip(bass, horns).Select(sounds => 0.03f * (sounds.First + sounds.Second + sounds.Third)).ToArray();

        var heard = Hear(Four, left, drums, bass, horns);

        output.WriteLine($"kick {Text(heard.Drums!.Kick)}; snare {Text(heard.Drums.Snare)}; bass {Text(heard.Bass!)}");
        Assert.Empty(heard.Voice!.Phrases);
        Assert.NotEmpty(heard.Bass!.Seconds);
        Assert.NotEmpty(heard.Drums.Kick.Seconds);
    }

    private static StemFindings Hear(IReadOnlyList<string> names, params float[][] stems)
    {
        var ear = new StemEar("engine", names);
        for (var stem = 0; stem < stems.Length; stem++)
        {
            ear.Add(stem, stems[stem], stems[stem]);
        }

        return ear.Finish();
    }

    private static float[] Silence(double seconds) => new float[(int)(seconds * RateHz)];

    /// <summary>A voice with vibrato that begins a new note every 0.4 s.</summary>
    private static float[] Voice(double seconds, params (double From, double To)[] phrases)
    {
        var sound = Silence(seconds);
        foreach (var (from, to) in phrases)
        {
            for (var (n, phase) = ((int)(from * RateHz), 0.0); n < to * RateHz; n++)
            {
                var at = ((double)n / RateHz) - from;
                phase += 2 * Math.PI * 330 * Math.Pow(2, (0.6 * Math.Sin(2 * Math.PI * 5.5 * at) / 12) + ((int)(at / 0.4) % 3 / 6.0)) / RateHz;
                sound[n] += (float)(0.15 * Math.Min(1, at % 0.4 / 0.03) * Enumerable.Range(1, 6).Sum(h => Math.Sin(h * phase) / h));
            }
        }

        return sound;
    }

    /// <summary>Sound at half the rate at the whole one.</summary>
    private static float[] Wide(ReadOnlySpan<float> half)
    {
        var wide = new float[2 * half.Length];
        for (var n = 0; n < half.Length; n++)
        {
            (wide[2 * n], wide[(2 * n) + 1]) = (half[n], n + 1 < half.Length ? (half[n] + half[n + 1]) / 2 : half[n]);
        }

        return wide;
    }

    private static void AssertSpan(double from, double to, VoiceSpan phrase)
    {
        Assert.InRange(phrase.StartSeconds, from - 0.15, from + 0.15);
        Assert.InRange(phrase.EndSeconds, to - 0.15, to + 0.15);
    }

    private static string Text(StemPart part) => $"{part.Seconds.Length}: {string.Join(' ', part.Seconds.Take(20).Select(time => time.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture)))}";

    private double Report(string name, double[] truth, double[] heard)
    {
        var f = BeatScore.FOfAll(truth, heard, WindowSeconds);
        output.WriteLine($"{name}: F {f:0.000}, {truth.Length} played, {heard.Length} heard");
        return f;
    }
}
