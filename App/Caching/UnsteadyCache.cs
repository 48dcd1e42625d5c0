using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Downbeat.Caching;

/// <summary>
/// A cache that may go away and come back. While it is away nothing is found and nothing is kept; the log says so once. What was to be forgotten meanwhile is
/// forgotten before anything is read again, so that nobody finds it after the outage.
/// </summary>
internal sealed class UnsteadyCache(IDistributedCache inner, TimeProvider clock, ILogger<UnsteadyCache> logger) : IDistributedCache
{
    /// <summary>After a failure the cache is left alone for so long: a request should not wait for what the one before it did not get.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> toForget = new();
    private int isAway;
    private long failedAt;

    /// <summary>Asks again at once, and forgets what waits to be forgotten.</summary>
    public Task RetryAsync()
    {
        Volatile.Write(ref failedAt, clock.GetTimestamp() - (long)(Pause.TotalSeconds * clock.TimestampFrequency));
        return GetAsync("anything");
    }

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => TryAsync(() => inner.GetAsync(key, token), token);

    /// <inheritdoc/>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        TryAsync(() => Done(inner.SetAsync(key, value, options, token)), token);

    /// <inheritdoc/>
    public Task RefreshAsync(string key, CancellationToken token = default) => TryAsync(() => Done(inner.RefreshAsync(key, token)), token);

    /// <inheritdoc/>
    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        if (!await TryAsync(() => Done(inner.RemoveAsync(key, token)), token))
        {
            toForget[key] = true;
        }
    }

    /// <inheritdoc/>
    public byte[]? Get(string key) => throw Blocking();

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw Blocking();

    /// <inheritdoc/>
    public void Refresh(string key) => throw Blocking();

    /// <inheritdoc/>
    public void Remove(string key) => throw Blocking();

    private static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    private static NotSupportedException Blocking() => new("The cache may be slow; it is asked asynchronously only.");

    private async Task<T?> TryAsync<T>(Func<Task<T>> work, CancellationToken stop)
    {
        if (isAway == 1 && clock.GetElapsedTime(Volatile.Read(ref failedAt)) < Pause)
        {
            return default;
        }

        try
        {
            foreach (var key in toForget.Keys)
            {
                await inner.RemoveAsync(key, stop);
                toForget.TryRemove(key, out _);
            }

            var result = await work();
            if (Interlocked.Exchange(ref isAway, 0) == 1)
            {
                logger.LogInformation("The shared cache is back");
            }

            return result;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            Volatile.Write(ref failedAt, clock.GetTimestamp());
            if (Interlocked.Exchange(ref isAway, 1) == 0)
            {
                logger.LogWarning("The shared cache does not answer; until it does everything is read from the database ({Reason})", e.Message);
            }

            return default;
        }
    }
}
