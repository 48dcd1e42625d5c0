using Microsoft.Extensions.Caching.Hybrid;

namespace Downbeat.Caching;

/// <summary>
/// A named part of the cache with one lifetime. Values are kept in <c>IDistributedCache</c> (Redis, or memory) as JSON; many callers that miss together compute once.
/// When Redis is away the value is computed.
/// </summary>
/// <typeparam name="T">What is kept; immutable.</typeparam>
internal sealed class CacheRegion<T>(HybridCache cache, CacheKind kind, string name, TimeSpan lifetime)
{
    private readonly HybridCacheEntryOptions options = new()
    {
        Expiration = lifetime,

        // With Redis, no copy in the process: a removal is then seen by every instance at once.
        Flags = kind.IsShared ? HybridCacheEntryFlags.DisableLocalCache : HybridCacheEntryFlags.None,
    };

    /// <summary>The value under <paramref name="key"/>, read from <paramref name="load"/> when it is not kept.</summary>
    public ValueTask<T> GetAsync(string key, Func<CancellationToken, ValueTask<T>> load, CancellationToken stop) =>
        cache.GetOrCreateAsync($"{name}:{key}", (load, ExecutionContext.Capture()), static (caller, stop) => LoadAsync(caller.load, caller.Item2, stop), options, cancellationToken: stop);

    /// <summary>Forgets the value under <paramref name="key"/>.</summary>
    public ValueTask RemoveAsync(string key, CancellationToken stop) => cache.RemoveAsync($"{name}:{key}", stop);

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
