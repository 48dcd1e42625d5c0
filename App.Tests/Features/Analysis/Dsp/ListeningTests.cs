using CsCheck;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

public sealed class ListeningTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(90)]
    [InlineData(120)]
    [InlineData(128)]
    [InlineData(174)]
    public void A_click_track_is_followed_to_within_fifty_milliseconds(double tempoBpm)
    {
        var heard = Listen(Synth.Clicks(tempoBpm, 30));

        Assert.InRange(heard.TempoBpm, tempoBpm * 0.99, tempoBpm * 1.01);
        Assert.True(BeatScore.F(BeatScore.Grid(0.5, tempoBpm, 30), heard.BeatSeconds, 0.05) >= 0.95);
        Assert.True(heard.TempoConfidence > 0.5);
    }

    [Fact]
    public void Any_tempo_of_a_click_track_is_found_or_its_half_or_double() =>
        Gen.Double[62, 180].Sample(
            tempoBpm =>
            {
                var octave = Math.Log2(Listen(Synth.Clicks(tempoBpm, 20)).TempoBpm / tempoBpm);
                Assert.InRange(Math.Abs(octave - Math.Round(octave)), 0, 0.0144);
            },
            iter: 12,
            seed: "0000KOIJpm14");

    [Theory]
    [InlineData(110, 3)]
    [InlineData(150, 3)]
    [InlineData(95, 4)]
    [InlineData(126, 4)]
    public void Metre_and_first_beats_of_a_band_are_found(double tempoBpm, int beatsPerBar)
    {
        const int bars = 24;
        var heard = Listen(Synth.Band(tempoBpm, beatsPerBar, bars));
        double[] downbeats = [.. heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])];

        Assert.InRange(heard.TempoBpm, tempoBpm * 0.99, tempoBpm * 1.01);
        Assert.Equal(beatsPerBar, heard.BeatsPerBar);
        Assert.True(BeatScore.F(BeatScore.Grid(0.5, tempoBpm / beatsPerBar, heard.DurationSeconds - 0.1), downbeats) >= 0.9);
    }

    [Fact]
    public void A_song_that_starts_a_second_later_has_its_beats_a_second_later()
    {
        var song = Synth.Band(112, 4, 12);
        var (early, late) = (Listen(song).BeatSeconds, Listen([.. Synth.Silence(1), .. song]).BeatSeconds);

        Assert.True(BeatScore.Matches([.. early.Select(beat => beat + 1)], late, 0.02) >= early.Length - 1);
        Assert.InRange(late.Length, early.Length - 1, early.Length + 1);
    }

    [Theory]
    [InlineData(0.01f)]
    [InlineData(0.3f)]
    [InlineData(4f)]
    public void The_gain_changes_nothing(float gain)
    {
        var song = Synth.Band(112, 4, 12);
        var (plain, scaled) = (Listen(song), Listen([.. song.Select(sample => sample * gain)]));

        Assert.Equal(plain.BeatSeconds, scaled.BeatSeconds, (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(plain.DownbeatIndexes, scaled.DownbeatIndexes);
        Assert.Equal(plain.Key.Tonic, scaled.Key.Tonic);
        Assert.Equal(plain.Sections.Select(section => section.Label), scaled.Sections.Select(section => section.Label));
        Assert.Equal(plain.Mood.Energy, scaled.Mood.Energy, 1e-3);
    }

    [Fact]
    public void A_tempo_that_drifts_is_followed()
    {
        var beats = new List<double>();
        for (var t = 0.5; t < 60; t += 60 / (110 + (t / 4)))
        {
            beats.Add(t);
        }

        var sound = Synth.Silence(60);
        var click = Synth.Clicks(30, 0.2, 0);
        foreach (var start in beats.Select(beat => (int)Math.Round(beat * Level.SampleRate)))
        {
            click.AsSpan(0, Math.Min(click.Length, sound.Length - start)).CopyTo(sound.AsSpan(start));
        }

        Assert.True(BeatScore.F(beats, Listen(sound).BeatSeconds, 0.05) >= 0.95);
    }

    [Fact]
    public void Whatever_the_sound_the_result_keeps_its_promises() =>
        Gen.Select(Gen.Double[0.1, 12], Gen.Int[0, 5], Gen.Double[55, 200]).Sample(
            (seconds, kind, tempoBpm) => Check(Listen(Odd(kind, seconds, tempoBpm)), seconds),
            iter: 40,
            seed: "0000KOIJpm14");

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.3)]
    [InlineData(20)]
    public void Silence_has_no_beat(double seconds)
    {
        var heard = Listen(Synth.Silence(seconds));

        Assert.Empty(heard.BeatSeconds);
        Assert.Equal(0, heard.TempoBpm);
        Check(heard, seconds);
    }

    [Fact]
    public void One_click_noise_a_held_tone_and_a_constant_have_no_beat()
    {
        float[][] sounds =
        [
            Synth.Clicks(1, 20), Synth.Clicks(120, 0.3, 0.1), Synth.Noise(4), Synth.Noise(40),
            Synth.Chords(20, [60]), [.. Synth.Silence(10).Select(_ => 0.4f)],
        ];

        Assert.All(sounds.Take(4).Append(sounds[5]), sound => Assert.Empty(Listen(sound).BeatSeconds));
        Assert.All(sounds, sound => Check(Listen(sound), (double)sound.Length / Level.SampleRate));
    }

    [Fact]
    public void Broken_samples_and_an_offset_do_no_harm()
    {
        var clean = Synth.Clicks(120, 20);
        float[] broken = [.. clean.Select((sample, n) => n % 9973 == 0 ? float.NaN : n % 12347 == 0 ? float.PositiveInfinity : sample + 0.2f)];

        var heard = Listen(broken);

        Check(heard, 20);
        Assert.True(BeatScore.F(Listen(clean).BeatSeconds, heard.BeatSeconds) >= 0.95);
    }

    [Fact]
    public void Work_stops_when_asked() =>
        Assert.Throws<OperationCanceledException>(() => Listening.Listen(Synth.Clicks(120, 5), null, null, new CancellationToken(canceled: true)));

    [Fact]
    public void Progress_rises_to_one()
    {
        var shares = new List<double>();
        Listening.Listen(Synth.Clicks(120, 20), null, (_, share) => shares.Add(share), TestContext.Current.CancellationToken);

        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    internal static void Check(Heard heard, double seconds)
    {
        Assert.Equal(seconds, heard.DurationSeconds, 1e-3);
        Assert.All(heard.BeatSeconds, beat => Assert.InRange(beat, 0, heard.DurationSeconds));
        Assert.All(heard.BeatSeconds.Zip(heard.BeatSeconds.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        Assert.All(heard.DownbeatIndexes, index => Assert.InRange(index, 0, heard.BeatSeconds.Length - 1));
        Assert.Equal(heard.BeatSeconds.Length, heard.BeatEnergy.Length);
        double[] shares =
        [
            heard.TempoConfidence, heard.MetreConfidence, heard.Key.Confidence, heard.Genre.Confidence, .. heard.BeatEnergy,
            heard.Mood.Energy, heard.Mood.Valence, heard.Mood.Tension, heard.Mood.Danceability,
            .. heard.Sections.SelectMany(section => (double[])[section.Energy, section.Confidence]),
        ];
        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Assert.InRange(heard.TempoBpm, 0, 300);
        if (heard.DurationSeconds > 0)
        {
            Assert.Equal(
                [0, .. heard.Sections.Select(section => section.EndSeconds)],
                [.. heard.Sections.Select(section => section.StartSeconds), heard.DurationSeconds]);
            Assert.All(heard.Sections, section => Assert.True(section.StartSeconds < section.EndSeconds));
        }
    }

    private static float[] Odd(int kind, double seconds, double tempoBpm) => kind switch
    {
        0 => Synth.Clicks(tempoBpm, seconds),
        1 => Synth.Noise(seconds),
        2 => [.. Synth.Noise(seconds).Select(sample => sample > 0.1f ? float.NaN : sample)],
        3 => [.. Synth.Clicks(tempoBpm, seconds).Select(sample => sample * 1e20f)],
        4 => [.. Synth.Silence(seconds).Select(_ => float.NegativeInfinity)],
        _ => [.. Synth.Silence(seconds).Select((_, n) => n == 100 ? 1f : 0)],
    };

    private static Heard Listen(float[] mono) => Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);
}
