using System.Security.Claims;
using Bunit;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips.Library;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Downbeat.Tests.Features.Clips.Library;

/// <summary>What the page of the library shows and does.</summary>
public sealed class FootagePageTests(Studios studios) : PageTest
{
    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_who_has_nothing_is_told_what_to_do()
    {
        var (_, owner, _) = await StartAsync();
        var page = Show(owner);

        Assert.Equal("No clips yet.", page.Find("h2").TextContent);
        Assert.Empty(page.FindAll("[type=search], article, nav"));
        Assert.Single(page.FindAll("input[type=file]"));
    }

    [Fact]
    public async Task Each_says_what_it_is_where_it_is_used_and_what_it_is_found_by()
    {
        var (studio, owner, song) = await StartAsync();
        await studio.AddFootageAsync(owner, null, "Night");
        var sea = (await studio.AddFootageAsync(owner, song, "Sea"))[0];
        await Library(studio).ChangeAsync(owner, sea, null, ["blue", "R&B"], Stop);
        var page = Show(owner);

        var card = page.Find("article[aria-label=Sea]");
        Assert.Equal("320 × 180 · 1 kB", card.QuerySelector("p")!.TextContent);
        Assert.Equal("0:04", card.QuerySelector(".footage-length")!.TextContent);
        Assert.Equal($"/songs/{song}", card.QuerySelector(".footage-songs a")!.GetAttribute("href"));
        Assert.Equal(["/clips?tag=blue", "/clips?tag=R%26B"], card.QuerySelectorAll(".tag").Select(tag => tag.GetAttribute("href")));
        Assert.Equal($"/api/v1/footage/{sea}/preview", card.QuerySelector("video")!.GetAttribute("data-preview"));
        Assert.Null(card.QuerySelector("video")!.GetAttribute("src"));
        Assert.Equal("No song uses it.", page.Find("article[aria-label=Night] .footage-songs").TextContent.Trim());
    }

    [Fact]
    public async Task What_is_typed_is_searched_within_the_tag()
    {
        var (studio, owner, _) = await StartAsync();
        var ids = await studio.AddFootageAsync(owner, null, "Sea by day", "Sea by night", "Night");
        foreach (var id in ids.Skip(1))
        {
            await Library(studio).ChangeAsync(owner, id, null, ["dark"], Stop);
        }

        Navigation.NavigateTo("/clips?tag=DARK");
        var page = Show(owner);
        Assert.Equal(["Night", "Sea by night"], Titles(page));
        Assert.Equal("/clips", page.Find("[aria-current=true]").GetAttribute("href"));

        _ = page.Find("[type=search]").InputAsync("sea");
        await page.Find("form[role=search]").SubmitAsync();
        await page.WaitForAssertionAsync(() => Assert.Equal(["Sea by night"], Titles(page)));
        Assert.EndsWith("/clips?search=sea&tag=DARK", Navigation.Uri, StringComparison.Ordinal);

        Navigation.NavigateTo("/clips?search=desert");
        await page.WaitForAssertionAsync(() => Assert.Contains("None of your clips is called that.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("desert", page.Find("[type=search]").GetAttribute("value"));
    }

    [Fact]
    public async Task A_search_goes_on_on_its_next_page()
    {
        var (studio, owner, _) = await StartAsync();
        await studio.AddFootageAsync(owner, null, [.. Enumerable.Range(0, 25).Select(i => $"Sea {i}")]);
        Navigation.NavigateTo("/clips?search=sea");
        var page = Show(owner);

        Assert.Equal(24, page.FindAll("article").Count);
        Assert.Equal("/clips?search=sea&page=2", page.Find("a[rel=next]").GetAttribute("href"));
    }

    [Fact]
    public async Task Title_and_tags_are_edited_in_place_and_what_is_refused_stays_in_its_field()
    {
        var (studio, owner, _) = await StartAsync();
        await studio.AddFootageAsync(owner, null, "Sea");
        var page = Show(owner);
        await page.Find("[aria-label='Edit Sea']").ClickAsync(new());

        await page.FindAll(".footage-edit input")[1].ChangeAsync(new() { Value = $"blue, {new string('x', 33)}" });
        await page.Find(".footage-edit").SubmitAsync();
        Assert.NotEmpty(page.FindAll(".footage-edit"));
        await page.FindAll(".footage-edit input")[0].ChangeAsync(new() { Value = "Ocean" });
        await page.FindAll(".footage-edit input")[1].ChangeAsync(new() { Value = "blue, , Blue, deep sea" });
        await page.Find(".footage-edit").SubmitAsync();

        await page.WaitForAssertionAsync(() => Assert.Equal(["blue", "deep sea"], page.FindAll("article[aria-label=Ocean] .tag").Select(tag => tag.TextContent)));
        Assert.Equal(["blue", "deep sea"], page.FindAll("nav .tag").Select(tag => tag.TextContent));
    }

    [Fact]
    public async Task What_a_song_uses_is_not_deleted_and_the_rest_only_when_that_is_confirmed()
    {
        var (studio, owner, song) = await StartAsync();
        await studio.AddFootageAsync(owner, song, "Sea");
        await studio.AddFootageAsync(owner, null, "Night");
        var dialogs = Render<MudDialogProvider>();
        var page = Show(owner);

        await page.Find("[aria-label='Delete Sea']").ClickAsync(new());
        Assert.Equal("“Sea” is a clip of “Song 0”; delete it there first.", Assert.Single(Services.GetRequiredService<ISnackbar>().ShownSnackbars).Message);
        Assert.Empty(dialogs.FindAll(".mud-dialog"));

        var deletion = page.Find("[aria-label='Delete Night']").ClickAsync(new());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains("Its file goes for good.", dialogs.Markup, StringComparison.Ordinal));
        await dialogs.FindAll(".mud-dialog button").Single(button => button.TextContent.Contains("Delete", StringComparison.Ordinal)).ClickAsync(new());
        await deletion;
        Assert.Equal(["Sea"], Titles(page));
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private static FootageLibrary Library(Studio studio) => studio.Services.GetRequiredService<FootageLibrary>();

    private static IEnumerable<string?> Titles(IRenderedComponent<FootagePage> page) => page.FindAll("article").Select(card => card.GetAttribute("aria-label"));

    private async Task<(Studio Studio, Guid Owner, Guid Song)> StartAsync()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        Services.AddFallbackServiceProvider(studio.Services);
        return (studio, owner, (await studio.AddSongsAsync(owner, 1))[0]);
    }

    private IRenderedComponent<FootagePage> Show(Guid owner)
    {
        var somebody = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, $"{owner}")]));
        return Render<FootagePage>(page => page.AddCascadingValue(Task.FromResult(new AuthenticationState(somebody))));
    }
}
