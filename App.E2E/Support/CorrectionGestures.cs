using System.Globalization;
using System.Net.Http.Json;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Support;

/// <summary>What people do and see where they put right what was heard.</summary>
internal static class CorrectionGestures
{
    /// <summary>Opens the page of a song with 120 kicks a minute, for which <paramref name="prepare"/> has done what came before.</summary>
    public static async Task VisitSongAsync(this BrowserFixture browser, StudioFixture studio, Func<ApiCaller, string, Task> prepare, Func<IPage, Task> journey)
    {
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var songId = await owner.AddSongAsync(await SmallMedia.SongAsync());
        await prepare(owner, songId);
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(owner.Email);
            await page.GotoAsync($"/songs/{songId}");
            await page.AliveAsync();
            await Expect(page.Button("Undo")).ToBeVisibleAsync();
            await journey(page);
        });
    }

    /// <summary>The song gets an intro of four seconds and a chorus for the rest.</summary>
    public static Task TwoPartsAsync(ApiCaller owner, string songId) =>
        owner.CorrectAsync(songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 12, label = "chorus" } } });

    /// <summary>Corrects over the API.</summary>
    public static async Task CorrectAsync(this ApiCaller owner, string songId, object correction)
    {
        var answer = await owner.Http.PatchAsync($"songs/{songId}/analysis", JsonContent.Create(correction));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The tempo in the head of the page.</summary>
    public static ILocator Tempo(this IPage page) => page.GetByRole(AriaRole.Definition).First;

    /// <summary>What the last correction did.</summary>
    public static ILocator Said(this IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Correct the beat" }).GetByRole(AriaRole.Status).Last;

    /// <summary>Where a border stands.</summary>
    public static async Task<double> BorderSecondsAsync(this ILocator border) => double.Parse((await border.GetAttributeAsync("aria-valuenow"))!, CultureInfo.InvariantCulture);
}
