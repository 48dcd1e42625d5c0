using Bunit;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Analysis;

public sealed class EstimatesTests : PageTest
{
    private static readonly SongAnalysis Heard = new() { Key = "G", Mode = "major", KeyConfidence = 0.9, Genre = new("acoustic", 0.2), Mood = new(0.3, 0.8, 0.1, 0.5) };
    private readonly List<Correction> corrections = [];

    [Fact]
    public void A_guess_is_called_one_until_somebody_knows_better()
    {
        Assert.Contains("key estimated, sure · genre estimated, not sure · mood estimated", Shown(Heard).Markup, StringComparison.Ordinal);
        Assert.Contains("key set by hand · genre set by hand · mood set by hand", Shown(Heard with { Corrected = new(false, false, true, true, true) }).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_can_be_set()
    {
        var shown = Shown(Heard);
        await shown.FindAll("select")[0].ChangeAsync(new ChangeEventArgs { Value = "F#" });
        await shown.FindAll("select")[1].ChangeAsync(new ChangeEventArgs { Value = "minor" });
        await shown.Find("input.tool-text").ChangeAsync(new ChangeEventArgs { Value = " ska " });
        await shown.Find("input[aria-label=Tension]").ChangeAsync(new ChangeEventArgs { Value = "70" });
        Assert.Equal(
            [("F#", "major", null, null), (null, "minor", null, null), (null, null, "ska", null), (null, null, null, new MoodWish(Tension: 0.7))],
            corrections.Select(correction => (correction.Key, correction.Mode, correction.Genre, correction.Mood)));
    }

    [Fact]
    public void Where_no_key_is_heard_none_is_shown_and_a_mode_waits_for_it()
    {
        var shown = Shown(new());
        Assert.Equal("open", shown.FindAll("select")[0].QuerySelector("option")!.TextContent);
        Assert.True(shown.FindAll("select")[1].HasAttribute("disabled"));
    }

    private IRenderedComponent<Estimates> Shown(SongAnalysis analysis) => Render<Estimates>(p => p.Add(c => c.Analysis, analysis).Add(c => c.Correct, corrections.Add));
}
