using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A musician has a song and some footage and wants a tall video.</summary>
public sealed class UploadToVideo(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task A_song_and_clips_become_a_tall_video_that_can_be_taken_home()
    {
        var song = TestData.PathOf("audio/808kick120bpm.mp3");
        var clips = await Footage.ClipsAsync();
        var still = await SmallMedia.StillAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignUpAsync();
            await page.BringSongAsync(song);
            await Expect(page.GetByRole(AriaRole.Definition).Filter(new() { HasTextRegex = Gestures.About120() })).ToBeVisibleAsync();
            await page.BringClipsAsync(clips[0], clips[1], still);
            await ReorderByKeyboardAsync(page);

            await page.ChooseAsync("9:16", "720p", "Draft");
            await page.Button("Make the video").PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Progressbar, new() { NameRegex = new("^Making the 9:16 720p draft video") })).ToBeVisibleAsync();
            var video = page.Videos();
            await Expect(video).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            await Expect(page.Work()).ToHaveCountAsync(0);
            var played = await video.Film().PlayAsync();
            Assert.Equal((720, 1280), (played.Width, played.Height));

            var download = await page.RunAndWaitForDownloadAsync(() => video.GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") }).ClickAsync());
            Assert.Equal("808kick120bpm.mp4", download.SuggestedFilename);
            using var media = new MediaRig();
            var facts = await media.Probe.ProbeAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Equal((720, 1280), (facts.Video!.Width, facts.Video.Height));
            Assert.NotNull(facts.Audio);
            Assert.InRange(facts.DurationSeconds, 9.9, 10.1);
        });
    }

    private static async Task ReorderByKeyboardAsync(IPage page)
    {
        var moved = (await page.Clips().First.GetAttributeAsync("aria-label"))!["Delete ".Length..];
        await page.Button($"Move {moved} one place later").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Clips().Nth(1)).ToHaveAccessibleNameAsync($"Delete {moved}");
        await page.Button($"Move {moved} one place later").PressAsync("Space");
        await Expect(page.Clips().Nth(2)).ToHaveAccessibleNameAsync($"Delete {moved}");
        await Expect(page.Button($"Move {moved} one place later")).ToBeDisabledAsync();

        await page.ReloadAsync();
        await Expect(page.Clips()).ToHaveCountAsync(3);
        await Expect(page.Clips().Last).ToHaveAccessibleNameAsync($"Delete {moved}");
    }
}
