using System.Buffers.Binary;
using System.Security.Cryptography;
using Downbeat.Features.Demo;

namespace Downbeat.Tests.Features.Demo;

public sealed class DemoSongTests
{
    private const int HeaderBytes = 44;
    private static readonly byte[] Wav = Play();

    [Fact]
    public void The_song_is_as_long_as_its_score_in_16_bit_stereo_at_44100_hertz()
    {
        Assert.Equal("RIFF"u8, Wav.AsSpan(0, 4));
        Assert.Equal("WAVE"u8, Wav.AsSpan(8, 4));
        Assert.Equal(2, BinaryPrimitives.ReadInt16LittleEndian(Wav.AsSpan(22)));
        Assert.Equal(44_100, BinaryPrimitives.ReadInt32LittleEndian(Wav.AsSpan(24)));
        Assert.Equal(16, BinaryPrimitives.ReadInt16LittleEndian(Wav.AsSpan(34)));
        Assert.Equal(Wav.Length - HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(Wav.AsSpan(40)));
        Assert.Equal(48, DemoSong.Facts.DurationSeconds);
        Assert.Equal(48 * 44_100 * 4, Wav.Length - HeaderBytes);
    }

    [Fact]
    public void The_peak_is_one_decibel_below_full_scale()
    {
        double peak = Left().Concat(Right()).Max(Math.Abs);

        Assert.InRange(20 * Math.Log10(peak), -1.05, -0.95);
    }

    [Fact]
    public void The_mix_has_no_nan_before_it_becomes_integers()
    {
        var song = DemoSongMix.Render(DemoSongScore.Notes(), DemoSongScore.LengthSamples, TestContext.Current.CancellationToken);

        Assert.All([song.Left, song.Right], side => Assert.DoesNotContain(side, value => !float.IsFinite(value)));
    }

    [Fact]
    public void Every_playing_gives_the_same_bytes()
    {
        Assert.Equal(SHA256.HashData(Wav), SHA256.HashData(Play()));
    }

    [Fact]
    public void Kicks_are_written_on_beats()
    {
        var facts = DemoSong.Facts;
        double secondsPerStep = 60 / facts.TempoBpm / 4;
        var kicks = DemoSongScore.Notes().Where(note => note.Instrument == DemoSongInstrument.Kick).Select(note => note.Step * secondsPerStep).ToArray();

        Assert.True(kicks.Length > 60, $"{kicks.Length} kicks");
        Assert.Subset(facts.BeatSeconds.ToHashSet(), kicks.ToHashSet());
    }

    [Fact]
    public void Kicks_sound_within_two_milliseconds_of_their_beats()
    {
        var kicks = DemoSongScore.Notes().Where(note => note.Instrument == DemoSongInstrument.Kick).ToArray();
        var song = DemoSongMix.Render(kicks, DemoSongScore.LengthSamples, TestContext.Current.CancellationToken);

        foreach (var kick in kicks)
        {
            int beat = DemoSongScore.SampleOf(kick.Step);
            int from = Math.Max(0, beat - (DemoSong.SampleRate / 20));
            int onset = from + song.Left.AsSpan(from).IndexOfAnyExceptInRange(-0.08f, 0.08f);
            Assert.InRange(onset - beat, 0, DemoSong.SampleRate / 500);
        }
    }

    [Fact]
    public void Sections_touch_each_other_start_on_downbeats_and_differ_in_loudness()
    {
        var facts = DemoSong.Facts;
        var sections = facts.Sections;
        Assert.Equal(["intro", "verse", "chorus", "breakdown", "chorus", "outro"], sections.Select(section => section.Label));
        Assert.Equal(sections.Skip(1).Select(section => section.StartSeconds), sections.SkipLast(1).Select(section => section.EndSeconds));
        Assert.Equal(facts.DurationSeconds, sections[^1].EndSeconds);
        Assert.All(sections, section => Assert.Equal(0, facts.BeatSeconds.ToList().IndexOf(section.StartSeconds) % facts.BeatsPerBar));

        var left = Left();
        var decibels = sections.Select(section => Decibels(left, section)).ToArray();
        Assert.All([decibels[2], decibels[4]], chorus => Assert.True(chorus > decibels[1] + 1.5, $"{chorus} over the verse's {decibels[1]}"));
        Assert.All([decibels[0], decibels[3], decibels[5]], calm => Assert.True(calm < decibels[1] - 1.5, $"{calm} under the verse's {decibels[1]}"));
    }

    [Fact]
    public void A_cancelled_playing_writes_nothing()
    {
        using var wav = new MemoryStream();

        Assert.Throws<OperationCanceledException>(() => DemoSong.Write(wav, new CancellationToken(canceled: true)));
        Assert.Equal(0, wav.Length);
    }

    private static byte[] Play()
    {
        using var wav = new MemoryStream();
        DemoSong.Write(wav, TestContext.Current.CancellationToken);
        return wav.ToArray();
    }

    private static float[] Left() => Channel(0);

    private static float[] Right() => Channel(2);

    private static float[] Channel(int offset)
    {
        var samples = new float[(Wav.Length - HeaderBytes) / 4];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(Wav.AsSpan(HeaderBytes + (i * 4) + offset)) / 32_768f;
        }

        return samples;
    }

    private static double Decibels(float[] samples, DemoSongSection section)
    {
        int start = (int)(section.StartSeconds * DemoSong.SampleRate);
        int end = (int)(section.EndSeconds * DemoSong.SampleRate);
        return 10 * Math.Log10(Energy(samples.AsSpan(start, end - start)) / (end - start));
    }

    private static double Energy(ReadOnlySpan<float> samples)
    {
        double energy = 0;
        foreach (float sample in samples)
        {
            energy += sample * (double)sample;
        }

        return energy;
    }
}
