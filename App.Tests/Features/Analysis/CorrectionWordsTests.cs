using Downbeat.Features.Analysis;

namespace Downbeat.Tests.Features.Analysis;

public sealed class CorrectionWordsTests
{
    private static readonly SongAnalysis Before = new() { Bpm = 70, Beats = [0, 1], BeatsPerBar = 4, Sections = [new(0, 0, 30, "verse", 0, 0.5, 1), new(1, 30, 60, "chorus", 1, 0.5, 1)] };

    [Fact]
    public void Each_correction_is_said_with_what_came_of_it()
    {
        var after = Before with { Bpm = 140.04 };
        Assert.Equal("Twice as many beats: 140.0 BPM.", Said(new() { TempoFactor = 2 }, after));
        Assert.Equal("Half as many beats from 0:10 to 0:20: 140.0 BPM.", Said(new() { TempoFactor = 0.5, From = 10, To = 20 }, after));
        Assert.Equal("Beats moved 10 ms earlier.", Said(new() { ShiftSeconds = -0.01 }, after));
        Assert.Equal("Beats moved by half a beat.", Said(new() { ShiftBeats = 0.5 }, after));
        Assert.Equal("4 taps make a beat: 140.0 BPM.", Said(new() { Taps = [1, 2, 3, 4] }, after));
        Assert.Equal("3 beats in a bar.", Said(new() { BeatsPerBar = 3 }, after));
        Assert.Equal("Bars are counted from here.", Said(new() { FirstDownbeatIndex = 1 }, after));
        Assert.Equal("Key set: F# minor.", Said(new() { Key = "F#", Mode = "minor" }, after with { Key = "F#", Mode = "minor" }));
        Assert.Equal("Genre set: ska.", Said(new() { Genre = "ska" }, after with { Genre = new("ska", 1) }));
        Assert.Equal("Genre left open.", Said(new() { Genre = "" }, after with { Genre = new("", 1) }));
        Assert.Equal("Mood set.", Said(new() { Mood = new(Energy: 1) }, after));
    }

    [Fact]
    public void Of_the_parts_the_one_that_changed_is_named()
    {
        var correction = new Correction { Sections = [] };
        Assert.Equal("chorus starts at 0:32.", Said(correction, Before with { Sections = [Before.Sections[0], Before.Sections[1] with { Start = 32 }] }));
        Assert.Equal("chorus is now drop.", Said(correction, Before with { Sections = [Before.Sections[0], Before.Sections[1] with { Label = "drop" }] }));
        Assert.Equal("1 part now.", Said(correction, Before with { Sections = [Before.Sections[0]] }));
        Assert.Equal("Parts are as they were.", Said(correction, Before));
    }

    [Theory]
    [InlineData(0.95, "sure", false)]
    [InlineData(0.8, "sure", false)]
    [InlineData(0.6, "fairly sure", false)]
    [InlineData(0.2, "not sure", true)]
    public void Trust_is_a_word(double confidence, string word, bool isDoubtful) =>
        Assert.Equal((word, isDoubtful), (CorrectionWords.Trust(confidence), CorrectionWords.IsDoubtful(confidence)));

    [Fact]
    public void What_is_in_effect_is_said_in_one_line()
    {
        Assert.Equal("70.0 BPM, 4 beats in a bar, 2 parts.", CorrectionWords.Grid(Before));
        Assert.Equal("No steady beat.", CorrectionWords.Grid(new()));
    }

    private static string Said(Correction correction, SongAnalysis after) => CorrectionWords.Say(correction, Before, after);
}
