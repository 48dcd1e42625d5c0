using System.Net;
using Downbeat.Tests.Support;

namespace Downbeat.E2E.Support;

public sealed class SupportTests(BrowserFixture browser)
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    [Fact]
    public async Task The_studio_in_the_test_process_answers_and_serves_its_files()
    {
        await using var studio = Studio.Start();
        using var client = new HttpClient { BaseAddress = studio.Address };

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", Stop)).StatusCode);
        await BrowserLibraries.AssertServedAsync(client);
    }

    [Fact]
    public async Task A_killed_studio_starts_again_at_its_address()
    {
        await using var studio = await StudioProcess.RunAsync();
        await BrowserLibraries.AssertServedAsync(studio.Client);

        await studio.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => studio.Client.GetAsync("/health", Stop));

        await studio.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("/health", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_quiet_visit_passes_and_is_photographed()
    {
        await browser.VisitAsync(Nowhere, async page =>
        {
            await page.SetContentAsync("<h1>Quiet</h1>");
            await Screen.PhotographAsync(page, "quiet");
        });

        var pictures = Directory.GetFiles(Path.Combine(TestData.Repository, "artifacts", "screens"), "quiet-*.png");
        Assert.Equal(4, pictures.Length);
        Assert.All(pictures, File.Delete);
    }

    [Fact]
    public async Task An_error_in_the_console_fails_the_visit_unless_it_was_expected()
    {
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => browser.VisitAsync(Nowhere, page => page.EvaluateAsync("console.error('boom')")));
        await browser.VisitAsync(Nowhere, page => page.EvaluateAsync("console.error('boom')"), expectedErrors: "boom");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
