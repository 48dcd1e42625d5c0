using System.Globalization;
using System.Text.RegularExpressions;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Support;

/// <summary>What people do on many pages, by the names that they see.</summary>
internal static partial class Gestures
{
    /// <summary>Longest that listening to a song or making a short video may take on a machine that is busy with other tests, in milliseconds.</summary>
    public const int Patience = 240_000;

    /// <summary>Makes an account and ends on its empty page of songs.</summary>
    public static async Task SignUpAsync(this IPage page)
    {
        await page.GotoAsync("/account/register");
        await page.GetByLabel("Email").FillAsync($"{Guid.NewGuid():N}@example.org");
        await page.GetByLabel("Password").FillAsync(ApiCaller.Password);
        await page.Button("Create account").ClickAsync();
        await Expect(page.Heading("Songs")).ToBeVisibleAsync();
    }

    /// <summary>Signs in and ends on the page of songs.</summary>
    public static async Task SignInAsync(this IPage page, string email)
    {
        await page.GotoAsync("/account/login");
        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(ApiCaller.Password);
        await page.Button("Sign in").ClickAsync();
        await Expect(page.Heading("Songs")).ToBeVisibleAsync();
    }

    /// <summary>Waits until the page is no longer only a picture of itself: its circuit is there, and what it fetches has come.</summary>
    public static async Task AliveAsync(this IPage page)
    {
        await Expect(page.GetByRole(AriaRole.Main)).ToHaveAttributeAsync("data-interactive", "true");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>Chooses files in the upload zone of the page.</summary>
    public static async Task BringAsync(this IPage page, string zone, params string[] files)
    {
        var input = page.GetByLabel(zone);
        await Expect(input).ToBeEnabledAsync();
        await input.SetInputFilesAsync(files);
    }

    /// <summary>Brings a song with 120 beats a minute, waits until its tempo is there and opens it.</summary>
    public static async Task BringSongAsync(this IPage page, string file)
    {
        var title = Path.GetFileNameWithoutExtension(file);
        await page.BringAsync("Drop songs here", file);
        await Expect(page.SongRow(title)).ToContainTextAsync(About120(), new() { Timeout = Patience });
        await page.SongLink(title).ClickAsync();
        await Expect(page.Heading(title)).ToBeAttachedAsync();
    }

    /// <summary>Brings clips on the song's page and waits until all are in its list.</summary>
    public static async Task BringClipsAsync(this IPage page, params string[] files)
    {
        await page.BringAsync("Drop clips here", files);
        await Expect(page.Clips()).ToHaveCountAsync(files.Length, new() { Timeout = Patience });
    }

    /// <summary>Chooses how the video shall be.</summary>
    public static async Task ChooseAsync(this IPage page, params string[] choices)
    {
        foreach (var choice in choices)
        {
            await page.GetByRole(AriaRole.Radio, new() { Name = choice, Exact = true }).CheckAsync();
        }
    }

    /// <summary>Opens all groups of choices for the next video.</summary>
    public static async Task OpenChoicesAsync(this IPage page)
    {
        foreach (var group in await page.GetByRole(AriaRole.Region, new() { Name = "Make the video" }).Locator(".group > summary").AllAsync())
        {
            await group.ClickAsync();
        }

        await Expect(page.GetByLabel("Drop a picture here")).ToBeVisibleAsync();
    }

    /// <summary>Presses the button and waits until the work shows that it moves.</summary>
    public static async Task StartVideoAsync(this IPage page)
    {
        await page.Button("Make the video").ClickAsync();
        await Expect(page.Work()).ToHaveAttributeAsync("aria-valuenow", OneToNinetyNine(), new() { Timeout = Patience });
    }

    /// <summary>How far the video is, 1 to 99.</summary>
    public static async Task<int> PercentAsync(this IPage page) =>
        int.Parse((await page.Work().GetAttributeAsync("aria-valuenow"))!, CultureInfo.InvariantCulture);

    /// <summary>Waits until the page shows that the video is at least so far, and not yet finished; the row of a job may be a second older than what was pushed.</summary>
    public static Task ShowsAtLeastAsync(this IPage page, int percent) =>
        Expect(page.Work()).ToHaveAttributeAsync("aria-valuenow", new Regex($"^({string.Join('|', Enumerable.Range(percent, 100 - percent))})$"));

    /// <summary>Plays the page's video without sound until its picture moves.</summary>
    /// <returns>What the browser knows of it then.</returns>
    public static Task<PlayedVideo> PlayAsync(this ILocator video) => video.EvaluateAsync<PlayedVideo>("""
        video => new Promise((resolve, reject) => {
          const { width, height } = video.getBoundingClientRect();
          video.muted = true;
          video.addEventListener('error', () => reject(new Error(`The video does not play: ${video.error?.message}`)));
          video.addEventListener('timeupdate', () => {
            if (video.currentTime > 0.2) {
              video.pause();
              resolve({ seconds: video.duration, width: video.videoWidth, height: video.videoHeight, shownWidth: width, shownHeight: height });
            }
          });
          video.play().catch(reject);
        })
        """);

    /// <summary>The bar of the video that is being made.</summary>
    public static ILocator Work(this IPage page) => page.GetByRole(AriaRole.Progressbar, new() { NameRegex = VideoWork() });

    /// <summary>Finished and given-up videos.</summary>
    public static ILocator Videos(this IPage page) => page.GetByRole(AriaRole.Article, new() { NameRegex = VideoName() });

    /// <summary>What plays in a video's card.</summary>
    public static ILocator Film(this ILocator video) => video.Locator("video");

    /// <summary>The clips in their order, told by the buttons that delete them.</summary>
    public static ILocator Clips(this IPage page) =>
        page.GetByRole(AriaRole.Region, new() { Name = "Clips" }).GetByRole(AriaRole.Button, new() { NameRegex = DeletesSomething() });

    /// <summary>A song in the list of songs.</summary>
    public static ILocator SongRow(this IPage page, string title) => page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.SongLink(title) });

    /// <summary>The way to a song.</summary>
    public static ILocator SongLink(this IPage page, string title) => page.GetByRole(AriaRole.Link, new() { Name = title, Exact = true });

    /// <summary>A button by its whole name.</summary>
    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>A heading by its whole name.</summary>
    public static ILocator Heading(this IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    [GeneratedRegex("^[1-9][0-9]?$")]
    private static partial Regex OneToNinetyNine();

    [GeneratedRegex(@"(119\.[5-9]|120\.[0-4])")]
    public static partial Regex About120();

    [GeneratedRegex("^Making the .* video")]
    private static partial Regex VideoWork();

    [GeneratedRegex("^Video of ")]
    private static partial Regex VideoName();

    [GeneratedRegex("^Delete ")]
    private static partial Regex DeletesSomething();
}

/// <summary>What the browser knows of a video that it plays.</summary>
internal sealed record PlayedVideo
{
    public double Seconds { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public double ShownWidth { get; init; }

    public double ShownHeight { get; init; }
}
