using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A newcomer starts the studio for the first time and wants to see what it can do.</summary>
public sealed class SignUpToDemo(BrowserFixture browser)
{
    [Fact]
    public async Task The_first_visitor_signs_up_and_one_press_later_plays_a_finished_video()
    {
        await using var studio = Studio.Start();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.GotoAsync("/");
            await Screen.PhotographAsync(page, "first-visit");
            await page.GetByRole(AriaRole.Link, new() { Name = "Create the administrator account" }).ClickAsync();
            await Expect(page.Heading("Create the administrator account")).ToBeVisibleAsync();
            await page.GetByLabel("Email").FillAsync("first@example.org");
            await page.GetByLabel("Password").FillAsync(ApiCaller.Password);
            await page.Button("Create account").ClickAsync();

            await Expect(page.Heading("Make your first video in a minute.")).ToBeVisibleAsync();
            await page.Button("Try the demo").ClickAsync();
            await Expect(page.Heading("First Light")).ToBeAttachedAsync(new() { Timeout = Gestures.Patience });
            await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Making clips" })).ToBeVisibleAsync();
            await Screen.PhotographAsync(page, "demo-begins");
            await Expect(page.Work()).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            await Screen.PhotographAsync(page, "demo-renders");

            var video = page.Videos();
            await Expect(video).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            await Screen.PhotographAsync(page, "demo-finished");
            var played = await video.Film().PlayAsync();
            Assert.Equal((1280, 720), (played.Width, played.Height));
            Assert.InRange(played.Seconds, 20, 120);

            var poster = await page.APIRequest.GetAsync((await video.Film().GetAttributeAsync("poster"))!);
            Assert.Equal((200, "image/webp"), (poster.Status, poster.Headers["content-type"]));
            var download = await page.RunAndWaitForDownloadAsync(() => video.GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") }).ClickAsync());
            Assert.Equal("Downbeat - First Light.mp4", download.SuggestedFilename);
        });
    }

    [Fact]
    public async Task Once_there_is_an_account_a_visitor_is_asked_to_make_an_ordinary_one()
    {
        await using var studio = Studio.Start();
        using var first = await ApiCaller.RegisterAsync(studio);
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.GotoAsync("/");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Create account" })).ToBeVisibleAsync();
            await Expect(page.GetByText("administrator")).ToHaveCountAsync(0);
            await page.GotoAsync("/songs");
            await Expect(page.Heading("Welcome back")).ToBeVisibleAsync();
        });
    }
}
