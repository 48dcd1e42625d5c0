using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody has footage that is good for more than one song.</summary>
public sealed class ClipLibraryJourney(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task A_clip_of_one_song_is_found_tagged_and_used_in_another_and_goes_with_the_last_of_them()
    {
        var (clips, still) = (await Footage.ClipsAsync(), await SmallMedia.StillAsync());
        string[] songs = [TestData.PathOf("audio/808kick120bpm.mp3"), await SmallMedia.SongAsync()];
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignUpAsync();
            await page.BringSongAsync(songs[0]);
            await page.BringClipsAsync(clips[0], still);

            await OpenLibraryAsync(page);
            await SeePreviewAsync(page, "dawn.mp4");
            await TagAsync(page, "dawn.mp4", "Dawn over the hills", "sky, Früh");

            // Of another case, and beyond the alphabet of English.
            await page.GetByLabel("Search your clips").FillAsync("FRÜH hills");
            await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
            await Expect(Card(page, "Dawn over the hills").GetByRole(AriaRole.Link, new() { Name = "808kick120bpm" })).ToBeVisibleAsync();

            await page.GotoAsync("/songs");
            await page.BringSongAsync(songs[1]);
            await ChooseAsync(page, "Dawn over the hills");
            await DeleteClipAsync(page, "Dawn over the hills", "It stays in your clips.");
            await ChooseAsync(page, "Dawn over the hills");

            await OpenLibraryAsync(page);
            await Expect(Card(page, "Dawn over the hills").GetByRole(AriaRole.Link, new() { NameRegex = new("^(808kick120bpm|song)$") })).ToHaveCountAsync(2);
            await FollowAsync(page, "Dawn over the hills", "808kick120bpm");
            await DeleteClipAsync(page, "Dawn over the hills", "It stays in your clips.");

            await OpenLibraryAsync(page);
            await FollowAsync(page, "Dawn over the hills", "song");
            await DeleteClipAsync(page, "Dawn over the hills", "Nothing else uses it, so its file goes for good.");
            await OpenLibraryAsync(page);
            await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);
            await Expect(Card(page, "still.png")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task What_is_brought_to_the_library_waits_there_for_a_song()
    {
        var clips = await Footage.ClipsAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignUpAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Clips", Exact = true }).ClickAsync();
            await Expect(page.Heading("No clips yet.")).ToBeVisibleAsync();
            await page.BringAsync("Drop clips here", clips[1], clips[1]);
            await Expect(Card(page, "rings.mp4")).ToContainTextAsync("No song uses it.", new() { Timeout = Gestures.Patience });
            await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);

            await page.Button("Delete rings.mp4").ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await Expect(page.Heading("No clips yet.")).ToBeVisibleAsync();
        });
    }

    private static ILocator Card(IPage page, string title) => page.GetByRole(AriaRole.Article, new() { Name = title, Exact = true });

    /// <summary>Goes from the library to a song. There is a button to delete the clip on both pages.</summary>
    private static async Task FollowAsync(IPage page, string title, string song)
    {
        await Card(page, title).GetByRole(AriaRole.Link, new() { Name = song, Exact = true }).ClickAsync();
        await Expect(page.Heading(song)).ToBeAttachedAsync();
    }

    private static async Task OpenLibraryAsync(IPage page)
    {
        await page.GotoAsync("/clips");
        await page.AliveAsync();
    }

    /// <summary>Points at a clip, and comes to it by keyboard: it moves, and what is not looked at has not been fetched.</summary>
    private static async Task SeePreviewAsync(IPage page, string title)
    {
        var preview = Card(page, title).Locator("video");
        Assert.Null(await preview.GetAttributeAsync("src"));
        await Card(page, title).HoverAsync();
        await Expect(preview).ToHaveJSPropertyAsync("paused", false);
        await page.WaitForFunctionAsync("video => video.currentTime > 0.2 && video.videoWidth === 320", await preview.ElementHandleAsync());
        await page.Mouse.MoveAsync(0, 0);
        await Expect(preview).Not.ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex(".+"));

        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await Card(page, title).HoverAsync();
        Assert.Null(await preview.GetAttributeAsync("src"));
        await page.Mouse.MoveAsync(0, 0);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });

        await page.Button($"Edit {title}").FocusAsync();
        await Expect(preview).ToHaveJSPropertyAsync("paused", false);
    }

    private static async Task TagAsync(IPage page, string title, string newTitle, string tags)
    {
        await page.Button($"Edit {title}").PressAsync("Enter");
        await Expect(page.GetByLabel("Title")).ToBeFocusedAsync();
        await page.GetByLabel("Title").FillAsync(newTitle);
        await page.GetByLabel("Tags, with commas").FillAsync(tags);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Tags" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Expect(page.Button($"Edit {newTitle}")).ToBeFocusedAsync();
    }

    private static async Task ChooseAsync(IPage page, string title)
    {
        await page.Button("Add from your clips").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Add from your clips" });
        await dialog.GetByLabel("Search your clips").FillAsync("sky");
        await Expect(dialog.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(1);
        await dialog.GetByRole(AriaRole.Checkbox, new() { NameRegex = new(title) }).CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add 1 clip" }).ClickAsync();
        await Expect(dialog).Not.ToBeVisibleAsync();
        await Expect(page.Button($"Delete {title}")).ToBeVisibleAsync();
    }

    private static async Task DeleteClipAsync(IPage page, string title, string said)
    {
        await page.Button($"Delete {title}").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync(said);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.Button($"Delete {title}")).Not.ToBeVisibleAsync();
    }
}
