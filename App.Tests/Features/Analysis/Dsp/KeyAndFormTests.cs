using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

public sealed class KeyAndFormTests
{
    private const double KeysFloor = 0.9;

    [Theory]
    [InlineData(0, "C")]
    [InlineData(6, "F#")]
    [InlineData(9, "A")]
    public void A_cadence_gives_its_major_key(int transpose, string tonic)
    {
        var cadence = Cadence([0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7]);

        var key = Listen(Synth.Chords(16, [.. cadence.Select(chord => chord.Select(note => note + transpose).ToArray())])).Key;

        Assert.Equal((tonic, "major"), (key.Tonic, key.Mode));
        Assert.True(key.Confidence > 0.3);
    }

    [Fact]
    public void A_cadence_gives_its_minor_key()
    {
        var key = Listen(Synth.Chords(16, Cadence([0, 3, 7], [5, 8, 12], [7, 11, 14], [0, 3, 7]))).Key;

        Assert.Equal(("C", "minor"), (key.Tonic, key.Mode));
    }

    [Fact]
    public void A_song_tuned_a_third_of_a_semitone_sharp_keeps_its_key()
    {
        var plain = Synth.Chords(16, Cadence([0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7]));
        var ratio = Math.Pow(2, 1 / 36.0);
        float[] sharp = [.. Enumerable.Range(0, (int)(plain.Length / ratio) - 1).Select(n => plain[(int)Math.Round(n * ratio)])];

        var key = Listen(sharp).Key;

        Assert.Equal(("C", "major"), (key.Tonic, key.Mode));
    }

    [Fact]
    public void Loops_that_songs_are_built_on_give_their_key_in_most_cases()
    {
        var (right, count) = (0, 0);
        foreach (var (index, loop) in SynthProgression.All.Index())
        {
            for (var tonic = index % 4; tonic < 12; tonic += 4)
            {
                var key = Listen(loop.Play(tonic, (12 * index) + tonic)).Key;
                right += (key.Tonic, key.Mode) == (Key.Names[tonic], loop.IsMinor ? "minor" : "major") ? 1 : 0;
                count++;
            }
        }

        Assert.True(right >= KeysFloor * count, $"{right} of {count} keys are right.");
    }

    [Fact]
    public void Noise_has_no_sure_key() => Assert.InRange(Listen(Synth.Noise(20)).Key.Confidence, 0, 0.3);

    [Fact]
    public void Parts_that_return_share_a_group_and_borders_lie_on_first_beats()
    {
        var quiet = Synth.Band(120, 4, 8, 0).Select(sample => sample * 0.2f).ToArray();
        var loud = Synth.Band(120, 4, 8, 0).Zip(Synth.Noise(16), (a, b) => a + (0.3f * b)).ToArray();
        var heard = Listen([.. quiet, .. loud, .. quiet, .. loud]);

        Assert.Equal([0, 16, 32, 48], heard.Sections.Select(section => section.StartSeconds), (a, b) => Math.Abs(a - b) < 0.1);
        Assert.Equal(heard.Sections[1].Group, heard.Sections[3].Group);
        Assert.NotEqual(heard.Sections[0].Group, heard.Sections[1].Group);
        Assert.Equal("chorus", heard.Sections[1].Label);
        Assert.True(heard.Sections[1].Energy > heard.Sections[2].Energy);
        Assert.All(heard.Sections.Skip(1), section => Assert.Contains(section.StartSeconds, heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])));
    }

    private static int[][] Cadence(params int[][] chords) => [.. chords.Select(chord => (int[])[chord[0] + 48, .. chord.Select(note => note + 60)])];

    private static Heard Listen(float[] mono) => Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);
}
