using System.Text.Json;
using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody who cannot use a mouse puts the cut of a video right and has it made.</summary>
public sealed class EditTheCut(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task A_cut_is_edited_and_rendered_by_keyboard_alone()
    {
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var songId = await owner.AddSongAsync(await SmallMedia.SongAsync());
        foreach (var clip in (await Footage.ClipsAsync()).Take(3))
        {
            await owner.UploadAsync($"songs/{songId}/clips", clip);
        }

        await owner.PostAsync($"songs/{songId}/timeline", new { settings = new { width = 320, height = 180, cutOn = "downbeat", minShotSeconds = 2, preset = "draft" } });
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(owner.Email);
            await page.GotoAsync($"/songs/{songId}/timeline");
            await page.AliveAsync();
            await Expect(Shots(page)).ToHaveAttributeAsync("data-ready", "true");
            await TabToAsync(page, Shots(page));
            var count = await Shot(page).CountAsync();
            await PressAsync(page, "ArrowRight", "^Shot 2, at bar [0-9], beat 1");
            await PressAsync(page, "Shift+ArrowRight", "^Shot 2, at bar [0-9], beat 2");
            await PressAsync(page, "Shift+ArrowLeft", "^Shot 2, at bar [0-9], beat 1");
            await PressAsync(page, "s", "^Shot 3, at bar [0-9]");
            await Expect(page.GetByText("Split: shot 3 begins at bar ")).ToBeVisibleAsync();
            await Expect(Shot(page)).ToHaveCountAsync(count + 1);
            await page.WaitForFunctionAsync("""
                () => {
                  const song = document.querySelector('audio[data-audio]'), shot = document.querySelector('[data-shot][aria-selected=true]');
                  return !song.seeking && Math.abs(song.currentTime / song.duration - parseFloat(shot.style.left) / 100) < 0.002;
                }
                """);
            var clip = await TitleOfAsync(page, 1);
            await PressAsync(page, "1", $"^Shot 3, .*, {clip}$");
            await PressAsync(page, "l", $"{clip}, locked$");
            await PressAsync(page, "e", $"{clip}, 1 effect, locked$");
            await PressAsync(page, "ArrowRight", "^Shot 4, ");
            await PressAsync(page, "m", "^Shot 4, ");
            await Expect(Shot(page)).ToHaveCountAsync(count);
            await page.Keyboard.PressAsync("Control+z");
            await Expect(Shot(page)).ToHaveCountAsync(count + 1);
            await page.Keyboard.PressAsync("Control+y");
            await Expect(Shot(page)).ToHaveCountAsync(count);

            await page.Keyboard.PressAsync("v");
            await Expect(page.Heading("Shot 4")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Dialog).Locator("video")).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            Assert.InRange((await page.GetByRole(AriaRole.Dialog).Locator("video").PlayAsync()).Seconds, 0.2, 10.1);
            await page.Keyboard.PressAsync("Escape");
            await Expect(Shots(page)).ToBeFocusedAsync();

            await page.Keyboard.PressAsync("?");
            await Expect(page.Heading("Keys for the row of shots")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Heading("Keys for the row of shots")).Not.ToBeVisibleAsync();
            await Expect(Shots(page)).ToBeFocusedAsync();

            // What the keys of the row do not do stands in fields.
            await TabToAsync(page, page.GetByLabel("Transition", new() { Exact = true }));
            await page.Keyboard.TypeAsync("Wipe left");
            await Expect(Chosen(page)).ToHaveAccessibleNameAsync(new Regex("comes in by wipe left"));
            await TabToAsync(page, page.GetByText("Shots as a table"));
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByLabel("Clip of shot 3")).ToBeVisibleAsync();
            await Screen.PhotographAsync(page, "timeline-edited");

            await page.ReloadAsync();
            await Expect(Shots(page)).ToHaveAttributeAsync("data-ready", "true");
            await Expect(Shot(page).Nth(2)).ToHaveAccessibleNameAsync(new Regex($"^Shot 3, .*, {clip}, 1 effect, locked$"));
            await TabToAsync(page, page.Button("Make the video"));
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Videos().Film()).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            Assert.InRange((await page.Videos().Film().PlayAsync()).Seconds, 11.9, 12.1);
        });

        var made = (await owner.GetAsync($"songs/{songId}/compositions")).GetProperty("items")[0].GetProperty("id").GetString();
        var plan = await owner.GetAsync($"compositions/{made}/plan");
        var timeline = await owner.GetAsync($"songs/{songId}/timeline");
        Assert.Equal(Frames(timeline), Frames(plan));
    }

    private static IEnumerable<int> Frames(JsonElement cut) => cut.GetProperty("shots").EnumerateArray().Select(shot => shot.GetProperty("startFrame").GetInt32());

    private static ILocator Shots(IPage page) => page.GetByRole(AriaRole.Listbox, new() { Name = "Shots" });

    private static ILocator Shot(IPage page) => Shots(page).GetByRole(AriaRole.Option);

    private static ILocator Chosen(IPage page) => Shots(page).GetByRole(AriaRole.Option, new() { Selected = true });

    private static async Task<string?> TitleOfAsync(IPage page, int number) =>
        (await page.GetByRole(AriaRole.Button, new() { NameRegex = new($", clip {number}$") }).GetAttributeAsync("title"))!;

    private static async Task PressAsync(IPage page, string key, string expected)
    {
        await page.Keyboard.PressAsync(key);
        await Expect(Chosen(page)).ToHaveAccessibleNameAsync(new Regex(expected));
    }

    // As far as the key goes on: around the page, if need be.
    private static async Task TabToAsync(IPage page, ILocator goal)
    {
        for (var presses = 0; presses < 150; presses++)
        {
            if (await goal.EvaluateAsync<bool>("element => element.contains(document.activeElement) && document.activeElement !== document.body"))
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The key Tab does not come to {goal}.");
    }
}
