using Downbeat.E2E.Support;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody sees in the middle of a long render that it is not what they want.</summary>
public sealed class CancelARender(BrowserFixture browser)
{
    [Fact]
    public async Task Cancelling_ends_the_work_at_once_and_leaves_nothing_behind()
    {
        var song = await Footage.LongSongAsync();
        var clips = await Footage.ClipsAsync();
        await using var studio = Studio.Start(("Media:Workers", "1"));
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignUpAsync();
            await page.BringSongAsync(song);
            await page.BringClipsAsync([.. clips]);
            await page.ChooseAsync("1080p", "High");
            await page.StartVideoAsync();
            Assert.NotEmpty(Traces.ToolsIn(studio.DataDirectory));
            Assert.NotEmpty(Traces.UnfinishedIn(studio.DataDirectory));

            await page.Button("Cancel").ClickAsync();

            // The whole film takes minutes; the end of the work is shown when it has ended, not when it was asked for.
            await Expect(page.Videos().GetByText("Cancelled.")).ToBeVisibleAsync(new() { Timeout = 15_000 });
            Assert.Empty(Traces.ToolsIn(studio.DataDirectory));
            Assert.Empty(Traces.UnfinishedIn(studio.DataDirectory));
            await Expect(page.Work()).ToHaveCountAsync(0);
            await page.ReloadAsync();
            await Expect(page.Videos().GetByText("Cancelled.")).ToBeVisibleAsync();
        });
    }
}
