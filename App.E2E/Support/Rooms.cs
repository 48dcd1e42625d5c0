using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Support;

/// <summary>Every page of the studio once, as somebody sees it who walks through: signed out, new, and with a finished video.</summary>
internal static class Rooms
{
    private static readonly (string Tab, string Heading)[] PerformanceTabs =
    [
        ("overview", "What the studio stands on"), ("requests", "Routes"), ("jobs", "Ended"), ("database", "Slow statements"), ("caches", "Regions"), ("engines", "Neural networks"),
        ("reports", "Requests"), ("promises", "Promises"),
    ];

    /// <summary>Walks through all of them and calls <paramref name="look"/> with the name of each when it is alive and whole.</summary>
    public static async Task WalkAsync(BrowserFixture browser, StudioFixture studio, Func<IPage, string, Task> look)
    {
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await LookAsync(page, "/", "landing", page.GetByRole(AriaRole.Link, new() { Name = "Create account" }), isAlive: false);
            await LookAsync(page, "/account/register", "register", page.Button("Create account"), isAlive: false);
            await page.GetByLabel("Email").FillAsync(project.Email);
            await page.GetByLabel("Password").FillAsync(ApiCaller.Password);
            await page.Button("Create account").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("already an account");
            await look(page, "register-refused");
            await LookAsync(page, "/account/login", "login", page.Button("Sign in"), isAlive: false);
        });
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignUpAsync();
            await page.AliveAsync();
            await look(page, "songs-empty");
            await LookAsync(page, "/clips", "clips-empty", page.Heading("No clips yet."));
            await LookAsync(page, "/videos", "videos-empty", page.Heading("No videos yet."));
        });
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                await page.SignInAsync(project.Email);
                await LookAsync(page, "/songs", "songs", page.SongRow("song").GetByText("120.0"));
                await LookAsync(page, $"/songs/{project.SongId}", "song", page.Videos());
                await page.OpenChoicesAsync();
                await look(page, "song-choices");
                await LookAsync(page, $"/songs/{project.SongId}/timeline", "timeline", page.GetByRole(AriaRole.Listbox, new() { Name = "Shots" }));
                await LookAsync(page, $"/songs/{project.SongId}/stems", "stems-empty", page.Heading("Hear the voices of the song one by one."));
                await LookAsync(page, "/clips", "clips", page.GetByRole(AriaRole.Article).First);
                await LookAsync(page, "/videos", "videos", page.Videos());
                await LookAsync(page, "/nothing-here", "not-found", page.Heading("There is nothing here."));
                await LookAsync(page, "/account/logout", "logout", page.Heading("Sign out?"), isAlive: false);
            },
            expectedErrors: "404");
        var administrator = await studio.AdministratorAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(administrator);
            foreach (var (tab, heading) in PerformanceTabs)
            {
                await LookAsync(page, $"/performance/{tab}", $"performance-{tab}", page.Heading(heading));
            }

            await page.GotoAsync("/performance/jobs");
            await page.GetByRole(AriaRole.Link, new() { Name = "composition" }).First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("^Attempt 1: succeeded") })).ToBeVisibleAsync();
            await look(page, "performance-job");
        });

        async Task LookAsync(IPage page, string address, string name, ILocator whole, bool isAlive = true)
        {
            await page.GotoAsync(address);
            await Expect(whole).ToBeVisibleAsync();
            if (isAlive)
            {
                await page.AliveAsync();
            }

            await look(page, name);
        }
    }
}
