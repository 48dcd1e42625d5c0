using System.Collections.Concurrent;
using Downbeat.Caching;
using Downbeat.Features.Songs;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Downbeat.Tests.Caching;

/// <summary>Two instances with one real Redis.</summary>
public sealed class SharedCacheTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_instance_has_read_another_finds_as_it_was()
    {
        await using var redis = await RedisServer.CreateAsync();
        await using var here = Caches.Make(redis.ConnectionString);
        await using var there = Caches.Make(redis.ConnectionString);
        var song = new Song { OwnerId = Guid.NewGuid(), Title = "Song", Extension = ".flac", ContentHash = "abc", Status = SongStatus.Failed, Error = "Silence." };
        await Open(here).GetAsync("a", "tag", _ => ValueTask.FromResult(song), Stop);

        var found = await FoundAsync<Song>(Open(there));

        Assert.Equal((song.Id, song.OwnerId, "Song", ".flac"), (found.Id, found.OwnerId, found.Title, found.Extension));
        Assert.Equal(("abc", SongStatus.Failed, "Silence."), (found.ContentHash, found.Status, found.Error));
        Assert.InRange(Open(there).State().Bytes, 500, 2000);
    }

    [Fact]
    public async Task What_one_instance_changes_the_others_forget()
    {
        await using var redis = await RedisServer.CreateAsync();
        await using var here = Caches.Make(redis.ConnectionString);
        await using var there = Caches.Make(redis.ConnectionString);
        await ReadAsync(Open(here), "first");
        await FoundAsync<string>(Open(there));

        await Open(here).ForgetAsync("tag");
        await SeenAsync(Open(there), "second");
        Assert.Equal("second", await FoundAsync<string>(Open(here)));

        await here.GetRequiredService<CacheRegions>().ClearAsync("test");
        await SeenAsync(Open(there), "third");
        Assert.Equal("third", await FoundAsync<string>(Open(here)));
        await there.GetRequiredService<CacheRegions>().ClearAllAsync();
        await SeenAsync(Open(here), "fourth");
    }

    [Fact]
    public async Task While_Redis_is_away_everything_is_read_anew_and_after_it_nothing_is_found_that_was_changed_meanwhile()
    {
        await using var redis = await RedisServer.CreateAsync();
        using var log = new Lines();
        await using var here = Caches.Make(redis.ConnectionString, log);
        await using var there = Caches.Make(redis.ConnectionString);
        await ReadAsync(Open(here), "first");
        await FoundAsync<string>(Open(there));

        await redis.StopAsync();
        await AwayAsync(here);
        await AwayAsync(there);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal($"{i}", await ReadAsync(Open(there), $"{i}"));
            await Open(here).ForgetAsync("tag");
        }

        Assert.Single(log.Warnings);
        await redis.StartAsync();
        await BackAsync(here);
        await BackAsync(there);

        Assert.Equal("second", await ReadAsync(Open(here), "second"));
        Assert.Equal("second", await FoundAsync<string>(Open(there)));
        await Open(there).ForgetAsync("tag");
        await SeenAsync(Open(here), "third");
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task An_instance_that_starts_before_Redis_shares_what_it_has_when_Redis_comes()
    {
        await using var redis = await RedisServer.CreateAsync();
        await redis.StopAsync();
        await using var here = Caches.Make(redis.ConnectionString);
        Assert.Equal("alone", await ReadAsync(Open(here), "alone"));
        await redis.StartAsync();
        await BackAsync(here);
        await using var there = Caches.Make(redis.ConnectionString);
        await ReadAsync(Open(there), "first");
        Assert.Equal("first", await FoundAsync<string>(Open(here)));

        await Open(there).ForgetAsync("tag");
        await SeenAsync(Open(here), "second");
    }

    private static CacheRegion Open(ServiceProvider instance) => instance.GetRequiredService<CacheRegions>().Open("test", TimeSpan.FromMinutes(10), 1, "tag");

    private static async Task<string> ReadAsync(CacheRegion region, string value) => await region.GetAsync("a", "tag", _ => ValueTask.FromResult(value), Stop);

    /// <summary>What is kept, read here or by another instance: it is with the others a moment after its reader has it.</summary>
    private static async Task<T> FoundAsync<T>(CacheRegion region)
    {
        while (true)
        {
            try
            {
                return await region.GetAsync<T>("a", "tag", _ => throw StudioProblem.NotFound("value"), Stop);
            }
            catch (StudioProblem)
            {
                await Task.Yield();
                Stop.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Reads until the value that was kept is forgotten: the news is under way.</summary>
    private static async Task SeenAsync(CacheRegion region, string value)
    {
        while (await ReadAsync(region, value) != value)
        {
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }
    }

    private static async Task AwayAsync(ServiceProvider instance)
    {
        while (!instance.GetRequiredService<RedisLink>().IsAway)
        {
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }
    }

    private static async Task BackAsync(ServiceProvider instance)
    {
        while (instance.GetRequiredService<RedisLink>().IsAway)
        {
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
