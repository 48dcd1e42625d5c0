using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody listens closely to one place of a song.</summary>
public sealed class Player(BrowserFixture browser, StudioFixture studio)
{
    [Fact]
    public async Task A_bar_goes_round_at_half_speed_in_its_own_pitch_with_clicks_on_its_beats()
    {
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(project.Email);
            await page.AddInitScriptAsync("window.clicks = 0; const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (at) { window.clicks++; return start.call(this, at); };");
            await page.GotoAsync($"/songs/{project.SongId}");
            await page.AliveAsync();
            var position = page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" });
            await position.FocusAsync();
            await position.PressAsync("Shift+ArrowRight");
            await position.PressAsync("Shift+ArrowRight");
            await position.PressAsync("[");
            await position.PressAsync("ArrowRight");
            await position.PressAsync("ArrowRight");
            await position.PressAsync("]");
            await Expect(page.GetByText(new Regex(@"^0:0\d–0:0\d$"))).ToBeVisibleAsync();
            await position.PressAsync("Shift+ArrowLeft");
            await position.PressAsync("c");
            await Expect(page.Button("Clicks")).ToHaveAttributeAsync("aria-pressed", "true");
            await page.GetByRole(AriaRole.Combobox, new() { Name = "Speed" }).SelectOptionAsync("0.5");

            await page.Button("Play").ClickAsync();
            var turned = await page.EvaluateAsync<bool>("""
                () => new Promise(resolve => {
                  const audio = document.querySelector('audio');
                  let last = audio.currentTime;
                  audio.addEventListener('seeked', () => resolve(audio.currentTime < last && audio.playbackRate === 0.5 && audio.preservesPitch && !audio.paused));
                  setInterval(() => last = Math.max(last, audio.currentTime), 20);
                })
                """);
            Assert.True(turned);
            await page.EvaluateAsync("() => new Promise(resolve => setInterval(() => window.clicks >= 3 && resolve(), 20))");
            await page.Button("Pause").ClickAsync();
            await page.Button("Off").ClickAsync();
            await Expect(page.Button("Off")).ToBeHiddenAsync();
        });
    }

    [Fact]
    public async Task A_loop_that_ends_with_the_song_goes_round_with_a_click_on_its_first_beat()
    {
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.SignInAsync(project.Email);
            await page.AddInitScriptAsync("window.clicks = 0; const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (at) { window.clicks++; return start.call(this, at); };");
            await page.GotoAsync($"/songs/{project.SongId}");
            await page.AliveAsync();
            var position = page.GetByRole(AriaRole.Slider, new() { Name = "Position in song" });
            await position.PressAsync("End");
            await position.PressAsync("ArrowLeft");
            await position.PressAsync("ArrowLeft");
            await position.PressAsync("[");
            await position.PressAsync("c");
            await page.Button("Play").ClickAsync();
            await page.EvaluateAsync("""
                () => new Promise(resolve => {
                  const audio = document.querySelector('audio');
                  let rounds = 0;
                  audio.addEventListener('seeked', () => { rounds += audio.currentTime < audio.duration - 0.2; });
                  setInterval(() => rounds >= 2 && !audio.paused && window.clicks >= 4 && resolve(), 20);
                })
                """);
            await page.Button("Pause").ClickAsync();
        });
    }
}
