using Bunit;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Generating;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Clips.Generating;

/// <summary>The plan of scenes on a song's page: looked at, changed, and drawn.</summary>
public sealed class GeneratePanelTests(Studios studios) : PageTest
{
    private Studio studio = default!;
    private Guid owner;
    private Guid song;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_song_without_clips_begins_with_a_plan_and_another_look_changes_all_of_it()
    {
        var panel = await ShowAsync([]);
        var scenes = panel.FindAll(".scene").Count;
        Assert.InRange(scenes, 2, 16);
        Assert.All(panel.FindAll(".scene img"), picture => Assert.Contains("/clips/scene.jpg?start=", picture.GetAttribute("src"), StringComparison.Ordinal));

        await panel.FindAll(".look input")[4].ChangeAsync(new() { Value = true });
        Assert.All(panel.FindAll(".scene select[aria-label^='Look of']"), look => Assert.Equal("neon", look.GetAttribute("value")));

        await panel.Find("#generate-count").ChangeAsync(new() { Value = "3" });
        Assert.Equal(3, panel.FindAll(".scene").Count);
    }

    [Fact]
    public async Task A_song_that_has_clips_keeps_the_plan_folded_until_somebody_wants_it()
    {
        var panel = await ShowAsync([new() { Title = "Film", Status = ClipStatus.Completed, DurationSeconds = 4 }]);
        Assert.Empty(panel.FindAll(".scene"));
        Assert.Equal("false", panel.Find(".generate-open").GetAttribute("aria-expanded"));

        await panel.Find(".generate-open").ClickAsync(new());
        Assert.NotEmpty(panel.FindAll(".scene"));
        Assert.Equal("true", panel.Find(".generate-open").GetAttribute("aria-expanded"));
    }

    [Fact]
    public async Task What_was_changed_and_chosen_is_asked_for()
    {
        var panel = await ShowAsync([]);
        await panel.Find("#generate-count").ChangeAsync(new() { Value = "3" });
        await panel.Find("select[aria-label='What scene 1 shows']").ChangeAsync(new() { Value = "silk" });
        await panel.Find("textarea[aria-label='Prompt of scene 1']").ChangeAsync(new() { Value = "Nothing but silk" });
        await panel.Find("input[aria-label='Draw scene 2']").ChangeAsync(new() { Value = false });
        Assert.Equal("Draw 2 clips", panel.Find(".generate-do .button-primary").TextContent);

        await panel.Find(".generate-do .button-primary").ClickAsync(new());
        var clips = (await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop)).Where(clip => clip.Source == ClipSource.Generated).ToList();
        Assert.Equal(2, clips.Count);
        Assert.Equal(("Nothing but silk", "builtin"), (clips[0].Prompt, clips[0].Generator));
        Assert.StartsWith("Silk · verse 0:00", clips[0].Title, StringComparison.Ordinal);
        Assert.Equal("false", panel.Find(".generate-open").GetAttribute("aria-expanded"));
    }

    [Fact]
    public async Task A_generator_that_is_not_set_up_says_so_and_cannot_be_used()
    {
        var panel = await ShowAsync([]);
        await panel.FindAll(".wishes .choice-option input")[1].ChangeAsync(new() { Value = true });

        Assert.Contains("RemoteGenerator:Address", panel.Find(".problem").TextContent, StringComparison.Ordinal);
        Assert.Contains("built-in generator needs nothing", panel.Find(".problem").TextContent, StringComparison.Ordinal);
        Assert.True(panel.Find(".generate-do .button-primary").HasAttribute("disabled"));
    }

    private async Task<IRenderedComponent<GeneratePanel>> ShowAsync(IReadOnlyList<Clip> clips)
    {
        studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        owner = await caller.OwnerIdAsync();
        song = (await studio.AddHeardSongAsync(owner)).Song;
        Services.AddFallbackServiceProvider(studio.Services);
        var analysis = await studio.Services.GetRequiredService<SongAnalyst>().GetAsync(owner, song, Stop);
        return Render<GeneratePanel>(parameters => parameters
            .Add(p => p.OwnerId, owner).Add(p => p.SongId, song).Add(p => p.Analysis, analysis).Add(p => p.Clips, clips));
    }
}
