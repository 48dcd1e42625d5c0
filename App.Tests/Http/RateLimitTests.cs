using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Http;
using Downbeat.Telemetry;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Http;

/// <summary>A studio whose buckets hold little and fill slowly, behind a proxy that says who asks.</summary>
public sealed class HurriedStudio : IAsyncDisposable
{
    private readonly Lazy<Studio> studio = new(() => Studio.Start(
        ("Http:Proxies:0", "127.0.0.0/8"),
        ("RateLimits:General:Burst", "12"), ("RateLimits:General:PerMinute", "1"),
        ("RateLimits:Media:Burst", "30"), ("RateLimits:Media:PerMinute", "1"),
        ("RateLimits:Connections:Burst", "5"), ("RateLimits:Connections:PerMinute", "1"),
        ("RateLimits:Writes:Burst", "4"), ("RateLimits:Writes:PerMinute", "2"),
        ("RateLimits:SignIn:Burst", "3"), ("RateLimits:SignIn:PerMinute", "1")));

    internal Studio Studio => studio.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (studio.IsValueCreated)
        {
            await studio.Value.DisposeAsync();
        }
    }
}

public sealed class RateLimitTests(HurriedStudio hurried, Studios studios) : IClassFixture<HurriedStudio>
{
    private static int lastHouse;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_too_often_is_told_how_long_to_wait()
    {
        var before = Refusals.ByReason.GetValueOrDefault("request.too_many");
        using var stranger = Open();
        await AssertTakesAsync(12, () => stranger.GetAsync("api/v1/songs", Stop), HttpStatusCode.Unauthorized);

        var refused = await stranger.GetAsync("api/v1/songs", Stop);

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(60)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("request.too_many", (await refused.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());
        Assert.True(Refusals.ByReason["request.too_many"] > before);

        var page = await stranger.GetAsync("account/login", Stop);
        Assert.Equal((HttpStatusCode.TooManyRequests, "text/plain"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("Wait 60 s", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_and_static_files_are_never_refused()
    {
        using var stranger = Open();
        foreach (var path in new[] { "health", "app.css", "_framework/blazor.web.js" })
        {
            await AssertTakesAsync(20, () => stranger.GetAsync(path, Stop), HttpStatusCode.OK);
        }

        // It may not be ready yet, which is an answer too.
        for (var i = 0; i < 20; i++)
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await stranger.GetAsync("health/ready", Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task Every_user_has_a_bucket_of_his_own_wherever_he_comes_from()
    {
        var (one, other) = (await RegisterAsync(), await RegisterAsync());
        using var home = Open(one);
        using var away = Open(one);
        using var neighbour = Open(other);
        await AssertTakesAsync(6, () => home.GetAsync("api/v1/jobs", Stop), HttpStatusCode.OK);
        await AssertTakesAsync(6, () => away.GetAsync("api/v1/jobs", Stop), HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await home.GetAsync("api/v1/jobs", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await neighbour.GetAsync("api/v1/jobs", Stop)).StatusCode);
    }

    [Fact]
    public async Task Requests_that_change_something_are_fewer()
    {
        using var caller = Open(await RegisterAsync());
        await AssertTakesAsync(4, () => caller.PostAsJsonAsync($"api/v1/jobs/{Guid.NewGuid()}/cancel", new { }, Stop), HttpStatusCode.NotFound);

        var refused = await caller.PostAsJsonAsync($"api/v1/jobs/{Guid.NewGuid()}/cancel", new { }, Stop);

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(30)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("api/v1/jobs", Stop)).StatusCode);
    }

    [Fact]
    public async Task Parts_of_files_have_a_bucket_of_their_own()
    {
        using var caller = Open(await RegisterAsync());
        await AssertTakesAsync(30, () => PartAsync(caller), HttpStatusCode.NotFound);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await PartAsync(caller)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("api/v1/jobs", Stop)).StatusCode);

        static async Task<HttpResponseMessage> PartAsync(HttpClient http)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/songs/{Guid.NewGuid()}/audio") { Headers = { Range = new(0, 1) } };
            return await http.SendAsync(request, Stop);
        }
    }

    [Fact]
    public async Task To_ask_for_a_part_of_what_is_no_file_is_a_request_like_any_other()
    {
        using var caller = Open(await RegisterAsync());
        caller.DefaultRequestHeaders.Range = new(0, 1);
        await AssertTakesAsync(12, () => caller.GetAsync("api/v1/jobs", Stop), HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await caller.GetAsync("api/v1/jobs", Stop)).StatusCode);
    }

    [Theory]
    [InlineData("_blazor/negotiate?negotiateVersion=1")]
    [InlineData("hubs/jobs/negotiate?negotiateVersion=1")]
    public async Task Live_connections_are_opened_a_few_at_a_time(string path)
    {
        using var caller = Open(await RegisterAsync());
        await AssertTakesAsync(5, () => caller.PostAsync(path, null, Stop), HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await caller.PostAsync(path, null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("api/v1/jobs", Stop)).StatusCode);
    }

    [Fact]
    public async Task Passwords_are_tried_a_few_times_from_one_address_by_programs_and_on_the_page()
    {
        using var stranger = Open();
        var guess = new { email = "nobody@example.org", password = "wrong horse" };
        await AssertTakesAsync(3, () => stranger.PostAsJsonAsync("api/v1/auth/login", guess, Stop), HttpStatusCode.Unauthorized);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.PostAsJsonAsync("api/v1/auth/login", guess, Stop)).StatusCode);
        using var form = new FormUrlEncodedContent([]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.PostAsync("account/login", form, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.PostAsync("account/register", form, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("account/login", Stop)).StatusCode);
    }

    [Fact]
    public async Task Only_a_proxy_that_the_operator_named_is_believed()
    {
        var studio = await studios.OnAsync("SQLite");
        using var http = new HttpClient { BaseAddress = studio.Address, DefaultRequestHeaders = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "192.0.2.77" } } };
        var plain = await RedirectOfAsync(http);
        using var behind = Open();
        behind.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        Assert.Equal("http", plain.Scheme);
        Assert.Equal("https", (await RedirectOfAsync(behind)).Scheme);
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("proxy.example.org", false)]
    public void A_proxy_is_an_address_or_a_network(string text, bool isOne) => Assert.Equal(isOne, !new ProxyOptions { Proxies = [text] }.Validate(new(this)).Any());

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    public void A_bucket_that_never_holds_anything_is_named(int burst, int perMinute) =>
        Assert.StartsWith("RateLimits:Media must", Assert.Single(new RateLimitOptions { Media = new() { Burst = burst, PerMinute = perMinute } }.Validate(new(this))).ErrorMessage, StringComparison.Ordinal);

    // Where a page sends whoever is not signed in names the scheme that the studio believes it was asked by.
    private static async Task<Uri> RedirectOfAsync(HttpClient http)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var plain = new HttpClient(handler) { BaseAddress = http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "songs");
        foreach (var header in http.DefaultRequestHeaders)
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return (await plain.SendAsync(request, Stop)).Headers.Location!;
    }

    private static async Task AssertTakesAsync(int count, Func<Task<HttpResponseMessage>> ask, HttpStatusCode status)
    {
        for (var i = 0; i < count; i++)
        {
            using var answer = await ask();
            Assert.Equal(status, answer.StatusCode);
        }
    }

    /// <summary>A client from a house that nobody has asked from.</summary>
    private HttpClient Open(string? token = null)
    {
        var house = Interlocked.Increment(ref lastHouse);
        var http = new HttpClient { BaseAddress = hurried.Studio.Address, DefaultRequestHeaders = { { "X-Forwarded-For", $"198.51.{house / 250}.{house % 250}" } } };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private async Task<string> RegisterAsync()
    {
        using var http = Open();
        var account = new { email = $"{Guid.NewGuid():N}@example.org", password = ApiCaller.Password };
        (await http.PostAsJsonAsync("api/v1/auth/register", account, Stop)).EnsureSuccessStatusCode();
        var login = await http.PostAsJsonAsync("api/v1/auth/login", account, Stop);
        return (await login.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("accessToken").GetString()!;
    }
}
