using System.Net;
using Downbeat.Caching;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Caching;

/// <summary>A real Redis goes away under a running studio and comes back.</summary>
public sealed class RedisOutageTests
{
    [Fact]
    public async Task Without_Redis_the_studio_answers_and_with_it_again_it_keeps_things_again()
    {
        await using var redis = await RedisServer.CreateAsync();
        await using var studio = await Task.Run(() => Studio.Start(("ConnectionStrings:Redis", redis.ConnectionString)));
        await studio.ReadyAsync();
        using var caller = await ApiCaller.RegisterAsync(studio);
        using var visitor = await Visitor.SignInAsync(studio, caller);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        await CachedAsync(caller, song);

        await redis.StopAsync();
        while (!studio.Services.GetRequiredService<RedisLink>().IsAway)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 5; i++)
        {
            var answer = await caller.Http.GetAsync($"songs/{song}/analysis");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("\"1 queries\"", answer.Headers.GetValues("Server-Timing").Single(), StringComparison.Ordinal);
        }

        foreach (var page in new[] { "songs", $"songs/{song}", "videos" })
        {
            Assert.Equal(HttpStatusCode.OK, (await visitor.Http.GetAsync(page)).StatusCode);
        }

        // A whole job runs, tells its own instance, and its result can be read.
        var heard = await caller.AddSongAsync(await SmallMedia.SongAsync());
        Assert.Equal(1, (await caller.GetAsync($"songs/{heard}/analysis")).GetProperty("version").GetInt32());
        using var somebodyElse = await ApiCaller.RegisterAsync(studio);
        using var http = new HttpClient { BaseAddress = studio.Address };
        var ready = await http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("degraded", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await redis.StartAsync();

        await CachedAsync(caller, song);
        Assert.DoesNotContain("degraded", await http.GetStringAsync("/health/ready"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_who_asks_all_the_time_is_refused_while_Redis_goes_and_comes()
    {
        await using var redis = await RedisServer.CreateAsync();
        await using var studio = await Task.Run(() => Studio.Start(("ConnectionStrings:Redis", redis.ConnectionString)));
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        using var end = new CancellationTokenSource();
        string[] paths = [$"songs/{song}/analysis", $"songs/{song}/clips/status", "songs", $"songs/{song}", "compositions", "auth/me"];
        var answers = 0;
        async Task AskAsync(string path)
        {
            while (!end.IsCancellationRequested)
            {
                using var answer = await caller.Http.GetAsync(path, TestContext.Current.CancellationToken);
                Assert.True(answer.IsSuccessStatusCode, $"{path} answered {(int)answer.StatusCode}");
                Interlocked.Increment(ref answers);
            }
        }

        async Task OutageAsync()
        {
            await ManyMoreAsync();
            await redis.StopAsync();
            await ManyMoreAsync();
            await redis.StartAsync();
            await ManyMoreAsync();
            await CachedAsync(caller, song);
        }

        async Task ManyMoreAsync()
        {
            var wanted = Volatile.Read(ref answers) + 200;
            while (Volatile.Read(ref answers) < wanted)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        var callers = Task.WhenAll(paths.Select(AskAsync));
        await await Task.WhenAny(callers, OutageAsync());
        await end.CancelAsync();
        await callers;
    }

    [Fact]
    public async Task A_studio_that_starts_before_its_Redis_comes_up_and_is_whole_when_Redis_comes()
    {
        await using var redis = await RedisServer.CreateAsync();
        await redis.StopAsync();
        await using var studio = await Task.Run(() => Studio.Start(("ConnectionStrings:Redis", redis.ConnectionString)));
        using var http = new HttpClient { BaseAddress = studio.Address };
        Assert.Equal("degraded", (await studio.ReadyAsync()).GetProperty("status").GetString());

        await redis.StartAsync();
        while ((await http.GetStringAsync("/health/ready")).Contains("degraded", StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        using var caller = await ApiCaller.RegisterAsync(studio);
        await CachedAsync(caller, (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0]);
    }

    /// <summary>Reads an analysis until it comes from the cache: the value is written after the caller has it, and the connection needs a moment to come back.</summary>
    private static async Task CachedAsync(ApiCaller caller, Guid song)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var answer = await caller.Http.GetAsync($"songs/{song}/analysis", patience.Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if (answer.Headers.GetValues("Server-Timing").Single().Contains("\"0 queries\"", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
