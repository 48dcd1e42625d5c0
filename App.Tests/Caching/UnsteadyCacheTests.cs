using Downbeat.Caching;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Downbeat.Tests.Caching;

public sealed class UnsteadyCacheTests
{
    private readonly Shop shop = new();
    private readonly Lines log = new();
    private readonly UnsteadyCache cache;

    public UnsteadyCacheTests() => cache = new(shop, TimeProvider.System, log);

    [Fact]
    public async Task What_is_kept_is_found()
    {
        await KeepAsync("a", 1);

        Assert.Equal([1], await cache.GetAsync("a"));
        await cache.RemoveAsync("a");
        Assert.Null(await cache.GetAsync("a"));
        Assert.Empty(log.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_cache_is_away_nothing_is_found_nobody_is_hurt_and_the_log_says_so_once(bool isSlow)
    {
        await KeepAsync("a", 1);
        shop.Outage = isSlow ? new RedisTimeoutException("slow", CommandStatus.Unknown) : new RedisConnectionException(ConnectionFailureType.UnableToConnect, "away");
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(await cache.GetAsync("a"));
            await KeepAsync("b", 2);
            await cache.RefreshAsync("a");
            await cache.RetryAsync();
        }

        Assert.Single(log.Warnings);
        shop.Outage = null;
        await cache.RetryAsync();
        Assert.Equal([1], await cache.GetAsync("a"));
        Assert.Null(await cache.GetAsync("b"));
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task After_a_failure_the_cache_is_left_alone_for_a_while()
    {
        shop.Outage = new RedisConnectionException(ConnectionFailureType.UnableToConnect, "away");
        for (var i = 0; i < 100; i++)
        {
            await cache.GetAsync("a");
        }

        Assert.InRange(shop.Calls, 1, 10);
    }

    [Fact]
    public async Task What_was_to_be_forgotten_during_an_outage_is_not_found_after_it()
    {
        await KeepAsync("old", 1);
        await KeepAsync("good", 2);
        shop.Outage = new RedisConnectionException(ConnectionFailureType.SocketClosed, "away");
        await cache.RemoveAsync("old");
        Assert.True(shop.Kept.ContainsKey("old"));

        shop.Outage = null;
        await cache.RetryAsync();

        Assert.False(shop.Kept.ContainsKey("old"));
        Assert.Equal([2], await cache.GetAsync("good"));
    }

    [Fact]
    public async Task A_bug_is_not_an_outage()
    {
        shop.Outage = new InvalidOperationException("bug");

        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.GetAsync("a"));
    }

    private Task KeepAsync(string key, byte value) => cache.SetAsync(key, [value], new DistributedCacheEntryOptions());

    /// <summary>A cache that fails when the test says so.</summary>
    private sealed class Shop : IDistributedCache
    {
        public Dictionary<string, byte[]> Kept { get; } = [];

        public Exception? Outage { get; set; }

        public int Calls { get; private set; }

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Do(() => Kept.GetValueOrDefault(key));

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => Do(() => Kept[key] = value);

        public Task RefreshAsync(string key, CancellationToken token = default) => Do(() => true);

        public Task RemoveAsync(string key, CancellationToken token = default) => Do(() => Kept.Remove(key));

        public byte[]? Get(string key) => throw new NotSupportedException();

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

        public void Refresh(string key) => throw new NotSupportedException();

        public void Remove(string key) => throw new NotSupportedException();

        private Task<T> Do<T>(Func<T> work)
        {
            Calls++;
            return Outage is null ? Task.FromResult(work()) : Task.FromException<T>(Outage);
        }
    }

    private sealed class Lines : ILogger<UnsteadyCache>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
