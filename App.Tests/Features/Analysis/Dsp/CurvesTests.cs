using CsCheck;
using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

public sealed class CurvesTests
{
    [Fact]
    public void What_was_packed_comes_back() =>
        Gen.Int[0, 50].SelectMany(count => Gen.Float[0, 1].Array[6 * count].Select(values => (count, values))).Sample(made =>
        {
            float[][] series = [.. Enumerable.Range(0, 6).Select(n => made.values.AsSpan(n * made.count, made.count).ToArray())];
            var back = Curves.FromBytes(new Curves(series[0], series[1], series[2], series[3], series[4], series[5]).ToBytes());
            float[] values = [.. back.Energy, .. back.Kick, .. back.Snare, .. back.Hats, .. back.Bass, .. back.Voice];
            Assert.Equal(made.values, values, (a, b) => Math.Abs(a - b) <= 1 / 510f + 1e-6f);
        });

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 1, 0, 0, 0, 9, 9, 9, 9, 9 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 9 })]
    [InlineData(new byte[] { 1, 0xff, 0xff, 0xff, 0xff })]
    public void Other_bytes_are_refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => Curves.FromBytes(bytes));

    [Fact]
    public void A_beat_gets_the_strongest_stroke_and_the_mean_voice_up_to_the_next_one()
    {
        var (kick, voice) = (new float[430], new float[430]);
        kick[At(2.0)] = 0.5f;
        kick[At(2.6)] = 0.75f;
        voice.AsSpan(At(3.0), At(4.0) - At(3.0)).Fill(0.5f);
        var curves = new Curves([.. kick.Select(_ => 0.25f)], kick, new float[430], new float[430], new float[430], voice);

        var beats = curves.PerBeat([1, 2, 3, 4], 430 / Curves.PerSecond);

        Assert.Equal([0, 0.75, 0, 0], beats.Kick);
        Assert.Equal([0, 0, 0.5, 0], beats.Voice, (a, b) => Math.Abs(a - b) < 0.02);
        Assert.All(beats.Energy, energy => Assert.Equal(0.25, energy, 1e-3));
    }

    [Fact]
    public void A_stroke_a_little_early_belongs_to_its_beat()
    {
        var snare = new float[200];
        snare[At(1.97)] = 1;
        var beats = (Curves.None with { Energy = new float[200], Snare = snare }).PerBeat([1, 2, 3], 4);

        Assert.Equal([0, 1, 0], beats.Snare);
    }

    [Fact]
    public void No_beats_and_no_curves_give_nothing_or_zero()
    {
        Assert.Empty(Curves.None.PerBeat([], 0).Energy);
        Assert.Equal([0, 0], Curves.None.PerBeat([0.1, 0.2], 1).Energy);
    }

    [Fact]
    public void A_whole_song_has_one_value_per_step_and_its_energies_are_those_of_its_beats()
    {
        var heard = Listening.Listen(Synth.Band(120, 4, 8), null, null, TestContext.Current.CancellationToken);

        Assert.Equal(heard.DurationSeconds * Curves.PerSecond, heard.Curves.Count, 1.01);
        Assert.Equal(heard.BeatEnergy, Curves.FromBytes(heard.Curves.ToBytes()).PerBeat(heard.BeatSeconds, heard.DurationSeconds).Energy, (a, b) => Math.Abs(a - b) < 0.005);
    }

    private static int At(double seconds) => (int)Math.Round(seconds * Curves.PerSecond);
}
