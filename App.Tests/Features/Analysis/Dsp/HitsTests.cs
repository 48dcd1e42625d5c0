using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>Strokes of drums against patterns made here, and against the scores of recorded songs.</summary>
public sealed class HitsTests(ITestOutputHelper output)
{
    private const double WindowSeconds = 0.05;

    [Theory]
    [InlineData("VC", 96)]
    [InlineData("VC", 132)]
    [InlineData("CV", 168)]
    public void Strokes_of_a_drum_kit_in_a_band_are_told_apart(string form, double tempoBpm)
    {
        var song = new SynthForm(form, tempoBpm);
        var hits = HitsOf(song.Sound);

        Assert.InRange(Report("kick", [.. song.Kicks], hits.Kick), 0.9, 1);
        Assert.InRange(Report("snare", [.. song.Snares], hits.Snare), 0.85, 1);
        Assert.InRange(Report("hats", [.. song.Hats], hits.Hats), 0.8, 1);
    }

    [Fact]
    public void A_four_on_the_floor_has_its_kicks_and_a_pad_has_no_drums()
    {
        var song = new SynthForm("D", 126);
        var pad = HitsOf(new SynthForm("I", 100).Sound);

        Assert.InRange(Report("kick", [.. song.Kicks], HitsOf(song.Sound).Kick), 0.95, 1);
        Assert.Equal(0, pad.Kick.Length + pad.Snare.Length, 2.0);
    }

    [Theory]
    [InlineData(4, 0.68, 0.85)]
    [InlineData(5, 0.58, 0)]
    [InlineData(6, 0.8, 0)]
    public async Task Strokes_of_recorded_songs_agree_with_their_scores(int number, double kickFloor, double snareFloor)
    {
        var hits = HitsOf(await Decoded.MonoAsync($"audio/blupi{number}_first90s.ogg"));
        var notes = MidiFile.Notes(await File.ReadAllBytesAsync(TestData.PathOf($"audio/blupi{number}.mid"), TestContext.Current.CancellationToken));

        Assert.InRange(Report($"blupi{number} kick", Drum(notes, 35, 36), hits.Kick), kickFloor, 1);
        Assert.InRange(Report($"blupi{number} snare", Drum(notes, 38, 40), hits.Snare), snareFloor, 1);
    }

    [Fact]
    public void Silence_and_a_held_chord_have_no_strokes()
    {
        Assert.Empty(Hits.None.Kick);
        var held = HitsOf(Synth.Chords(10, [48, 60, 64, 67]));
        Assert.Equal(0, held.Kick.Length + held.Snare.Length);
    }

    // The recordings begin 55 ms into their scores, and end after 90 s.
    private static double[] Drum(MidiNote[] notes, params int[] pitches) =>
        [.. notes.Where(note => note.Channel == 9 && pitches.Contains(note.Pitch)).Select(note => Math.Round(note.StartSeconds - 0.055, 3)).Where(t => t is > 0 and < 89.9).Distinct()];

    private static Hits HitsOf(float[] mono) => Hits.Pick(Strokes.Compute(mono, Level.Measure(mono), TestContext.Current.CancellationToken));

    private double Report(string name, double[] truth, double[] found)
    {
        double matches = BeatScore.Matches(truth, found, WindowSeconds);
        var f = 2 * matches / Math.Max(1, truth.Length + found.Length);
        output.WriteLine($"{name}: {truth.Length} true, {found.Length} found, F {f:0.000}");
        Console.WriteLine($"{name}: {truth.Length} true, {found.Length} found, F {f:0.000}");
        return f;
    }
}
