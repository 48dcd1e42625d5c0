using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody loads the page again while a video is being made, and has it open twice.</summary>
public sealed class ReloadDuringARender(BrowserFixture browser)
{
    [Fact]
    public async Task Reloaded_and_second_tabs_show_the_same_work_and_its_end()
    {
        var clips = await Footage.ClipsAsync();
        await using var studio = Studio.Start(("Media:Workers", "1"));
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignUpAsync();
            await page.BringSongAsync(await SmallMedia.SongAsync());
            await page.BringClipsAsync([.. clips]);
            await page.ChooseAsync("High");
            await page.StartVideoAsync();
            var before = await page.PercentAsync();
            var name = await NameOfWorkAsync(page);

            await page.ReloadAsync();
            await page.ShowsAtLeastAsync(before);
            Assert.Equal(name, await NameOfWorkAsync(page));
            var second = await page.Context.NewPageAsync();
            await second.GotoAsync(page.Url);
            await second.ShowsAtLeastAsync(before);

            await page.EvaluateAsync("window.isTheSamePage = true");
            await second.EvaluateAsync("window.isTheSamePage = true");
            foreach (var tab in (IPage[])[page, second])
            {
                await Expect(tab.Videos()).ToHaveCountAsync(1, new() { Timeout = Gestures.Patience });
                await Expect(tab.Work()).ToHaveCountAsync(0);
                await Expect(tab.Videos().GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") })).ToBeVisibleAsync();
                Assert.True(await tab.EvaluateAsync<bool>("window.isTheSamePage === true"));
            }
        });
    }

    private static async Task<string> NameOfWorkAsync(IPage page) => (await page.Work().GetAttributeAsync("aria-label"))!.Split(':')[^2];
}
