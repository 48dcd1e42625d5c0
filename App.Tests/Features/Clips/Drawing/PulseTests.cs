using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Drawing;

namespace Downbeat.Tests.Features.Clips.Drawing;

public sealed class PulseTests
{
    private static readonly SongAnalysis Steady = new()
    {
        DurationSeconds = 20,
        Beats = [.. Enumerable.Range(0, 40).Select(beat => beat * 0.5)],
        Downbeats = [.. Enumerable.Range(0, 10).Select(bar => bar * 2.0)],
        Energy = [.. Enumerable.Range(0, 40).Select(beat => beat < 20 ? 0.2 : 0.9)],
        Hits = new([.. Enumerable.Range(0, 20).Select(kick => kick * 1.0)], [], []),
        Curves = new([.. Enumerable.Repeat(1.0, 40)], [.. Enumerable.Repeat(1.0, 40)], [], [], []),
    };

    [Fact]
    public void A_stroke_of_the_bass_drum_is_felt_at_once_and_fades()
    {
        var pulse = new Pulse(Steady, Silence(8), 4, 4, 1);

        Assert.InRange(pulse.At(1.0).Hit, 0.88f, 1f);
        Assert.InRange(pulse.At(0.99).Hit, 0.88f, 1f);
        Assert.InRange(pulse.At(1.4).Hit, 0, 0.2f);
        Assert.True(pulse.At(0.98).Hit < 0.5f);
        Assert.Equal(1, pulse.At(1.0).Strokes.Count(stroke => stroke.Age < 0.03));
    }

    [Fact]
    public void Strokes_that_light_answers_are_never_nearer_than_a_third_of_a_second()
    {
        var fast = Steady with { Hits = new([.. Enumerable.Range(0, 160).Select(kick => kick / 8.0)], [], []) };
        var ages = new Pulse(fast, Silence(8), 4, 4, 1).At(4).Strokes.Select(stroke => stroke.Age).ToList();

        Assert.True(ages.Count > 8);
        Assert.All(ages.Zip(ages.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 1 / 3.0));
    }

    [Fact]
    public void Time_flows_faster_where_the_song_is_loud()
    {
        var pulse = new Pulse(Steady, Silence(20), 2, 16, 1);
        float Flowed(double from) => pulse.At(from + 2).Flow - pulse.At(from).Flow;

        Assert.True(Flowed(12) > 1.3f * Flowed(2));
        Assert.All(Enumerable.Range(0, 300), step => Assert.True(pulse.At((step + 1) / 20.0).Flow > pulse.At(step / 20.0).Flow));
    }

    [Fact]
    public void Beats_count_on_between_each_other()
    {
        var pulse = new Pulse(Steady, Silence(8), 4, 4, 1);

        Assert.Equal(8.5f, pulse.At(0.25).Beats, 3);
        Assert.Equal(2.125f, pulse.At(0.25).Bars, 3);
    }

    [Fact]
    public void Bands_show_what_sounds_and_silence_shows_nothing()
    {
        var tone = Sine(440, 6);
        var heard = new Pulse(Steady, tone, 4, 4, 1).At(2);
        var loudest = Array.IndexOf(heard.Bands, heard.Bands.Max());

        // 440 Hz lies between band 13 and 14 of 32 from 40 Hz to 10 kHz.
        Assert.InRange(loudest, 12, 15);
        Assert.All(new Pulse(Steady, Silence(8), 4, 4, 1).At(2).Bands, band => Assert.Equal(0, band));
        Assert.InRange(heard.Wave.Span.ToArray().Max(), 0.9f, 1.01f);
    }

    [Fact]
    public void A_song_without_beats_is_followed_by_its_rises()
    {
        var sound = Silence(6);
        for (var burst = 0; burst < 5; burst++)
        {
            Sine(300, 0.2).CopyTo(sound, (int)((2.5 + (burst * 0.7)) * Pulse.SampleRate));
        }

        var pulse = new Pulse(new() { DurationSeconds = 60 }, sound, 10, 4, 1);

        Assert.All(Enumerable.Range(0, 4), burst => Assert.InRange(Enumerable.Range(-2, 7).Max(frame => pulse.At(0.5 + (burst * 0.7) + (frame / 30.0)).Hit), 0.3f, 1));
        Assert.InRange(pulse.At(0.42).Hit, 0, 0.2f);
    }

    [Fact]
    public void Nothing_at_all_is_no_reason_to_fail()
    {
        var moment = new Pulse(new(), [], 0, 1, 1).At(0.5);

        Assert.Equal(0, moment.Hit);
        Assert.True(float.IsFinite(moment.Flow) && float.IsFinite(moment.Energy));
    }

    private static float[] Silence(double seconds) => new float[(int)(seconds * Pulse.SampleRate)];

    private static float[] Sine(double hertz, double seconds) => [.. Enumerable.Range(0, (int)(seconds * Pulse.SampleRate)).Select(i => 0.5f * MathF.Sin((float)(Math.Tau * hertz * i / Pulse.SampleRate)))];
}
