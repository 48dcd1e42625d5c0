using System.Collections.Concurrent;
using Downbeat.E2E.Support;
using Microsoft.Playwright;

namespace Downbeat.E2E.Journeys;

/// <summary>Somebody leaves a page open.</summary>
public sealed class NoPolling(BrowserFixture browser, StudioFixture studio)
{
    private const int IdleMilliseconds = 5_000;
    private const int RestMilliseconds = 1_500;
    private const int MostRounds = 20;

    [Fact]
    public async Task A_page_at_rest_asks_the_studio_for_nothing()
    {
        var project = await studio.FinishedAsync();
        await browser.VisitAsync(studio.Address, async page =>
        {
            var sockets = new ConcurrentBag<string>();
            page.WebSocket += (_, socket) => sockets.Add(socket.Url);
            await page.SignInAsync(project.Email);
            foreach (var address in (string[])[$"/songs/{project.SongId}", "/songs", "/clips", "/videos"])
            {
                await page.GotoAsync(address);
                await page.AliveAsync();
                var requests = new ConcurrentBag<string>();
                void Note(object? sender, IRequest request) => requests.Add(request.Url);
                page.Request += Note;
                await ComeToRestAsync(page, requests);
                requests.Clear();
                await page.WaitForTimeoutAsync(IdleMilliseconds);
                page.Request -= Note;
                Assert.Empty(requests);
            }

            Assert.Contains(sockets, socket => socket.Contains("/_blazor", StringComparison.Ordinal));
        });
    }

    /// <summary>Modules of a page come after it, on a busy machine much later. A page that never rests is left to the test.</summary>
    private static async Task ComeToRestAsync(IPage page, ConcurrentBag<string> requests)
    {
        for (var (seen, round) = (-1, 0); seen != requests.Count && round < MostRounds; round++)
        {
            seen = requests.Count;
            await page.WaitForTimeoutAsync(RestMilliseconds);
        }
    }
}
