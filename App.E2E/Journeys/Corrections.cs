using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A musician puts right the beat that the studio heard.</summary>
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
            await owner.CorrectAsync(songId, new { tempoFactor = 0.5 });
        },
        async page =>
        {
            await Expect(page.Tempo()).ToContainTextAsync(About60());
            await page.ChooseAsync("Bars");
            await Expect(page.GetByText("A cut at the start of every bar.")).ToBeVisibleAsync();
            var slow = await ShotsAsync(page, _ => true);

            await page.Button("×2, twice the tempo").ClickAsync();
            await Expect(page.Tempo()).ToContainTextAsync(Gestures.About120());
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^Twice as many beats: (119|120).* BPM"));
            await ShotsAsync(page, shots => shots > slow);

            await page.ReloadAsync();
            await Expect(page.Tempo()).ToContainTextAsync(Gestures.About120());
        });

    [Fact]
    public Task Every_step_can_be_undone_and_done_again_by_keyboard_and_what_was_heard_is_one_click_away() => VisitSongAsync(
        async page =>
        {
            await page.Button("÷2, half the tempo").ClickAsync();
            await Expect(page.Tempo()).ToContainTextAsync(About60());
            await page.Button("+10 ms, later").ClickAsync();
            await Expect(page.Said()).ToHaveTextAsync("Beats moved 10 ms later.");
            await page.GetByRole(AriaRole.Combobox, new() { Name = "Beats in a bar" }).SelectOptionAsync("3");
            await Expect(page.Said()).ToHaveTextAsync("3 beats in a bar.");

            await page.GetByRole(AriaRole.Radio, new() { Name = "16:9", Exact = true }).FocusAsync();
            await page.Keyboard.PressAsync("Control+z");
            var place = page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" });
            await place.FocusAsync();
            await page.Keyboard.PressAsync("Control+z");
            await page.Keyboard.PressAsync("Control+z");
            await page.Keyboard.PressAsync("Control+z");
            await Expect(page.Tempo()).ToContainTextAsync(Gestures.About120());
            await Expect(page.Button("Undo")).ToBeDisabledAsync();
            await page.Keyboard.PressAsync("Control+Shift+Z");
            await Expect(page.Tempo()).ToContainTextAsync(About60());

            await page.ReloadAsync();
            await page.AliveAsync();
            await Expect(page.Button("Redo")).ToBeEnabledAsync();
            await page.Button("As heard").ClickAsync();
            await Expect(page.Tempo()).ToContainTextAsync(Gestures.About120());
            await Expect(page.Button("As heard")).ToBeDisabledAsync();
        });

    [Fact]
    public Task Eight_taps_along_with_the_song_make_a_beat_where_they_fell() => VisitSongAsync(
        (owner, songId) => owner.CorrectAsync(songId, new { tempoFactor = 0.5, shiftSeconds = 0.17 }),
        async page =>
        {
            await page.Button("Play").ClickAsync();
            var taps = await page.EvaluateAsync<double[]>(TapOnKicks, KickSeconds);
            await Expect(page.Locator("[data-taps]")).ToHaveTextAsync(new Regex(@"^8 taps · (119\.9|120\.[01]) BPM$"));
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^8 taps make a beat: (119|120)"));
            await Expect(page.Tempo()).ToContainTextAsync(Gestures.About120());
            var beats = await BeatsAsync(page);
            Assert.Equal(8, taps.Length);
            Assert.All(taps, tap => Assert.InRange(beats.Min(beat => Math.Abs(beat - tap)), 0, MostErrorSeconds));
        });

    [Fact]
    public Task A_song_can_have_another_tempo_in_one_part_alone() => VisitSongAsync(
        CorrectionGestures.TwoPartsAsync,
        async page =>
        {
            var border = await page.GetByRole(AriaRole.Slider, new() { Name = "Start of chorus" }).BorderSecondsAsync();
            await page.EvaluateAsync("document.querySelector('audio').currentTime = 8");
            await page.Button("This part").ClickAsync();
            await page.GetByRole(AriaRole.Checkbox, new() { Name = "Only the loop" }).CheckAsync();
            await page.Button("×2, twice the tempo").ClickAsync();
            await Expect(page.Said()).ToHaveTextAsync(new Regex("^Twice as many beats from 0:0. to 0:1.: "));
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
        period => new Promise((resolve, reject) => {
          const audio = document.querySelector('audio'), taps = [];
          audio.addEventListener('ended', () => reject(new Error(`The song ended after ${taps.length} taps.`)));
          audio.currentTime = 0;
          audio.play(); // on a busy machine the song may have ended before this script came
          let next = 2 * period;
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

    private Task VisitSongAsync(Func<IPage, Task> journey) => browser.VisitSongAsync(studio, (_, _) => Task.CompletedTask, journey);

    private Task VisitSongAsync(Func<ApiCaller, string, Task> prepare, Func<IPage, Task> journey) => browser.VisitSongAsync(studio, prepare, journey);

    [GeneratedRegex(@"(59\.[89]|60\.[012])")]
    private static partial Regex About60();

    [GeneratedRegex(@"^(\d+) shots? in order")]
    private static partial Regex ShotsInOrder();
}
