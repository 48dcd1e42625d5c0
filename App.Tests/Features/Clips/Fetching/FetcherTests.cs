using System.Net;
using System.Security.Cryptography;
using Downbeat.Features.Clips.Fetching;
using Downbeat.Http;
using Microsoft.AspNetCore.Http;

namespace Downbeat.Tests.Features.Clips.Fetching;

/// <summary>Fetching from real servers on this machine; which addresses names have, the tests say.</summary>
public sealed class FetcherTests : IDisposable
{
    private static readonly StudioProblem TooLarge = new(413, "clip.too_large", "It is too large.");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("downbeat-fetch-");

    // The first bytes of an MP4 file, and whatever follows.
    private static readonly byte[] Film = [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isomiso2"u8, .. Enumerable.Range(0, 200_000).Select(n => (byte)(n * 7))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_comes_as_it_is_with_its_name_and_hash_and_connections_are_used_again()
    {
        await using var origin = await Origin.StartAsync(SendFilmAsync);
        using var fetcher = Fetcher(Allowed);
        for (var n = 0; n < 3; n++)
        {
            var told = new List<double>();
            var upload = await fetcher.FetchAsync(origin.At("/a/My%20clip.mp4?x=1"), PathOf("film"), 1 << 20, TooLarge, told.Add, Stop);

            Assert.Equal(("My clip.mp4", Film.Length, Convert.ToHexStringLower(SHA256.HashData(Film))), (upload.FileName, (int)upload.SizeBytes, upload.ContentHash));
            Assert.Equal(Film, await File.ReadAllBytesAsync(upload.Path, Stop));
            Assert.Equal(1, told[^1]);
        }

        Assert.Single(origin.Connections);
    }

    [Fact]
    public async Task Nothing_is_asked_of_an_address_that_is_not_of_the_open_internet()
    {
        await using var origin = await Origin.StartAsync(SendFilmAsync);
        using var fetcher = Fetcher(new(), name => name switch
        {
            "inside.example" => ["127.0.0.1"],
            "both.example" => ["93.184.216.34", "127.0.0.1"],
            "mapped.example" => ["::ffff:127.0.0.1"],
            "metadata.example" => ["169.254.169.254"],
            _ => [],
        });
        foreach (var host in (string[])["127.0.0.1", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0177.0.0.1", "inside.example", "both.example", "mapped.example", "metadata.example"])
        {
            await AssertRefusedAsync(fetcher, origin.At("/film.mp4", host), "import.address_refused");
        }

        Assert.Equal(0, origin.Requests);
    }

    [Fact]
    public async Task A_name_that_means_another_machine_a_moment_later_leads_nowhere()
    {
        await using var origin = await Origin.StartAsync(SendFilmAsync);
        var (asked, network) = (0, new FetchOptions { AllowedNetworks = ["127.0.0.1/32"] });
        using var fetcher = Fetcher(network, _ => Interlocked.Increment(ref asked) == 1 ? ["127.0.0.1"] : ["127.0.0.2"]);

        // Asked once for the connection, which goes to the address that was checked; the next connection is checked anew.
        await fetcher.FetchAsync(origin.At("/film.mp4", "rebinding.example"), PathOf("film"), 1 << 20, TooLarge, _ => { }, Stop);
        Assert.Equal(1, asked);
        using var later = Fetcher(network, _ => ["127.0.0.2"]);
        await AssertRefusedAsync(later, origin.At("/film.mp4", "rebinding.example"), "import.address_refused");
        Assert.Equal(1, origin.Requests);
    }

    [Fact]
    public async Task Each_redirect_is_checked_like_the_first_address()
    {
        await using var origin = await Origin.StartAsync(context =>
        {
            context.Response.Redirect(context.Request.Path.Value switch
            {
                "/inside" => $"http://inside.example:{context.Connection.LocalPort}/film.mp4",
                "/file" => "file:///etc/passwd",
                "/ftp" => "ftp://93.184.216.34/film.mp4",
                "/user" => "http://name:word@allowed.example/film.mp4",
                "/round" => "/round",
                _ => "/there/film.mp4",
            });
            return context.Request.Path == "/there/film.mp4" ? SendFilmAsync(context) : Task.CompletedTask;
        });
        using var fetcher = Fetcher(new() { AllowedNetworks = ["127.0.0.1/32"] }, name => name == "allowed.example" ? ["127.0.0.1"] : ["127.0.0.2"]);

        foreach (var path in (string[])["/inside", "/file", "/ftp", "/user"])
        {
            await AssertRefusedAsync(fetcher, origin.At(path, "allowed.example"), "import.address_refused");
        }

        await AssertRefusedAsync(fetcher, origin.At("/round", "allowed.example"), "import.redirects");
        var upload = await fetcher.FetchAsync(origin.At("/short", "allowed.example"), PathOf("film"), 1 << 20, TooLarge, _ => { }, Stop);
        Assert.Equal(Film.Length, upload.SizeBytes);
    }

    [Fact]
    public async Task What_is_too_large_is_given_up_whether_it_says_so_or_not()
    {
        var sent = 0L;
        await using var origin = await Origin.StartAsync(async context =>
        {
            if (context.Request.Path == "/told")
            {
                context.Response.ContentLength = 10L << 30;
            }

            await context.Response.Body.WriteAsync(Film, context.RequestAborted);
            // Complete when nobody listens any more: from then on what is written is dropped.
            for (var more = new byte[1 << 16]; sent < 10L << 30 && !(await context.Response.BodyWriter.WriteAsync(more, context.RequestAborted)).IsCompleted; sent += more.Length)
            {
            }
        });
        using var fetcher = Fetcher(Allowed);

        await AssertRefusedAsync(fetcher, origin.At("/told"), "clip.too_large");
        await AssertRefusedAsync(fetcher, origin.At("/untold"), "clip.too_large");

        Assert.InRange(sent, 1, 100 << 20);
    }

    [Fact]
    public async Task A_page_that_calls_itself_a_film_is_given_up_after_its_first_bytes()
    {
        var sent = 0L;
        await using var origin = await Origin.StartAsync(async context =>
        {
            context.Response.ContentType = "video/mp4";
            for (var page = "<!doctype html><title>Not found</title>"u8.ToArray(); sent < 1L << 30 && !(await context.Response.BodyWriter.WriteAsync(page, context.RequestAborted)).IsCompleted; sent += page.Length)
            {
            }
        });
        using var fetcher = Fetcher(Allowed);

        await AssertRefusedAsync(fetcher, origin.At("/film.mp4"), "media.not_supported", maxBytes: 2L << 30);
        Assert.True(sent < 100 << 20);
    }

    [Theory]
    [InlineData(404, "import.not_there", false)]
    [InlineData(403, "import.not_there", false)]
    [InlineData(304, "import.not_there", false)]
    [InlineData(429, "import.server_failed", true)]
    [InlineData(500, "import.server_failed", true)]
    [InlineData(503, "import.server_failed", true)]
    public async Task An_answer_that_is_no_file_is_told_and_what_may_pass_is_tried_again(int status, string code, bool passes)
    {
        await using var origin = await Origin.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var fetcher = Fetcher(Allowed);

        await AssertRefusedAsync(fetcher, origin.At("/film.mp4"), code, passes: passes);
    }

    [Fact]
    public async Task Servers_that_say_nothing_break_off_or_take_for_ever_are_given_up()
    {
        await using var origin = await Origin.StartAsync(async context =>
        {
            if (context.Request.Path != "/silent")
            {
                context.Response.ContentLength = 1 << 20;
                await context.Response.Body.WriteAsync(Film.AsMemory(0, 1000), context.RequestAborted);
            }

            if (context.Request.Path == "/breaks")
            {
                context.Abort();
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var fetcher = Fetcher(Allowed with { StallTimeout = TimeSpan.FromMilliseconds(200) });
        await AssertRefusedAsync(fetcher, origin.At("/silent"), "import.silent", passes: true);
        await AssertRefusedAsync(fetcher, origin.At("/stops"), "import.silent", passes: true);
        await AssertRefusedAsync(fetcher, origin.At("/breaks"), "import.unreachable", passes: true);

        using var hurried = Fetcher(Allowed with { MostTime = TimeSpan.FromMilliseconds(200) });
        await AssertRefusedAsync(hurried, origin.At("/stops"), "import.timed_out");
        using var stopped = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        using var patient = Fetcher(Allowed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.FetchAsync(origin.At("/silent"), PathOf("film"), 1 << 20, TooLarge, _ => { }, stopped.Token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("film.mp4")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/film.mp4")]
    [InlineData("gopher://example.org/")]
    [InlineData("data:video/mp4,x")]
    [InlineData("http://name:word@example.org/film.mp4")]
    [InlineData("http:///film.mp4")]
    public void What_is_no_address_of_a_file_is_refused(string? text) =>
        Assert.Equal((400, "url"), Assert.Throws<StudioProblem>(() => Downbeat.Features.Clips.Fetching.Fetcher.Read(text)) is var problem ? (problem.Status, Assert.Single(problem.Errors!).Key) : default);

    private static FetchOptions Allowed => new() { AllowedNetworks = ["127.0.0.0/8"] };

    private static Fetcher Fetcher(FetchOptions options, Func<string, string[]>? names = null) =>
        new(options, (name, _) => Task.FromResult<IPAddress[]>([.. (names?.Invoke(name) ?? ["127.0.0.1"]).Select(IPAddress.Parse)]));

    private static async Task SendFilmAsync(HttpContext context)
    {
        context.Response.StatusCode = 200;
        context.Response.ContentLength = Film.Length;
        await context.Response.Body.WriteAsync(Film, context.RequestAborted);
    }

    private async Task AssertRefusedAsync(Fetcher fetcher, Uri address, string code, bool passes = false, long maxBytes = 1 << 20)
    {
        Task<Upload> FetchAsync() => fetcher.FetchAsync(address, PathOf("film"), maxBytes, TooLarge, _ => { }, Stop);
        Assert.Equal(code, passes ? (await Assert.ThrowsAsync<TransientProblem>(FetchAsync)).Code : (await Assert.ThrowsAsync<StudioProblem>(FetchAsync)).Code);
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);
}
