using Bunit;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions;

/// <summary>The choices for the next video: what they say, what they do to the plan, and what is remembered of them.</summary>
public sealed class MakePanelTests(Studios studios) : PageTest
{
    private Studio studio = default!;
    private Guid owner;
    private Guid song;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_group_says_what_is_chosen_in_it_and_the_plan_what_there_will_be()
    {
        var panel = await PanelAsync();
        Assert.Equal(
            ["Part and fades: whole song", "Shots: 1 to 8 s", "Format: 30 pictures a second · crop", "Sound: −14 LUFS · clips silent", "Words and cards: no cards", "Watermark: none"],
            Groups(panel));
        Assert.Empty(panel.FindAll(".panel-head button"));

        await Field(panel, "Shortest, seconds").ChangeAsync(new ChangeEventArgs { Value = "2" });
        await Field(panel, "Fade to black, seconds").ChangeAsync(new ChangeEventArgs { Value = "1.5" });
        await panel.Find("[aria-label='End card'] input[type=checkbox]").ChangeAsync(new ChangeEventArgs { Value = true });
        await Radio(panel, "As it is").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Radio(panel, "Gentle").ChangeAsync(new ChangeEventArgs { Value = "on" });

        Assert.Equal(
            ["Part and fades: whole song · to black", "Shots: 2 to 8 s", "Format: 30 pictures a second · crop", "Sound: as loud as it is · clips silent", "Words and cards: end card", "Watermark: none"],
            Groups(panel));
        var said = panel.FindAll(".plan-says li").Select(sentence => sentence.TextContent).ToList();
        Assert.Equal(["1 card"], said.Take(1));
        Assert.Contains(said, sentence => sentence.EndsWith("stills in motion", StringComparison.Ordinal));
        Assert.Contains(said, sentence => sentence.EndsWith("effects", StringComparison.Ordinal));

        await panel.Find(".panel-head button").ClickAsync(new());
        Assert.Contains("Shots: 1 to 8 s", Groups(panel));
    }

    [Fact]
    public async Task What_stands_against_the_plan_stands_beside_its_field_and_one_press_puts_it_right()
    {
        var panel = await PanelAsync();
        await Field(panel, "Longest, seconds").ChangeAsync(new ChangeEventArgs { Value = "1" });

        Assert.Contains("Shots: Needs a change", Groups(panel));
        Assert.Equal(panel.Find(".plan .problem").TextContent, panel.Find($"#{Field(panel, "Longest, seconds").GetAttribute("aria-describedby")}").TextContent);
        Assert.True(panel.Find(".make-button").HasAttribute("disabled"));

        await panel.Find(".plan button").ClickAsync(new());

        Assert.Equal("2", Field(panel, "Longest, seconds").GetAttribute("value"));
        Assert.False(panel.Find(".make-button").HasAttribute("disabled"));

        await Radio(panel, "Karaoke").ChangeAsync(new ChangeEventArgs { Value = "on" });
        Assert.Contains("no lyrics yet", panel.Find(".plan .problem").TextContent, StringComparison.Ordinal);
        await panel.Find(".plan button").ClickAsync(new());
        Assert.False(panel.Find(".make-button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_last_choices_come_back_with_the_page()
    {
        var panel = await PanelAsync();
        await Radio(panel, "9:16").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Radio(panel, "Punchy").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Field(panel, "To").ChangeAsync(new ChangeEventArgs { Value = "0:06" });
        await panel.Find(".make-button").ClickAsync(new());

        var again = Panel();

        await again.WaitForAssertionAsync(() => Assert.Contains("Part and fades: 0:00–0:06", Groups(again)));
        Assert.True(Radio(again, "9:16").HasAttribute("checked"));
        Assert.True(Radio(again, "Punchy").HasAttribute("checked"));
    }

    private static IEnumerable<string> Groups(IRenderedComponent<MakePanel> panel) =>
        panel.FindAll(".group summary").Select(line => string.Join(": ", line.Children.Select(part => part.TextContent)));

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<MakePanel> panel, string label) =>
        panel.Find($"#{panel.FindAll("label[for]").Single(name => name.TextContent == label).GetAttribute("for")}");

    private static AngleSharp.Dom.IElement Radio(IRenderedComponent<MakePanel> panel, string label) =>
        panel.FindAll(".choice-option").Single(option => option.TextContent.Trim() == label).QuerySelector("input")!;

    private async Task<IRenderedComponent<MakePanel>> PanelAsync()
    {
        studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        owner = await caller.OwnerIdAsync();
        (song, _) = await studio.AddHeardSongAsync(owner);
        Services.AddFallbackServiceProvider(studio.Services);
        analysis = await studio.Services.GetRequiredService<SongAnalyst>().GetAsync(owner, song, Stop);
        clips = await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop);
        var panel = Panel();
        await panel.WaitForElementAsync(".cut-strip");
        return panel;
    }

    private SongAnalysis analysis = default!;
    private IReadOnlyList<Clip> clips = [];

    private IRenderedComponent<MakePanel> Panel() => Render<MakePanel>(p => p.Add(c => c.OwnerId, owner).Add(c => c.SongId, song).Add(c => c.Analysis, analysis).Add(c => c.Clips, clips));
}
