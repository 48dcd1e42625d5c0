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
        await ChangeAndLeaveAsync(() => shown.Find("input[aria-label^=Tension]"), "69", "70");
        Assert.Equal(
            [("F#", "major", null, null), (null, "minor", null, null), (null, null, "ska", null), (null, null, null, new MoodWish(Tension: 0.7))],
            corrections.Select(correction => (correction.Key, correction.Mode, correction.Genre, correction.Mood)));
    }

    [Fact]
    public async Task A_genre_is_cleared_by_emptying_its_field()
    {
        await Shown(Heard).Find("input.tool-text").ChangeAsync(new ChangeEventArgs { Value = " " });
        Assert.Equal("", Assert.Single(corrections).Genre);
    }

    [Fact]
    public void What_else_it_sounds_like_is_told_as_an_estimate()
    {
        Assert.Equal("Sounds like: guitar, drum kit – an estimate", Shown(Heard with { Tags = [new("guitar", 0.6), new("drum kit", 0.3)] }).Find(".estimate-tags").TextContent);
        Assert.Empty(Shown(Heard).FindAll(".estimate-tags"));
    }

    [Fact]
    public async Task What_is_refused_does_not_stay_in_its_field_and_the_field_stays_where_it_is()
    {
        var answer = new TaskCompletionSource();
        var shown = Render<Estimates>(p => p.Add(c => c.Analysis, Heard).Add(c => c.Correct, (Func<SongAnalysis, Correction> _) => answer.Task));
        var changes = shown.FindAll("select")[0].ChangeAsync(new ChangeEventArgs { Value = "F#" });
        Assert.Equal(1, shown.RenderCount);
        answer.SetResult();
        await changes;
        Assert.Equal((2, "G"), (shown.RenderCount, shown.FindAll("select")[0].GetAttribute("value")));
    }

    [Fact]
    public void Where_no_key_is_heard_none_is_shown_and_a_mode_waits_for_it()
    {
        var shown = Shown(new());
        Assert.Equal("open", shown.FindAll("select")[0].QuerySelector("option")!.TextContent);
        Assert.True(shown.FindAll("select")[1].HasAttribute("disabled"));
    }

    private IRenderedComponent<Estimates> Shown(SongAnalysis analysis) => Render<Estimates>(p => p.Add(c => c.Analysis, analysis).Add(c => c.Correct, wish => corrections.Add(wish(analysis))));
}
