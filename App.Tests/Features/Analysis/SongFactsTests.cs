using Bunit;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Components;

namespace Downbeat.Tests.Features.Analysis;

public sealed class SongFactsTests : PageTest
{
    [Fact]
    public void A_song_that_was_heard_shows_its_numbers() =>
        Assert.Equal(["123.4 BPM", "F# minor", "4 beats", "−9.2 LUFS"], FactsOf(new() { Bpm = 123.44, Key = "F#", Mode = "minor", BeatsPerBar = 4, LoudnessLufs = -9.18 }));

    [Fact]
    public void Loudness_range_and_true_peak_stand_below_the_loudness() =>
        Assert.Equal(["−9.2 LUFS", "range\u00a06.1\u00a0LU · peak\u00a0−0.3\u00a0dBTP"], FactsOf(new() { LoudnessLufs = -9.18, LoudnessRangeLu = 6.12, TruePeakDbtp = -0.31 }).TakeLast(2));

    [Fact]
    public void A_song_of_several_tempos_shows_from_where_to_where_they_go()
    {
        Assert.Equal("90–120 BPM", FactsOf(new() { Bpm = 101, Tempos = [new(0, 30, 90.2), new(30, 60, 119.8)] }).First());
        Assert.Equal("101.0 BPM", FactsOf(new() { Bpm = 101, Tempos = [new(0, 30, 100.9), new(30, 60, 101.1)] }).First());
    }

    [Fact]
    public void What_cannot_be_heard_is_not_made_up() => Assert.Equal(["no steady beat", "open", "–", "–"], FactsOf(new()));

    [Fact]
    public void Before_listening_there_is_nothing() => Assert.Equal(["–", "–", "–", "–"], FactsOf(null));

    private IEnumerable<string> FactsOf(SongAnalysis? analysis) => Render<SongFacts>(p => p.Add(c => c.Analysis, analysis)).FindAll("dd").Select(fact => fact.TextContent.Trim());
}
