using Downbeat.E2E.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody brings files that are not what they seem.</summary>
public sealed class BadInput(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task Files_that_are_no_songs_and_too_long_songs_are_refused_in_a_sentence()
    {
        var tooLong = await Footage.TooLongSongAsync();
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                await page.SignUpAsync();
                await RefusedAsync(page, "Drop songs here", Footage.Words, "This is no sound, film or picture");
                await RefusedAsync(page, "Drop songs here", Footage.Nothing, "empty");
                await RefusedAsync(page, "Drop songs here", tooLong, "10 minutes");
                await page.ReloadAsync();
                await Expect(page.Heading("Make your first video in a minute.")).ToBeVisibleAsync();
            },
            expectedErrors: ["415", "422"]);
    }

    [Fact]
    public async Task Playlists_and_truncated_clips_are_refused_in_a_sentence_and_the_others_stay()
    {
        var (clips, truncated) = (await Footage.ClipsAsync(), await Footage.TruncatedAsync());
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                await page.SignInAsync(project.Email);
                await page.GotoAsync($"/songs/{project.SongId}");
                await Expect(page.Clips()).ToHaveCountAsync(clips.Count);
                await RefusedAsync(page, "Drop clips here", Footage.Playlist, "This is no sound, film or picture");
                await RefusedAsync(page, "Drop clips here", truncated, "cannot be read");
                await Expect(page.Clips()).ToHaveCountAsync(clips.Count);
                await page.ReloadAsync();
                await Expect(page.Clips()).ToHaveCountAsync(clips.Count);
            },
            expectedErrors: ["415", "422"]);
    }

    private static async Task RefusedAsync(IPage page, string zone, string file, string reason)
    {
        await page.BringAsync(zone, file);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(reason);
        await page.Button($"Dismiss {Path.GetFileName(file)}").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }
}
