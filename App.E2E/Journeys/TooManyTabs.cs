using Downbeat.Components.Circuits;
using Downbeat.E2E.Support;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody opens one tab after another.</summary>
public sealed class TooManyTabs(BrowserFixture browser)
{
    [Fact]
    public async Task A_tab_too_many_says_so_and_works_once_another_is_closed()
    {
        await using var studio = await Task.Run(() => Studio.Start(("Circuits:PerUser", "2")));
        var seats = studio.Services.GetRequiredService<CircuitSeats>();
        await browser.VisitAsync(studio.Address, async first =>
        {
            await first.SignUpAsync();
            await first.GotoAsync("/songs");
            await first.AliveAsync();
            var second = await first.Context.NewPageAsync();
            await second.GotoAsync("/songs");
            await second.AliveAsync();

            var third = await first.Context.NewPageAsync();
            await third.GotoAsync("/songs");
            await Expect(third.Heading("Too many tabs are open.")).ToBeVisibleAsync();
            await Expect(third.GetByRole(Microsoft.Playwright.AriaRole.Banner)).ToHaveCountAsync(0);

            await second.CloseAsync(new() { RunBeforeUnload = true });
            while (seats.Open > 1)
            {
                await third.WaitForTimeoutAsync(50);
            }

            await third.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Load again" }).ClickAsync();
            await third.AliveAsync();
            await Expect(third.Heading("Too many tabs are open.")).ToHaveCountAsync(0);
        });
    }
}
