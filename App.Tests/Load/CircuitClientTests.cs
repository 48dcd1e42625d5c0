using Downbeat.E2E.Support;
using Downbeat.Tests.Http;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Load;

public sealed class CircuitClientTests(StudioFixture fixture) : IClassFixture<StudioFixture>
{
    [Fact]
    public async Task A_page_comes_alive_over_a_circuit_of_its_own()
    {
        using var caller = await ApiCaller.RegisterAsync(fixture.Studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false });
        var cookie = await CookieAsync(fixture.Studio, caller);

        await using var circuit = await CircuitClient.OpenAsync(http, fixture.Studio.Address, $"/songs/{song}", cookie);

        Assert.Null(circuit.Error);
        Assert.True(circuit.Batches > 1, "The page was drawn and then drawn again with its song.");
        Assert.True(circuit.BatchBytes > 10_000, $"{circuit.BatchBytes} bytes are too few for a song's page.");
        Assert.Contains("import", circuit.Calls);

        var bytes = circuit.BatchBytes;
        var opened = await circuit.OpenAllAsync();

        Assert.Null(circuit.Error);
        Assert.True(opened > 3, $"The groups of choices are opened, and not only {opened}.");
        Assert.True(circuit.BatchBytes > bytes + (1000 * opened), $"{circuit.BatchBytes - bytes} bytes are too few for what is in them.");
        Assert.Equal(0, await circuit.OpenAllAsync());
    }

    private static async Task<string> CookieAsync(Studio studio, ApiCaller caller)
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false });
        using var answer = await http.PostAsync(
            new Uri(studio.Address, "/api/v1/auth/login?useCookies=true"),
            new StringContent($$"""{"email":"{{caller.Email}}","password":"{{ApiCaller.Password}}"}""", System.Text.Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);
        return string.Join("; ", answer.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Select(value => value.Split(';')[0]));
    }
}
