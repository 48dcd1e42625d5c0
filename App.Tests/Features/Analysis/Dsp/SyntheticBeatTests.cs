using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>Pieces played by a machine, so that every beat and bar is known; each kind has its own bound.</summary>
public sealed class SyntheticBeatTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(65)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(125)]
    [InlineData(150)]
    [InlineData(175)]
    [InlineData(200)]
    [InlineData(220)]
    public void Clicks_are_found_at_their_tempo_or_an_octave_of_it(double tempoBpm)
    {
        var song = SynthSong.Play(Groove.Clicks, SynthSong.Beat(tempoBpm, 25), harmony: false);

        Assert.True(FairScore(song, Listen(song)) >= 0.95);
    }

    [Theory]
    [InlineData(72)]
    [InlineData(96)]
    [InlineData(120)]
    [InlineData(140)]
    [InlineData(174)]
    public void A_rock_groove_gives_its_beats_bars_and_exact_tempo(double tempoBpm)
    {
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(tempoBpm, 30));
        var heard = Listen(song);

        Assert.Equal(tempoBpm, heard.TempoBpm, 0.05);
        Assert.True(BeatScore.F(song.Beats, heard.BeatSeconds, 0.03) >= 0.95);
        Assert.True(DownbeatScore(song, heard) >= 0.9);
        Assert.Equal(4, heard.BeatsPerBar);
    }

    [Theory]
    [InlineData(0.58, 100)]
    [InlineData(0.667, 120)]
    [InlineData(0.667, 180)]
    public void Swung_eighths_leave_the_beat_where_it_is(double swing, double tempoBpm)
    {
        var song = SynthSong.Play(Groove.Shuffle, SynthSong.Beat(tempoBpm, 30), swing: swing);

        Assert.True(BeatScore.F(song.Beats, Listen(song).BeatSeconds) >= 0.95);
    }

    [Theory]
    [InlineData(100, 130)]
    [InlineData(130, 100)]
    public void A_tempo_that_climbs_or_sinks_over_a_minute_is_followed(double fromBpm, double toBpm)
    {
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(seconds => fromBpm + ((toBpm - fromBpm) * seconds / 60), 60));

        Assert.True(BeatScore.F(song.Beats, Listen(song).BeatSeconds) >= 0.95);
    }

    [Fact]
    public void A_sudden_change_of_tempo_is_followed_within_a_few_bars()
    {
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(seconds => seconds < 30 ? 100 : 130, 60));

        Assert.True(BeatScore.F(song.Beats, Listen(song).BeatSeconds) >= 0.85);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(132)]
    [InlineData(180)]
    public void A_waltz_has_three_beats_in_a_bar(double tempoBpm)
    {
        var song = SynthSong.Play(Groove.Waltz, SynthSong.Beat(tempoBpm, 30));
        var heard = Listen(song);

        Assert.Equal(3, heard.BeatsPerBar);
        Assert.True(DownbeatScore(song, heard) >= 0.9);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(126)]
    public void A_march_has_two_beats_in_a_bar(double tempoBpm)
    {
        var song = SynthSong.Play(Groove.March, SynthSong.Beat(tempoBpm, 30));
        var heard = Listen(song);

        Assert.Equal(2, heard.BeatsPerBar);
        Assert.True(DownbeatScore(song, heard) >= 0.9);
    }

    [Fact]
    public void Six_eighths_are_counted_in_two_when_quick_and_in_six_when_slow()
    {
        var (quick, slow) = (SynthSong.Play(Groove.SixEight, SynthSong.Beat(100, 40)), SynthSong.Play(Groove.SixEight, SynthSong.Beat(50, 40)));

        var (two, six) = (Listen(quick), Listen(slow));

        Assert.Equal(2, two.BeatsPerBar);
        Assert.True(DownbeatScore(quick, two) >= 0.9);
        Assert.Equal(6, six.BeatsPerBar);
        Assert.True(DownbeatScore(slow, six) >= 0.9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_pick_up_does_not_shift_the_bars(int beats)
    {
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(116, 30), pickUpBeats: beats);

        Assert.True(DownbeatScore(song, Listen(song)) >= 0.9);
    }

    [Fact]
    public void A_drop_to_half_time_keeps_the_beat()
    {
        var beats = SynthSong.Beat(140, 60);
        static bool Dropped(int beat) => beat is >= 48 and < 96;
        var (full, half) = (SynthSong.Play(Groove.Rock, beats, rests: Dropped), SynthSong.Play(Groove.HalfTime, beats, rests: beat => !Dropped(beat)));
        var song = full with { Sound = [.. full.Sound.Zip(half.Sound, (a, b) => a + b)] };

        Assert.True(BeatScore.F(song.Beats, Listen(song).BeatSeconds) >= 0.95);
    }

    [Fact]
    public void A_long_silence_has_no_beats_and_the_count_goes_on_after_it()
    {
        static bool Rests(int beat) => beat is >= 48 and < 72;
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(120, 60), rests: Rests);
        var heard = Listen(song).BeatSeconds;

        Assert.True(BeatScore.F([.. song.Beats.Where((_, n) => !Rests(n))], heard) >= 0.95);
        Assert.DoesNotContain(heard, beat => beat > song.Beats[49] && beat < song.Beats[71]);
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public void A_detuned_band_keeps_its_beats_and_bars(double cents)
    {
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(104, 30), cents: cents);
        var heard = Listen(song);

        Assert.True(BeatScore.F(song.Beats, heard.BeatSeconds) >= 0.95);
        Assert.True(DownbeatScore(song, heard) >= 0.9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Notes_in_free_time_have_no_steady_beat(int seed)
    {
        var heard = Listen(Free(seed, 40));

        Assert.Equal(0, heard.TempoBpm);
        Assert.Empty(heard.BeatSeconds);
    }

    [Fact]
    public void A_free_introduction_is_not_forced_into_the_grid_of_the_song()
    {
        const double introSeconds = 25;
        var song = SynthSong.Play(Groove.Rock, SynthSong.Beat(118, 70, introSeconds + 2));
        var intro = Free(4, introSeconds);
        intro.CopyTo(song.Sound, 0);
        var heard = Listen(song).BeatSeconds;

        Assert.True(BeatScore.F(song.Beats, [.. heard.Where(beat => beat > introSeconds)]) >= 0.95);
        Assert.True(heard.Count(beat => beat < introSeconds - 8) <= 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Networks_say_which_of_equal_beats_is_the_first_of_the_bar(int first)
    {
        var song = SynthSong.Play(Groove.Clicks, SynthSong.Beat(120, 30), harmony: false);
        var networks = new BeatActivations(new float[30 * 50], new float[30 * 50]);
        for (var n = 0; n < song.Beats.Length; n++)
        {
            (n % 4 == first ? networks.Downbeat : networks.Beat)[(int)Math.Round(song.Beats[n] * BeatActivations.FramesPerSecond)] = 0.9f;
        }

        var heard = Listening.Listen(song.Sound, networks, null, TestContext.Current.CancellationToken);

        double[] truth = [.. song.Beats.Where((_, n) => n % 4 == first)];
        Assert.Equal(120, heard.TempoBpm, 0.05);
        Assert.True(BeatScore.F(truth, [.. heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])]) >= 0.9);
    }

    [Fact]
    public void A_song_of_ten_minutes_is_tracked_in_a_few_megabytes()
    {
        const double seconds = 600;
        var reward = new float[(int)(seconds * Onsets.FramesPerSecond)];
        for (var beat = 0.5; beat < seconds; beat += 0.5)
        {
            reward[(int)(beat * Onsets.FramesPerSecond)] = 4;
        }

        var path = new TempoPath([.. Enumerable.Range(0, (int)seconds).Select(second => 60 + (second / 5.0))], new double[(int)seconds]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        BeatTracker.Track(reward, path, 0.09, TestContext.Current.CancellationToken);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000_000);
    }

    /// <summary>Notes whose distances follow no pulse.</summary>
    private static float[] Free(int seed, double seconds)
    {
        var random = new Random(seed);
        var sound = Synth.Silence(seconds);
        for (var at = 0.3; at < seconds; at += 0.12 - (0.35 * Math.Log(1 - random.NextDouble())))
        {
            Synth.Strike(sound, at, 200 + (2000 * random.NextDouble()), 0.05 + (0.2 * random.NextDouble()), 0.1 + (0.4 * random.NextDouble()));
        }

        return sound;
    }

    private static double FairScore(SynthSong song, Heard heard)
    {
        double[][] fair =
        [
            song.Beats,
            [.. song.Beats.Where((_, n) => n % 2 == 0)],
            [.. song.Beats.Where((_, n) => n % 2 == 1)],
            [.. song.Beats.Zip(song.Beats.Skip(1)).SelectMany(pair => (double[])[pair.First, (pair.First + pair.Second) / 2])],
        ];
        return fair.Max(beats => BeatScore.F(beats, heard.BeatSeconds));
    }

    private static double DownbeatScore(SynthSong song, Heard heard) =>
        BeatScore.F(song.Downbeats, [.. heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])]);

    private static Heard Listen(SynthSong song) => Listen(song.Sound);

    private static Heard Listen(float[] mono) => Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);
}
