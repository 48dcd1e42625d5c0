using System.Collections.Concurrent;
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

    // How often each value was forgotten in this process, which alone keeps it: whoever asks after a change neither finds what was read before it nor joins a reading that began before it.
    private readonly ConcurrentDictionary<string, int> changes = [];

    /// <summary>The value under <paramref name="key"/>, read from <paramref name="load"/> when it is not kept, and kept with what it belongs to.</summary>
    public ValueTask<T> GetAsync(string key, string tag, Func<CancellationToken, ValueTask<T>> load, CancellationToken stop)
    {
        var callersContext = ExecutionContext.Capture();
        return cache.GetOrCreateAsync(NameOf(key), stop => LoadAsync(load, callersContext, stop), options, [tag], stop);
    }

    /// <summary>
    /// Forgets the value under <paramref name="key"/> and, in this process, everything with the same tag. What another instance has just read and not yet put in is forgotten a little later.
    /// </summary>
    public async ValueTask RemoveAsync(string key, string tag)
    {
        if (!kind.IsShared)
        {
            var before = NameOf(key);
            changes.AddOrUpdate(key, 1, (_, count) => count + 1);
            await cache.RemoveByTagAsync(tag);
            await cache.RemoveAsync(before);
            return;
        }

        await cache.RemoveByTagAsync(tag);
        await cache.RemoveAsync(NameOf(key));
        _ = RemoveLaterAsync(key);
    }

    private string NameOf(string key) => kind.IsShared ? $"{name}:{key}" : $"{name}:{key}:{changes.GetValueOrDefault(key)}";

    private async Task RemoveLaterAsync(string key)
    {
        await Task.Delay(LongestRead);
        await cache.RemoveAsync(NameOf(key));
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
