using Bunit;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Clips.Library;

/// <summary>How clips of the library come to a song.</summary>
public sealed class FootagePickerTests(Studios studios) : PageTest
{
    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_chosen_is_added_in_the_order_of_choosing_also_across_searches()
    {
        var (studio, owner, song) = await StartAsync();
        await studio.AddFootageAsync(owner, null, "Sea", "Night");
        await studio.AddFootageAsync(owner, song, "City");
        var added = 0;
        var picker = Show(owner, song, () => added++);
        Assert.Equal(["Night", "Sea", "City"], picker.FindAll(".picker-title").Select(title => title.TextContent).OrderBy(title => title == "City"));
        Assert.Contains("In this song", picker.FindAll("li").Single(item => item.TextContent.Contains("City", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        Assert.True(picker.Find(".button-primary").HasAttribute("disabled"));

        await ChooseAsync(picker, "Sea");
        await picker.Find("[type=search]").InputAsync("night");
        await picker.WaitForAssertionAsync(() => Assert.Single(picker.FindAll("li")));
        await ChooseAsync(picker, "Night");
        Assert.Equal("Add 2 clips", picker.Find(".button-primary").TextContent);
        await picker.Find(".button-primary").ClickAsync(new());

        Assert.Equal(1, added);
        Assert.Equal(["City", "Sea", "Night"], (await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop)).Select(clip => clip.Title));
    }

    [Fact]
    public async Task What_was_chosen_by_mistake_is_not_added()
    {
        var (studio, owner, song) = await StartAsync();
        await studio.AddFootageAsync(owner, null, "Sea");
        var picker = Show(owner, song, () => { });

        await ChooseAsync(picker, "Sea");
        await ChooseAsync(picker, "Sea");

        Assert.True(picker.Find(".button-primary").HasAttribute("disabled"));
    }

    [Fact]
    public async Task More_is_shown_when_there_is_more()
    {
        var (studio, owner, song) = await StartAsync();
        await studio.AddFootageAsync(owner, null, [.. Enumerable.Range(0, 30).Select(i => $"Sea {i}")]);
        var picker = Show(owner, song, () => { });
        Assert.Equal(24, picker.FindAll("li").Count);

        await picker.Find(".button-quiet").ClickAsync(new());

        Assert.Equal(30, picker.FindAll("li").Count);
        Assert.Empty(picker.FindAll(".button-quiet"));
    }

    [Fact]
    public async Task Somebody_who_has_nothing_is_told_so()
    {
        var (_, owner, song) = await StartAsync();

        Assert.Contains("You have no clips yet.", Show(owner, song, () => { }).Find("[role=status]").TextContent, StringComparison.Ordinal);
    }

    private static Task ChooseAsync(IRenderedComponent<FootagePicker> picker, string title) =>
        picker.FindAll("li").Single(item => item.TextContent.Contains(title, StringComparison.Ordinal)).QuerySelector("input")!.ChangeAsync(new() { Value = true });

    private async Task<(Studio Studio, Guid Owner, Guid Song)> StartAsync()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        Services.AddFallbackServiceProvider(studio.Services);
        return (studio, owner, (await studio.AddSongsAsync(owner, 1))[0]);
    }

    private IRenderedComponent<FootagePicker> Show(Guid owner, Guid song, Action added) =>
        Render<FootagePicker>(picker => picker.Add(p => p.OwnerId, owner).Add(p => p.SongId, song).Add(p => p.Added, added));
}
