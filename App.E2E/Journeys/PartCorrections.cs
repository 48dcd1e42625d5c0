using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A musician puts right the parts that the studio heard.</summary>
public sealed class PartCorrections(BrowserFixture browser, StudioFixture studio)
{
    private const double BarSeconds = 2;
    private const double MostErrorSeconds = 0.02;

    [Fact]
    public Task A_border_moves_bar_by_bar_with_the_arrow_keys_and_stays_where_it_was_left() => VisitSongAsync(
        async page =>
        {
            var border = Chorus(page);
            var before = await border.BorderSecondsAsync();
            await Expect(border).ToHaveAttributeAsync("tabindex", "0");
            await border.FocusAsync();
            await border.PressAsync("ArrowRight");
            await border.PressAsync("ArrowRight");
            await border.PressAsync("ArrowLeft");
            await border.PressAsync("Enter");
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^chorus starts at 0:0"));
            var after = await border.BorderSecondsAsync();
            Assert.Equal(BarSeconds, after - before, MostErrorSeconds);
            await Expect(border).ToHaveAttributeAsync("aria-valuetext", new Regex(@"^bar \d, 0:0\d$"));
            await Expect(border).ToBeFocusedAsync();

            await PressAsync(border, "ArrowLeft", "Escape");
            Assert.Equal(after, await border.BorderSecondsAsync());

            await page.ReloadAsync();
            await page.AliveAsync();
            Assert.Equal(after, await border.BorderSecondsAsync(), 0.001);
        });

    [Fact]
    public Task A_border_is_saved_by_itself_when_the_keys_have_come_to_rest() => VisitSongAsync(
        async page =>
        {
            var border = Chorus(page);
            await border.FocusAsync();
            var place = await PressAsync(border, "ArrowRight");
            await Expect(Moving(page)).ToHaveTextAsync("Saved.");
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^chorus starts at 0:0"));
            await Expect(border).ToHaveAttributeAsync("aria-valuetext", place);
            await Expect(border).ToBeFocusedAsync();
        });

    [Fact]
    public Task Until_then_undo_takes_back_the_move_and_nothing_else() => VisitSongAsync(
        async page =>
        {
            var border = Chorus(page);
            var before = await border.GetAttributeAsync("aria-valuetext");
            await border.FocusAsync();
            Assert.Equal(before, await PressAsync(border, "ArrowRight", "ArrowRight", "Control+z"));
            await Expect(Moving(page)).ToHaveTextAsync("");

            await page.Button("+10 ms, later").ClickAsync();
            await Expect(page.Said()).ToHaveTextAsync("Beats moved 10 ms later.");
            await page.Button("Undo").ClickAsync();
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^Undone"));
            await Expect(border).ToHaveAttributeAsync("aria-valuetext", before!);
            await border.PressAsync("Control+z");
            await Expect(page.Button("Undo")).ToBeDisabledAsync();
        });

    [Fact]
    public Task A_move_that_waits_to_be_saved_outlives_a_reload() => VisitSongAsync(
        async page =>
        {
            var border = Chorus(page);
            await border.FocusAsync();
            var place = await PressAsync(border, "ArrowRight", "ArrowRight");
            await page.ReloadAsync();
            await page.AliveAsync();
            await Expect(border).ToHaveAttributeAsync("aria-valuetext", place);
        });

    [Fact]
    public Task A_move_that_waits_to_be_saved_outlives_the_way_back_to_the_songs() => VisitSongAsync(
        async page =>
        {
            var song = new Uri(page.Url).AbsolutePath;
            await page.GotoAsync("/songs");
            await page.AliveAsync();
            await page.Locator($"a[href$='{song}']").First.ClickAsync();
            await Expect(Chorus(page)).ToHaveAttributeAsync("tabindex", "0");
            await Chorus(page).FocusAsync();
            var place = await PressAsync(Chorus(page), "ArrowRight", "ArrowRight");
            await page.GoBackAsync();
            await Expect(Chorus(page)).ToHaveCountAsync(0);
            await page.GoForwardAsync();
            await Expect(Chorus(page)).ToHaveAttributeAsync("aria-valuetext", place);
        });

    [Fact]
    public Task A_move_that_waits_is_dropped_when_the_parts_change_under_it() => VisitSongAsync(
        async page =>
        {
            await OpenTableAsync(page);
            var before = await Chorus(page).GetAttributeAsync("aria-valuetext");
            await Chorus(page).FocusAsync();
            await PressAsync(Chorus(page), "ArrowRight");
            await page.EvaluateAsync("document.querySelector('[aria-label^=\"Merge intro\"]').click()");
            await Expect(page.GetByText("Parts 1")).ToBeVisibleAsync();
            await Expect(Moving(page)).ToHaveTextAsync("");
            await page.Button("Undo").ClickAsync();
            await Expect(Chorus(page)).ToHaveAttributeAsync("aria-valuetext", before!);
        });

    [Fact]
    public Task Parts_are_renamed_split_and_merged_in_the_table() => VisitSongAsync(
        async page =>
        {
            await OpenTableAsync(page);
            await page.GetByRole(AriaRole.Combobox, new() { Name = "Name of the part at 0:00" }).SelectOptionAsync("bridge");
            await Expect(page.Said()).ToHaveTextAsync("intro is now bridge.");
            await page.EvaluateAsync("document.querySelector('audio').currentTime = 8");
            await page.Button("Split here").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus" })).ToHaveCountAsync(2);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Merge bridge") }).ClickAsync();
            await Expect(page.GetByText("Parts 2")).ToBeVisibleAsync();
            Assert.Empty(await Axe.FindingsAsync(page));
        });

    [Fact]
    public Task Of_edits_made_before_the_first_is_answered_all_count() => VisitSongAsync(
        async page =>
        {
            await OpenTableAsync(page);
            await page.EvaluateAsync("""
                () => {
                  const choose = (name, value) => {
                    const select = document.querySelector(`select[aria-label^="${name}"]`);
                    select.value = value;
                    select.dispatchEvent(new Event('change', { bubbles: true }));
                  };
                  choose('Name of the part at 0:00', 'bridge');
                  choose('Name of the part at 0:04', 'solo');
                  document.querySelector('[aria-label^="×2"]').click();
                  document.querySelector('[aria-label^="+10"]').click();
                }
                """);
            await Expect(page.Said()).ToHaveTextAsync("Beats moved 10 ms later.");
            await Expect(page.Tempo()).ToContainTextAsync(new Regex(@"(239|240)"));
            await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Start of solo" })).ToHaveCountAsync(1);
            await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Name of the part at 0:00", IncludeHidden = true })).ToHaveValueAsync("bridge");
        });

    [Fact]
    public Task The_borders_are_one_stop_of_the_tab_key_and_are_told_once() => VisitSongAsync(
        (owner, songId) => owner.CorrectAsync(songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 8, label = "verse" }, new { start = 8, end = 12, label = "chorus" } } }),
        async page =>
        {
            await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Start of verse" })).ToHaveAttributeAsync("tabindex", "0");
            await page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" }).FocusAsync();
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Start of verse" })).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("PageDown");
            var border = page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus" });
            await Expect(border).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("ArrowRight");
            await page.EvaluateAsync("() => { document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })); document.activeElement.blur(); }");
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^chorus starts at 0:"));
            await page.Button("Undo").ClickAsync();
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^Undone"));
            await border.FocusAsync();
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Button("Play")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Shift+Tab");
            await Expect(border).ToBeFocusedAsync();
        });

    /// <summary>Presses keys within one turn of the page, so that nothing comes to rest between them.</summary>
    /// <returns>Where the border stands then, in words.</returns>
    private static Task<string> PressAsync(ILocator border, params string[] keys) => border.EvaluateAsync<string>(
        """
        (border, keys) => {
          for (const key of keys) {
            border.dispatchEvent(new KeyboardEvent('keydown', { key: key.split('+').at(-1), ctrlKey: key.startsWith('Control'), bubbles: true, cancelable: true }));
          }
          return border.getAttribute('aria-valuetext');
        }
        """,
        keys);

    private static ILocator Chorus(IPage page) => page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus", Exact = true });

    private static async Task OpenTableAsync(IPage page)
    {
        await page.GetByText("Parts 2").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Name of the part at 0:00" })).ToBeVisibleAsync();
    }

    private static ILocator Moving(IPage page) => page.Locator("[data-moving]");

    private Task VisitSongAsync(Func<IPage, Task> journey) => VisitSongAsync(CorrectionGestures.TwoPartsAsync, journey);

    private Task VisitSongAsync(Func<ApiCaller, string, Task> prepare, Func<IPage, Task> journey) => browser.VisitSongAsync(studio, prepare, async page =>
    {
        // Before the player knows the parts there is nothing to take hold of.
        await Expect(page.Locator("[data-border][tabindex='0']")).ToHaveCountAsync(1);
        await journey(page);
    });
}
