using Bunit;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Components;

namespace Downbeat.Tests.Features.Analysis;

public sealed class SongFactsTests : PageTest
{
    [Fact]
    public void A_song_that_was_heard_shows_its_numbers() =>
        Assert.Equal(["123.4 BPM", "F# minor", "4 beats", "-9.2 LUFS"], FactsOf(new() { Bpm = 123.44, Key = "F#", Mode = "minor", BeatsPerBar = 4, LoudnessLufs = -9.18 }));

    [Fact]
    public void What_cannot_be_heard_is_not_made_up() => Assert.Equal(["no steady beat", "open", "–", "–"], FactsOf(new()));

    [Fact]
    public void Before_listening_there_is_nothing() => Assert.Equal(["–", "–", "–", "–"], FactsOf(null));

    private IEnumerable<string> FactsOf(SongAnalysis? analysis) => Render<SongFacts>(p => p.Add(c => c.Analysis, analysis)).FindAll("dd").Select(fact => fact.TextContent.Trim());
}
