using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody asks the studio's administrator why a video took so long.</summary>
public sealed class PerformanceJourney(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task One_click_leads_from_a_composition_to_its_stages_commands_and_log_and_a_cache_can_be_emptied()
    {
        await studio.FinishedAsync();
        var administrator = await studio.AdministratorAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(administrator);
            await page.AliveAsync();
            await page.Locator("details.account > summary").ClickAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Performance" }).ClickAsync();
            await Expect(page.Heading("What the studio stands on")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Jobs", Exact = true }).ClickAsync();
            await page.GetByLabel("Kind").SelectOptionAsync("Composition");
            await page.GetByRole(AriaRole.Link, new() { Name = "composition" }).First.ClickAsync();

            await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Stages over time: Starting .*Rendering") })).ToBeVisibleAsync();
            await page.GetByText(new Regex("libx264 · ")).First.ClickAsync();
            await Expect(page.GetByText("-c:v libx264").First).ToBeVisibleAsync();
            await Expect(page.Heading("Log")).ToBeVisibleAsync();

            await page.GotoAsync("/performance/caches");
            await page.Button("Clear songs").ClickAsync();
            await Expect(page.GetByText("The cache songs is empty.")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Somebody_else_finds_nothing_there()
    {
        // Whoever came first runs the studio; who comes now does not.
        await studio.FinishedAsync();
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                await page.GotoAsync("/performance");
                await Expect(page.Heading("There is nothing here.")).ToBeVisibleAsync();
                await page.SignUpAsync();
                await page.GotoAsync("/performance/jobs");
                await Expect(page.Heading("There is nothing here.")).ToBeVisibleAsync();
                await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Performance" })).ToHaveCountAsync(0);
            },
            expectedErrors: "404");
    }
}
