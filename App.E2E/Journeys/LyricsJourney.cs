using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A musician brings the words of a song and puts them in their place.</summary>
public sealed class LyricsJourney(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task Pasted_words_are_spread_and_then_put_right_by_keyboard()
    {
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var songId = await owner.AddSongAsync(await SmallMedia.SongAsync());
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(owner.Email);
            await page.GotoAsync($"/songs/{songId}");
            await Expect(page.GetByText("Downbeat does not write lyrics down by listening")).ToBeVisibleAsync();
            await page.AliveAsync();
            await Screen.PhotographAsync(page, "lyrics-empty");
            await page.GetByLabel("Or paste the words").FillAsync("[Verse]\nHello my dear\nHow have you been\n\nGoodbye");
            await page.Button("Use these words").ClickAsync();
            await Expect(page.GetByText("3 times (≈) spread over the singing")).ToBeVisibleAsync();

            await Start(page, 2).FillAsync("0:05.00");
            await Start(page, 2).PressAsync("Tab");
            await Expect(page.GetByText("2 times (≈)")).ToBeVisibleAsync();
            await Start(page, 3).FillAsync("8");
            await Start(page, 3).PressAsync("Tab");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.00");

            await page.GetByRole(AriaRole.Checkbox, new() { NameRegex = new("^Re-time from here on") }).CheckAsync();
            await NudgeAsync(page, "ArrowUp", "0:05.01");
            await NudgeAsync(page, "Shift+ArrowUp", "0:05.11");
            await NudgeAsync(page, "ArrowDown", "0:05.10");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.10");
            await page.Button("Undo the last change to the lyrics").ClickAsync();
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.11");

            // A quick hand loses nothing, and the keys undo the lyrics, not the beats.
            for (var press = 0; press < 3; press++)
            {
                await Start(page, 2).PressAsync("ArrowUp");
            }

            await Expect(Start(page, 2)).ToHaveValueAsync("0:05.14");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.14");
            await page.Button("Undo the last change to the lyrics").FocusAsync();
            for (var expected = 13; expected >= 11; expected--)
            {
                await page.Keyboard.PressAsync("Control+z");
                await Expect(Start(page, 3)).ToHaveValueAsync($"0:08.{expected}");
            }

            await page.Keyboard.PressAsync("Control+Shift+z");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.12");
            await page.Keyboard.PressAsync("Control+z");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.11");

            // In a field they take back what is being typed, and behind that the last change.
            await Start(page, 2).PressAsync("End");
            await page.Keyboard.TypeAsync("9");
            await page.Keyboard.PressAsync("Control+z");
            await Expect(Start(page, 2)).ToHaveValueAsync("0:05.11");
            await Start(page, 2).FillAsync("0:05.50");
            await Start(page, 2).PressAsync("Enter");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.50");
            await page.Keyboard.PressAsync("Control+z");
            await Expect(Start(page, 3)).ToHaveValueAsync("0:08.11");
            await Expect(Start(page, 2)).ToHaveValueAsync("0:05.11");
            await Expect(Start(page, 2)).ToBeFocusedAsync();

            await page.GetByRole(AriaRole.Checkbox, new() { NameRegex = new("^Re-time from here on") }).UncheckAsync();
            await Expect(page.GetByText("1 time (≈) spread over the singing")).ToBeVisibleAsync();
            await page.EvaluateAsync("document.querySelector('audio').currentTime = 2");
            await Start(page, 1).FocusAsync();
            await page.Button("Set to playhead").ClickAsync();
            await Expect(Start(page, 1)).ToHaveValueAsync("0:02.00");
            await Expect(page.GetByText("(≈) spread over the singing")).Not.ToBeVisibleAsync();

            await Start(page, 2).FocusAsync();
            await page.GetByLabel("End of line 2").FillAsync("0:07.00");
            await page.GetByLabel("End of line 2").PressAsync("Tab");
            await page.Button("Spread the words over the line").ClickAsync();
            await page.GetByLabel("Start of word 2, have").FillAsync("0:06.00");
            await page.GetByLabel("Start of word 2, have").PressAsync("Tab");
            await Expect(page.GetByLabel("Start of word 2, have")).ToHaveValueAsync("0:06.00");
            Assert.Empty(await Axe.FindingsAsync(page));
            await Screen.PhotographAsync(page, "lyrics");

            await page.ReloadAsync();
            await Expect(Start(page, 2)).ToHaveValueAsync("0:05.11");
            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "LRC with words" }).ClickAsync());
            var text = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Contains("[00:05.11]<00:05.11>How<", text, StringComparison.Ordinal);
            Assert.Contains("<00:06.00>have ", text, StringComparison.Ordinal);
            Assert.Contains("[00:08.11]Goodbye", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_file_is_taken_by_what_it_holds_and_a_wrong_move_is_refused_with_a_reason()
    {
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var songId = await owner.AddSongAsync(await SmallMedia.SongAsync());
        await browser.VisitAsync(
            studio.Address,
            async page =>
            {
                await page.SignInAsync(owner.Email);
                await page.GotoAsync($"/songs/{songId}");
                var zone = page.GetByLabel("Drop lyrics here");
                await Expect(zone).ToBeEnabledAsync();
                await page.AliveAsync();
                await zone.SetInputFilesAsync(new FilePayload { Name = "words.lrc", MimeType = "text/plain", Buffer = [0x49, 0x44, 0x33, 0, 0, 0] });
                await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "This is not a text file" })).ToBeVisibleAsync();

                await zone.SetInputFilesAsync(new FilePayload { Name = "picture.png", MimeType = "image/png", Buffer = "[00:02.00]<b>one</b>\n[00:04.00]two\n"u8.ToArray() });
                await Expect(page.GetByLabel("Text of line 1")).ToHaveValueAsync("<b>one</b>");
                await Start(page, 2).FillAsync("0:01.00");
                await Start(page, 2).PressAsync("Tab");
                await Expect(page.GetByText("A line does not begin before the one above it")).ToBeVisibleAsync();
                await Expect(Start(page, 2)).ToHaveValueAsync("0:04.00");

                await page.Button("Remove the lyrics").ClickAsync();
                await page.Button("Remove").ClickAsync();
                await page.GetByLabel("Or paste the words").FillAsync(string.Join('\n', Enumerable.Range(1, 500).Select(line => $"a long song has many lines, this is {line}")));
                await page.Button("Use these words").ClickAsync();
                await Expect(page.GetByLabel("Text of line 500")).ToHaveValueAsync("a long song has many lines, this is 500");
            },
            expectedErrors: "415");
    }

    private static ILocator Start(IPage page, int line) => page.GetByLabel($"Start of line {line}", new() { Exact = true });

    // Focus stays where it is, so that the next press goes on from there.
    private static async Task NudgeAsync(IPage page, string key, string expected)
    {
        await Start(page, 2).PressAsync(key);
        await Expect(Start(page, 2)).ToHaveValueAsync(expected);
        await Expect(Start(page, 2)).ToBeFocusedAsync();
    }
}
