using CsCheck;
using Downbeat.Features.Analysis;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis;

/// <summary>People tap: unevenly, all a little early or late, missing one, hitting twice.</summary>
public sealed class TapTests(ITestOutputHelper output)
{
    private const double JitterSeconds = 0.025;
    private const double WithinSeconds = 0.02;
    private const int Tappers = 25;

    [Fact]
    public void Taps_on_a_line_are_the_line() => Gen.Select(Gen.Double[0.2, 2.5], Gen.Double[0, 100], Gen.Int[4, 60]).Sample((period, first, count) =>
    {
        var line = TapLine.Through([.. Enumerable.Range(0, count).Select(n => first + (n * period))])!.Value;

        Assert.Equal(period, line.Period, 1e-9);
        Assert.Equal(0, Off(line.Anchor - first, period), 1e-9);
    });

    [Fact]
    public void A_missed_a_double_and_a_stray_tap_do_no_harm()
    {
        double[] taps = [0, 0.5, 1, 1.06, 1.5, 2.5, 3, 3.28, 4, 4.5, 5];

        var line = TapLine.Through(taps)!.Value;

        Assert.Equal(0.5, line.Period, 0.004);
        Assert.Equal(0, Off(line.Anchor, 0.5), 0.012);
    }

    [Fact]
    public void Who_taps_along_a_loop_taps_each_beat_several_times()
    {
        double[] taps = [.. Enumerable.Range(0, 24).Select(n => 10 + (0.5 * (n % 8)) + (0.01 * (n / 8)))];

        var line = TapLine.Through([.. taps.Order()])!.Value;

        Assert.Equal(0.5, line.Period, 1e-6);
        Assert.Equal(0.01, Off(line.Anchor, 0.5), 1e-6);
    }

    [Fact]
    public void Taps_without_a_beat_make_none()
    {
        Assert.Null(TapLine.Through([1, 2, 3]));
        Assert.Null(TapLine.Through([1, 1, 1, 1, 1]));
        Assert.Null(TapLine.Through([0, 0.3, 1.4, 1.6, 2.9, 3.1, 4.6]));
        Assert.Null(TapLine.Through([0, 5, 10, 15, 20]));
        Assert.Null(TapLine.Through([0, 0.1, 0.2, 0.3, 0.4]));
    }

    [Theory]
    [InlineData(72)]
    [InlineData(97)]
    [InlineData(143.7)]
    [InlineData(171)]
    public void Eight_taps_land_on_the_beats_of_the_whole_song(double bpm)
    {
        var (period, end) = (60 / bpm, 128 * 60 / bpm);
        var curves = Listening.Listen(Synth.Band(bpm, 4, 32), null, null, TestContext.Current.CancellationToken).Curves;
        var (worst, sum) = (0.0, 0.0);
        for (var seed = 0; seed < Tappers; seed++)
        {
            var off = FurthestOff(curves, new(0, end), period, new(seed));
            worst = Math.Max(worst, Math.Abs(off));
            sum += off;
        }

        output.WriteLine($"{bpm} BPM: at worst {worst * 1000:0.0} ms off, on average {sum / Tappers * 1000:0.0} ms");
        Assert.InRange(worst, 0, WithinSeconds);
    }

    [Theory]
    [InlineData("audio/blupi5_first90s.ogg")]
    [InlineData("audio/blupi4_first90s.ogg")]
    public async Task Eight_taps_to_a_recording_land_on_the_beats_that_they_meant(string file)
    {
        var heard = Listening.Listen(await Decoded.MonoAsync(file), null, null, TestContext.Current.CancellationToken);
        var song = new SongAnalysis { DurationSeconds = heard.DurationSeconds, Tempos = [new(0, heard.DurationSeconds, heard.TempoBpm * 2)] };
        var worst = 0.0;
        for (var seed = 0; seed < Tappers; seed++)
        {
            var person = new Random(seed);
            var beside = (person.NextDouble() - 0.5) * 0.06;
            var meant = heard.BeatSeconds[person.Next(2, heard.BeatSeconds.Length - 12)..][..8];
            var wish = new Correction { Taps = [.. meant.Select(beat => beat + beside + (JitterSeconds * Normal(person))).Order()] };

            var beats = Corrector.Apply(song, Corrections.None, wish, heard.Curves).Grid!.Beats;

            worst = Math.Max(worst, meant.Max(beat => Math.Abs(beats[Downbeat.Timing.BeatGrid.Nearest(beats, beat)] - beat)));
            Assert.All(beats.Zip(beats.Skip(1)), pair => Assert.Equal(60 / heard.TempoBpm, pair.Second - pair.First, 0.001));
        }

        output.WriteLine($"{file}: at worst {worst * 1000:0.0} ms off");
        Assert.InRange(worst, 0, WithinSeconds);
    }

    /// <summary>The signed distance from the true beats, which begin at 0.5 s, of the beat of the whole song that is furthest off, after somebody tapped eight times somewhere.</summary>
    private static double FurthestOff(Curves curves, Reach song, double period, Random person)
    {
        var beside = (person.NextDouble() - 0.5) * 0.06;
        var start = person.Next(2, (int)(song.To / period) - 12);
        var taps = Enumerable.Range(start, 8).Select(n => 0.5 + (n * period) + beside + (JitterSeconds * Normal(person)));
        var line = PulseFit.Refine(TapLine.Through([.. taps.Order()])!.Value, song, curves);
        return GridEdit.Steady((line.Anchor, line.Period), song).Select(beat => Off(beat.Seconds - 0.5, period)).MaxBy(Math.Abs);
    }

    private static double Off(double time, double period) => time - (period * Math.Round(time / period));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
