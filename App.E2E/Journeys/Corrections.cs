using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A musician puts right what the studio heard.</summary>
public sealed partial class Corrections(BrowserFixture browser, StudioFixture studio)
{
    /// <summary>The song's kicks, by the formula that it is made of.</summary>
    private const double KickSeconds = 0.5;

    private const double MostErrorSeconds = 0.02;

    [Fact]
    public Task One_click_doubles_a_tempo_that_was_heard_at_half_and_the_plan_follows() => VisitSongAsync(
        async (owner, songId) =>
        {
            await owner.UploadAsync($"songs/{songId}/clips", (await Footage.ClipsAsync())[0]);
            await PatchAsync(owner, songId, new { tempoFactor = 0.5 });
        },
        async page =>
        {
            await Expect(Tempo(page)).ToContainTextAsync(About60());
            await page.ChooseAsync("Bars");
            var slow = await ShotsAsync(page, _ => true);

            await page.Button("×2, twice the tempo").ClickAsync();
            await Expect(Tempo(page)).ToContainTextAsync(Gestures.About120());
            await Expect(Said(page)).ToHaveTextAsync(new Regex("^Twice as many beats: (119|120).* BPM"));
            await ShotsAsync(page, shots => shots > slow);

            await page.ReloadAsync();
            await Expect(Tempo(page)).ToContainTextAsync(Gestures.About120());
        });

    [Fact]
    public Task Every_step_can_be_undone_and_done_again_by_keyboard_and_what_was_heard_is_one_click_away() => VisitSongAsync(
        async page =>
        {
            await page.Button("÷2, half the tempo").ClickAsync();
            await Expect(Tempo(page)).ToContainTextAsync(About60());
            await page.Button("+10 ms, later").ClickAsync();
            await Expect(Said(page)).ToHaveTextAsync("Beats moved 10 ms later.");
            await page.GetByRole(AriaRole.Combobox, new() { Name = "Beats in a bar" }).SelectOptionAsync("3");
            await Expect(Said(page)).ToHaveTextAsync("3 beats in a bar.");

            await page.GetByRole(AriaRole.Radio, new() { Name = "16:9", Exact = true }).FocusAsync();
            await page.Keyboard.PressAsync("Control+z");
            var place = page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" });
            await place.FocusAsync();
            await page.Keyboard.PressAsync("Control+z");
            await page.Keyboard.PressAsync("Control+z");
            await page.Keyboard.PressAsync("Control+z");
            await Expect(Tempo(page)).ToContainTextAsync(Gestures.About120());
            await Expect(page.Button("Undo")).ToBeDisabledAsync();
            await page.Keyboard.PressAsync("Control+Shift+Z");
            await Expect(Tempo(page)).ToContainTextAsync(About60());

            await page.ReloadAsync();
            await page.AliveAsync();
            await Expect(page.Button("Redo")).ToBeEnabledAsync();
            await page.Button("As heard").ClickAsync();
            await Expect(Tempo(page)).ToContainTextAsync(Gestures.About120());
            await Expect(page.Button("As heard")).ToBeDisabledAsync();
        });

    [Fact]
    public Task A_border_moves_bar_by_bar_with_the_arrow_keys_and_stays_where_it_was_left() => VisitSongAsync(
        (owner, songId) => PatchAsync(owner, songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 12, label = "chorus" } } }),
        async page =>
        {
            var border = page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus", Exact = true });
            var before = await SecondsAsync(border);
            await Expect(border).ToHaveAttributeAsync("tabindex", "0");
            await border.FocusAsync();
            await border.PressAsync("ArrowRight");
            await border.PressAsync("ArrowRight");
            await border.PressAsync("ArrowLeft");
            await Expect(Said(page)).ToHaveTextAsync("");
            await border.PressAsync("Enter");
            await Expect(Said(page)).ToHaveTextAsync(new Regex("^chorus starts at 0:0"));
            var after = await SecondsAsync(border);
            Assert.Equal(4 * KickSeconds, after - before, MostErrorSeconds);
            await Expect(border).ToHaveAttributeAsync("aria-valuetext", new Regex(@"^bar \d, 0:0\d$"));
            await Expect(border).ToBeFocusedAsync();

            await border.PressAsync("ArrowLeft");
            await border.PressAsync("Escape");
            Assert.Equal(after, await SecondsAsync(border));

            await page.ReloadAsync();
            await page.AliveAsync();
            Assert.Equal(after, await SecondsAsync(border), 0.001);
        });

    [Fact]
    public Task Parts_are_renamed_split_and_merged_in_the_table() => VisitSongAsync(
        (owner, songId) => PatchAsync(owner, songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 12, label = "chorus" } } }),
        async page =>
        {
            await page.GetByText("Parts 2").ClickAsync();
            await page.GetByRole(AriaRole.Combobox, new() { Name = "Name of the part at 0:00" }).SelectOptionAsync("bridge");
            await Expect(Said(page)).ToHaveTextAsync("intro is now bridge.");
            await page.EvaluateAsync("document.querySelector('audio').currentTime = 8");
            await page.Button("Split here").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus" })).ToHaveCountAsync(2);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Merge bridge") }).ClickAsync();
            await Expect(page.GetByText("Parts 2")).ToBeVisibleAsync();
            await AssertAccessibleAsync(page);
        });

    [Fact]
    public Task Of_edits_made_before_the_first_is_answered_all_count() => VisitSongAsync(
        (owner, songId) => PatchAsync(owner, songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 12, label = "chorus" } } }),
        async page =>
        {
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
            await Expect(Said(page)).ToHaveTextAsync("Beats moved 10 ms later.");
            await Expect(Tempo(page)).ToContainTextAsync(new Regex(@"(239|240)"));
            await Expect(page.GetByRole(AriaRole.Slider, new() { Name = "Start of solo" })).ToHaveCountAsync(1);
            await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Name of the part at 0:00", IncludeHidden = true })).ToHaveValueAsync("bridge");
        });

    [Fact]
    public Task The_borders_are_one_stop_of_the_tab_key_and_are_told_once() => VisitSongAsync(
        (owner, songId) => PatchAsync(owner, songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 8, label = "verse" }, new { start = 8, end = 12, label = "chorus" } } }),
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
            await Expect(Said(page)).ToHaveTextAsync(new Regex("^chorus starts at 0:"));
            await page.Button("Undo").ClickAsync();
            await Expect(Said(page)).ToHaveTextAsync(new Regex("^Undone"));
            await border.FocusAsync();
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Button("Play")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Shift+Tab");
            await Expect(border).ToBeFocusedAsync();
        });

    [Fact]
    public Task Eight_taps_along_with_the_song_make_a_beat_where_they_fell() => VisitSongAsync(
        (owner, songId) => PatchAsync(owner, songId, new { tempoFactor = 0.5, shiftSeconds = 0.17 }),
        async page =>
        {
            await page.Button("Play").ClickAsync();
            var taps = await page.EvaluateAsync<double[]>(TapOnKicks, KickSeconds);
            await Expect(page.Locator("[data-taps]")).ToHaveTextAsync(new Regex(@"^8 taps · (119\.9|120\.[01]) BPM$"));
            await Expect(Said(page)).ToHaveTextAsync(new Regex("^8 taps make a beat: (119|120)"));
            await Expect(Tempo(page)).ToContainTextAsync(Gestures.About120());
            var beats = await BeatsAsync(page);
            Assert.Equal(8, taps.Length);
            Assert.All(taps, tap => Assert.InRange(beats.Min(beat => Math.Abs(beat - tap)), 0, MostErrorSeconds));
        });

    [Fact]
    public Task A_song_can_have_another_tempo_in_one_part_alone() => VisitSongAsync(
        (owner, songId) => PatchAsync(owner, songId, new { sections = new[] { new { start = 0, end = 4, label = "intro" }, new { start = 4, end = 12, label = "chorus" } } }),
        async page =>
        {
            var border = await SecondsAsync(page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus" }));
            await page.EvaluateAsync("document.querySelector('audio').currentTime = 8");
            await page.Button("This part").ClickAsync();
            await page.GetByRole(AriaRole.Checkbox, new() { Name = "Only the loop" }).CheckAsync();
            await page.Button("×2, twice the tempo").ClickAsync();
            await Expect(Said(page)).ToHaveTextAsync(new Regex("^Twice as many beats from 0:0. to 0:1.: "));
            var beats = await BeatsAsync(page);
            Assert.All(Intervals(beats.Where(beat => beat < border - MostErrorSeconds)), interval => Assert.Equal(KickSeconds, interval, MostErrorSeconds));
            Assert.All(Intervals(beats.Where(beat => beat > border + MostErrorSeconds)), interval => Assert.Equal(KickSeconds / 2, interval, MostErrorSeconds));
        });

    [Fact]
    public Task A_video_made_before_a_correction_says_so() => VisitSongAsync(
        async (owner, songId) =>
        {
            await owner.UploadAsync($"songs/{songId}/clips", (await Footage.ClipsAsync())[0]);
            var started = await owner.PostAsync($"songs/{songId}/compositions", new { width = 320, height = 180, preset = "draft" });
            await owner.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!);
        },
        async page =>
        {
            await Expect(page.Videos()).ToBeVisibleAsync();
            await Expect(page.GetByText("Made from an older beat grid.")).ToHaveCountAsync(0);
            await page.Button("½ beat later").ClickAsync();
            await Expect(page.Videos().GetByText("Made from an older beat grid.")).ToBeVisibleAsync();
            await page.Button("Undo").ClickAsync();
            await Expect(page.GetByText("Made from an older beat grid.")).ToHaveCountAsync(0);
        });

    /// <summary>Taps the key eight times, each time telling when the finger fell: exactly on a kick, however late this script came to it.</summary>
    private const string TapOnKicks = """
        period => new Promise(resolve => {
          const audio = document.querySelector('audio'), taps = [];
          let next = Math.ceil(audio.currentTime / period + 1) * period;
          const timer = setInterval(() => {
            if (audio.currentTime < next) {
              return;
            }
            const tap = new KeyboardEvent('keydown', { key: 't', bubbles: true });
            Object.defineProperty(tap, 'timeStamp', { value: performance.now() - (audio.currentTime - next) * 1000 });
            document.body.dispatchEvent(tap);
            taps.push(next);
            next += period;
            if (taps.length === 8) {
              clearInterval(timer);
              resolve(taps);
            }
          }, 5);
        })
        """;

    private static ILocator Tempo(IPage page) => page.GetByRole(AriaRole.Definition).First;

    private static ILocator Said(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Correct the beat" }).GetByRole(AriaRole.Status).Last;

    private static async Task<double> SecondsAsync(ILocator border) => double.Parse((await border.GetAttributeAsync("aria-valuenow"))!, CultureInfo.InvariantCulture);

    private static async Task<int> ShotsAsync(IPage page, Func<int, bool> isAsWanted)
    {
        var strip = page.GetByRole(AriaRole.Img, new() { NameRegex = ShotsInOrder() });
        for (var patience = 0; ; patience++)
        {
            await Expect(strip).ToBeVisibleAsync();
            var shots = int.Parse(ShotsInOrder().Match((await strip.GetAttributeAsync("aria-label"))!).Groups[1].Value, CultureInfo.InvariantCulture);
            if (isAsWanted(shots))
            {
                return shots;
            }

            Assert.True(patience < 100, $"The plan stays at {shots} shots.");
            await page.WaitForTimeoutAsync(100);
        }
    }

    private static async Task<double[]> BeatsAsync(IPage page)
    {
        var id = page.Url.Split('/')[^1];
        var answer = await page.APIRequest.GetAsync($"/api/v1/songs/{id}/analysis");
        return JsonSerializer.Deserialize<JsonElement>(await answer.TextAsync()).GetProperty("beats").Deserialize<double[]>()!;
    }

    private static IEnumerable<double> Intervals(IEnumerable<double> beats)
    {
        double[] all = [.. beats];
        Assert.True(all.Length > 2);
        return all.Zip(all.Skip(1), (beat, next) => next - beat);
    }

    private static async Task PatchAsync(ApiCaller owner, string songId, object correction)
    {
        var answer = await owner.Http.PatchAsync($"songs/{songId}/analysis", System.Net.Http.Json.JsonContent.Create(correction));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task AssertAccessibleAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
    }

    private Task VisitSongAsync(Func<IPage, Task> journey) => VisitSongAsync((_, _) => Task.CompletedTask, journey);

    /// <summary>Opens the page of a song with 120 kicks a minute, for which <paramref name="prepare"/> has done what came before.</summary>
    private async Task VisitSongAsync(Func<ApiCaller, string, Task> prepare, Func<IPage, Task> journey)
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

    [GeneratedRegex(@"(59\.[89]|60\.[012])")]
    private static partial Regex About60();

    [GeneratedRegex(@"^(\d+) shots? in order")]
    private static partial Regex ShotsInOrder();
}
