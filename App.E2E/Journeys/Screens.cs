using Downbeat.E2E.Support;

namespace Downbeat.E2E.Journeys;

/// <summary>Pictures of every page for those who care how it looks: artifacts/screens.</summary>
public sealed class Screens(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public Task Every_page_fits_a_desk_and_a_phone() => Rooms.WalkAsync(browser, studio, async (page, name) =>
    {
        await Screen.PhotographAsync(page, name);
        foreach (var width in (int[])[Screen.Phone.Width, Screen.Desk.Width])
        {
            await page.SetViewportSizeAsync(width, Screen.Desk.Height);
            Assert.Equal($"{name} at {width}: ", $"{name} at {width}: " + await page.EvaluateAsync<string>(
                """
                wanted => Math.max(innerWidth, document.documentElement.scrollWidth) === wanted ? "" : [...document.querySelectorAll("main *")]
                  .filter(each => each.getBoundingClientRect().right > wanted && each.children.length === 0)
                  .slice(0, 5).map(each => each.outerHTML.slice(0, 200)).join(" | ") || document.documentElement.scrollWidth
                """,
                width));
        }
    });
}
