using Downbeat.E2E.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody uses the studio without a mouse, or without seeing it.</summary>
public sealed class Accessibility(BrowserFixture browser, StudioFixture studio)
{
    private const int MostStops = 75;

    [Fact]
    public async Task Everything_on_a_songs_page_can_be_reached_and_seen_with_the_tab_key()
    {
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(project.Email);
            await page.GotoAsync($"/songs/{project.SongId}");
            await Expect(page.Videos()).ToBeVisibleAsync();
            await page.AliveAsync();
            var wanted = new Queue<ILocator>(
            [
                page.GetByLabel("Title"),
                page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" }),
                page.Button("Play"),
                page.Clips().First,
                page.GetByLabel("Drop clips here"),
                page.GetByRole(AriaRole.Radio, new() { Name = "16:9", Exact = true }),
                page.Button("Make the video"),
                page.Videos().GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") }),
            ]);
            var stops = new List<string>();
            while (stops.Count < MostStops && wanted.Count > 0)
            {
                await page.Keyboard.PressAsync("Tab");
                stops.Add(await page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.outerHTML.slice(0, 60)"));
                if (await wanted.Peek().EvaluateAsync<bool>("element => element === document.activeElement"))
                {
                    await AssertSeenAsync(page, wanted.Dequeue());
                }
            }

            Assert.True(wanted.Count == 0, $"The Tab key did not come to {wanted.FirstOrDefault()}, but to:\n{string.Join('\n', stops)}");
        });
    }

    [Fact]
    public async Task The_space_bar_plays_and_pauses()
    {
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(project.Email);
            await page.GotoAsync($"/songs/{project.SongId}");
            await page.AliveAsync();
            await Expect(page.Locator("[data-ready=true]").First).ToBeAttachedAsync();
            await page.Button("Play").PressAsync("Space");
            await Expect(page.Button("Pause")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Space");
            await Expect(page.Button("Play")).ToBeFocusedAsync();
            var position = page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" });
            await position.PressAsync("Space");
            await Expect(page.Button("Pause")).ToBeVisibleAsync();
            await Expect(position).Not.ToHaveAttributeAsync("aria-valuenow", "0");
            await position.PressAsync("Space");
            await Expect(page.Button("Play")).ToBeVisibleAsync();
            await position.PressAsync("Home");
            await Expect(position).ToHaveAttributeAsync("aria-valuenow", "0");
        });
    }

    /// <summary>The screen looks different while it has the focus.</summary>
    private static async Task AssertSeenAsync(IPage page, ILocator focused)
    {
        var options = new PageScreenshotOptions { Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide };
        var seen = await page.ScreenshotAsync(options);
        await focused.EvaluateAsync("element => element.blur()");
        var unseen = await page.ScreenshotAsync(options);
        await focused.FocusAsync();
        Assert.False(seen.AsSpan().SequenceEqual(unseen), $"Nothing shows that {focused} has the focus.");
    }
}
