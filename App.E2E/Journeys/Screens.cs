using Downbeat.E2E.Support;
using Microsoft.Playwright;

namespace Downbeat.E2E.Journeys;

/// <summary>Every page as it looks, in artifacts/screens, and what there is to say against it.</summary>
public sealed class Screens(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task Every_page_fits_a_desk_and_a_phone_and_axe_finds_nothing_serious()
    {
        var findings = new List<string>();
        await Rooms.WalkAsync(browser, studio, async (page, name) =>
        {
            await Screen.PhotographAsync(page, name);
            foreach (var width in (int[])[Screen.Phone.Width, Screen.Desk.Width])
            {
                await page.SetViewportSizeAsync(width, Screen.Desk.Height);
                findings.AddRange((await WiderAsync(page, width)).Select(element => $"{name} is wider than {width}: {element}"));
            }

            findings.AddRange((await Axe.FindingsAsync(page)).Select(finding => $"{name}, {finding}"));
        });
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>What reaches beyond a screen of that width, when the page does.</summary>
    private static Task<string[]> WiderAsync(IPage page, int width) => page.EvaluateAsync<string[]>(
        """
        width => Math.max(innerWidth, document.documentElement.scrollWidth) === width ? [] : [document.documentElement.scrollWidth + ' pixels',
          ...[...document.querySelectorAll('main *')].filter(each => each.getBoundingClientRect().right > width).slice(0, 5).map(each => each.outerHTML.slice(0, 200))]
        """,
        width);
}
