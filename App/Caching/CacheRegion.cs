using Microsoft.Extensions.Caching.Hybrid;

namespace Downbeat.Caching;

/// <summary>
/// A named part of the cache with one lifetime. Values are kept in <c>IDistributedCache</c> (Redis, or memory) as JSON; many callers that miss together compute once.
/// When Redis is away the value is computed.
/// </summary>
/// <typeparam name="T">What is kept; immutable.</typeparam>
internal sealed class CacheRegion<T>(HybridCache cache, CacheKind kind, string name, TimeSpan lifetime)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(2);

    private readonly HybridCacheEntryOptions options = new()
    {
        Expiration = lifetime,

        // With Redis, no copy in the process: a removal is then seen by every instance at once.
        Flags = kind.IsShared ? HybridCacheEntryFlags.DisableLocalCache : HybridCacheEntryFlags.None,
    };

    private long changes;

    /// <summary>The value under <paramref name="key"/>, read from <paramref name="load"/> when it is not kept, and kept with what it belongs to.</summary>
    public async ValueTask<T> GetAsync(string key, string tag, Func<CancellationToken, ValueTask<T>> load, CancellationToken stop)
    {
        long? changesBefore = null;
        var callersContext = ExecutionContext.Capture();
        var value = await cache.GetOrCreateAsync(
            $"{name}:{key}",
            stop =>
            {
                changesBefore = Volatile.Read(ref changes);
                return LoadAsync(load, callersContext, stop);
            },
            options,
            [tag],
            stop);
        if (changesBefore is { } before && before != Volatile.Read(ref changes))
        {
            // While this was read something changed, and it was put in after that was forgotten.
            await cache.RemoveAsync($"{name}:{key}", stop);
        }

        return value;
    }

    /// <summary>
    /// Forgets the value under <paramref name="key"/> and, in this process, everything with the same tag. What another instance has just read and not yet put in is forgotten a little later.
    /// </summary>
    public async ValueTask RemoveAsync(string key, string tag, CancellationToken stop)
    {
        Interlocked.Increment(ref changes);
        await cache.RemoveByTagAsync(tag, stop);
        await cache.RemoveAsync($"{name}:{key}", stop);
        if (kind.IsShared)
        {
            _ = RemoveLaterAsync(key);
        }
    }

    private async Task RemoveLaterAsync(string key)
    {
        await Task.Delay(LongestRead);
        await cache.RemoveAsync($"{name}:{key}");
    }

    // The cache loads on a thread that knows nothing of the caller; what is asked of the database there is still counted as the caller's.
    private static ValueTask<T> LoadAsync(Func<CancellationToken, ValueTask<T>> load, ExecutionContext? callersContext, CancellationToken stop)
    {
        if (callersContext is null)
        {
            return load(stop);
        }

        ValueTask<T> loading = default;
        ExecutionContext.Run(callersContext, _ => loading = load(stop), null);
        return loading;
    }
}
