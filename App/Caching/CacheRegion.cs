using System.Diagnostics.Metrics;
using System.Text.Json;
using Downbeat.Telemetry;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using StackExchange.Redis;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Backplane.StackExchangeRedis;
using ZiggyCreatures.Caching.Fusion.Serialization.SystemTextJson;

namespace Downbeat.Caching;

/// <summary>
/// A named part of the cache with one lifetime: in memory, and with Redis also there, as JSON, for all instances. Many callers that miss together read once; a value past its lifetime is given when
/// reading fails or takes long. While Redis is away everything is read anew.
/// </summary>
/// <remarks>
/// A value's key carries two stamps, the tag's and the region's. To forget is to change the stamp, here and in Redis, and to tell the other instances: whoever asks after a change then neither finds what
/// was read before it nor joins a reading that began before it. FusionCache's own tags compare clocks with the moment a value was put in, and would find both.
/// </remarks>
internal sealed class CacheRegion : IDisposable
{
    private const string Stamp = "stamp/";
    private const string Region = "region";
    private const int StampBytes = 256;
    private const int StampLines = 64;

    // What an entry takes beside its value.
    private const int EntryBytes = 512;

    private static readonly Counter<long> Requests = StudioMeter.Instance.CreateCounter<long>("downbeat.cache.requests", description: "Values asked for.");
    private static readonly Counter<long> Evictions = StudioMeter.Instance.CreateCounter<long>("downbeat.cache.evictions", description: "Values that made room for others.");

    private readonly CacheRegionPlan plan;
    private readonly RedisLink? link;
    private readonly ILogger logger;
    private readonly MemoryCache memory;
    private readonly FusionCache cache;
    private readonly FusionCacheEntryOptions options;
    private readonly FusionCacheEntryOptions stamps;
    private readonly FusionCacheEntryOptions lonelyStamps;
    private readonly FusionCacheEntryOptions firstStamp;
    private readonly FusionCacheEntryOptions keptStamps;
    private readonly StampLine[] lines = [.. Enumerable.Range(0, StampLines).Select(_ => new StampLine())];
    private long hits;
    private long misses;
    private long stale;
    private long evictions;

    /// <summary>Opens it; <see cref="CacheRegions.Open"/> does.</summary>
    public CacheRegion(CacheRegionPlan plan, CacheBackground? background, ILoggerFactory loggers)
    {
        (this.plan, link, logger) = (plan, background?.Link, loggers.CreateLogger<CacheRegion>());
        Label = new(Region, plan.Name);
        memory = new(new MemoryCacheOptions { SizeLimit = MostBytes, TrackStatistics = true }, loggers);
        options = new(plan.Lifetime)
        {
            IsFailSafeEnabled = true,
            FailSafeMaxDuration = plan.Lifetime + TimeSpan.FromHours(1),

            // What was forgotten cannot be found in Redis any more, so it must not lie there longer than it could be of use.
            DistributedCacheFailSafeMaxDuration = plan.Lifetime,
            FailSafeThrottleDuration = TimeSpan.FromSeconds(1),
            FactorySoftTimeout = TimeSpan.FromSeconds(1),
            DistributedCacheSoftTimeout = TimeSpan.FromMilliseconds(200),

            // Nobody waits until what he has is with the others too; nor does anybody have to be told of a value that he may read there.
            AllowBackgroundDistributedCacheOperations = true,
            SkipBackplaneNotifications = true,
        };

        // A stamp has reached Redis and the others when the change is answered.
        stamps = new(TimeSpan.FromDays(1)) { Size = StampBytes, Priority = CacheItemPriority.High, AllowBackgroundBackplaneOperations = false };
        firstStamp = stamps.Duplicate();
        firstStamp.ReThrowDistributedCacheExceptions = true;
        lonelyStamps = stamps.Duplicate().SetSkipDistributedCache(true, true);
        keptStamps = lonelyStamps.Duplicate();
        keptStamps.SkipBackplaneNotifications = true;

        // Without a log of its own, which would say the same for every request: RedisLink says it once, and ReadAsync what could not be read.
        cache = new(
            new FusionCacheOptions
            {
                CacheName = plan.Name,
                CacheKeyPrefix = plan.Name + ":",
                BackplaneChannelPrefix = "downbeat:" + plan.Name,
                DisableTagging = true,
                DistributedCacheCircuitBreakerDuration = RedisLink.Pause / 2,
            },
            memory);
        cache.Events.Memory.Eviction += (_, eviction) => CountEviction(eviction.Reason);
        if (background is not null)
        {
            cache.SetupSerializer(new FusionCacheSystemTextJsonSerializer(CacheJson.Options));
            cache.SetupDistributedCache(background.Cache);
            cache.SetupBackplane(new RedisBackplane(new RedisBackplaneOptions { ConnectionMultiplexerFactory = () => Task.FromResult(background.Connection) }));
            cache.Events.Distributed.CircuitBreakerChange += (_, change) => LoseWhenBroken(change.IsClosed);
            cache.Events.Backplane.MessageReceived += (_, received) => Hear(received.Message.CacheKey);
        }
    }

    /// <summary>Its name, for meters.</summary>
    public KeyValuePair<string, object?> Label { get; }

    /// <summary>Values in memory.</summary>
    public int Entries => memory.Keys.Count(key => !((string)key).StartsWith($"{plan.Name}:{Stamp}", StringComparison.Ordinal));

    /// <summary>What a value hangs on, in a word.</summary>
    public string Tag => plan.Tag;

    private long MostBytes => (long)plan.MostMegabytes << 20;

    /// <summary>The value under <paramref name="key"/>, read from <paramref name="load"/> when it is not kept.</summary>
    /// <param name="key">Which value; of what belongs to a user, with the user's id.</param>
    /// <param name="tag">What it hangs on: see <see cref="ForgetAsync"/>.</param>
    /// <param name="load">Reads it, with nothing that ends with the caller: where it takes long and there is a last value, the caller goes on with that. What it counts is counted to the caller.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <param name="rests">Whether a value will stay as it is until it is forgotten; one that will not is read anew each time.</param>
    /// <typeparam name="T">What is kept. Nobody changes it: all callers get the same.</typeparam>
    public async ValueTask<T> GetAsync<T>(string key, string tag, Func<CancellationToken, ValueTask<T>> load, CancellationToken stop, Func<T, bool>? rests = null)
    {
        if (link is { IsAway: true })
        {
            CountMiss();
            return await load(stop);
        }

        var name = $"{tag}/{key}/{await StampOfAsync(Region, stop):x}.{await StampOfAsync(tag, stop):x}";
        var (isReading, isRead) = (false, false);
        T value;
        try
        {
            value = await cache.GetOrSetAsync<T>(
                name,
                async (context, stop) =>
                {
                    isReading = true;
                    var read = await ReadAsync(context, load, rests, stop);
                    isRead = true;
                    return read;
                },
                options: options,
                token: stop);
        }
        catch
        {
            CountMiss();
            throw;
        }

        if (!isReading && rests?.Invoke(value) == false)
        {
            CountMiss();
            return await load(stop);
        }

        if (isRead)
        {
            CountMiss();
        }
        else if (isReading)
        {
            // It failed, or goes on.
            Count("stale", ref stale);
        }
        else
        {
            Count("hit", ref hits);
            Tally.Current?.CacheHit();
        }

        return value;
    }

    /// <summary>Forgets everything that hangs on <paramref name="tag"/>, on every instance.</summary>
    public ValueTask ForgetAsync(string tag) => StampAsync(tag, link is { IsAway: true } ? lonelyStamps : stamps);

    /// <summary>Forgets everything, on every instance.</summary>
    public async Task ClearAsync()
    {
        memory.Clear();
        await ForgetAsync(Region);
    }

    /// <summary>Forgets everything after Redis was away, which it has to learn.</summary>
    public async Task StartAnewAsync()
    {
        memory.Clear();
        await StampAsync(Region, firstStamp);
    }

    /// <summary>How it is now.</summary>
    public CacheRegionState State() => new(
        plan.Name,
        plan.Lifetime.TotalSeconds,
        MostBytes,
        plan.Tag,
        Volatile.Read(ref hits),
        Volatile.Read(ref misses),
        Volatile.Read(ref stale),
        Volatile.Read(ref evictions),
        Entries,
        memory.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        memory.Dispose();
    }

    private static long NewStamp() => Random.Shared.NextInt64();

    private StampLine LineOf(string tag) => lines[(uint)string.GetHashCode(tag, StringComparison.Ordinal) % StampLines];

    private async ValueTask StampAsync(string tag, FusionCacheEntryOptions with)
    {
        var line = LineOf(tag);
        await line.Turn.WaitAsync();
        try
        {
            await cache.SetAsync(Stamp + tag, NewStamp(), with);
        }
        finally
        {
            line.Turn.Release();
        }
    }

    private async ValueTask<long> StampOfAsync(string tag, CancellationToken stop)
    {
        var kept = await cache.TryGetAsync<long>(Stamp + tag, keptStamps, stop);
        if (kept.HasValue)
        {
            return kept.Value;
        }

        // One that comes from Redis would be put over one that was set meanwhile, and what was forgotten would be found again: so not while one is set here, and again when
        // another instance has set one meanwhile.
        var line = LineOf(tag);
        await line.Turn.WaitAsync(stop);
        try
        {
            while (true)
            {
                var heard = Volatile.Read(ref line.Heard);
                var stamp = await cache.GetOrSetAsync<long>(Stamp + tag, (_, _) => Task.FromResult(NewStamp()), options: stamps, token: stop);
                if (heard == Volatile.Read(ref line.Heard))
                {
                    return stamp;
                }

                await cache.RemoveAsync(Stamp + tag, keptStamps, stop);
            }
        }
        finally
        {
            line.Turn.Release();
        }
    }

    private async Task<T> ReadAsync<T>(FusionCacheFactoryExecutionContext<T> context, Func<CancellationToken, ValueTask<T>> load, Func<T, bool>? rests, CancellationToken stop)
    {
        try
        {
            var value = await load(stop);
            context.Options.Size = JsonSerializer.SerializeToUtf8Bytes(value, CacheJson.Options).Length + EntryBytes;
            if (rests?.Invoke(value) == false)
            {
                // For those who wait for the same now, and nobody else.
                context.Options.Duration = TimeSpan.FromMilliseconds(1);
                context.Options.IsFailSafeEnabled = false;
                context.Options.SkipDistributedCacheWrite = true;
            }

            return value;
        }
        catch (StudioProblem)
        {
            // An answer too: what is no longer there is not shown as it was.
            context.Options.IsFailSafeEnabled = false;
            throw;
        }
        catch (Exception e) when (context.HasStaleValue && e is not OperationCanceledException)
        {
            logger.LogWarning(e, "A value of the cache {Region} could not be read; the last one is given", plan.Name);
            throw;
        }
    }

    private void CountMiss()
    {
        Count("miss", ref misses);
        Tally.Current?.CacheMiss();
    }

    private void Count(string outcome, ref long counter)
    {
        Interlocked.Increment(ref counter);
        Requests.Add(1, Label, new("outcome", outcome));
    }

    private void CountEviction(EvictionReason reason)
    {
        if (reason == EvictionReason.Capacity)
        {
            Interlocked.Increment(ref evictions);
            Evictions.Add(1, Label);
        }
    }

    private void LoseWhenBroken(bool isClosed)
    {
        if (!isClosed)
        {
            link?.Lose("too slow or out of order");
        }
    }

    private void Hear(string? key)
    {
        var prefix = $"{plan.Name}:{Stamp}";
        if (key?.StartsWith(prefix, StringComparison.Ordinal) == true)
        {
            Interlocked.Increment(ref LineOf(key[prefix.Length..]).Heard);
        }

        // Another instance has cleared the region: what cannot be found any more need not stay.
        if (key == prefix + Region)
        {
            memory.Clear();
        }
    }

    /// <summary>Stamps whose tags fall together: one is set or fetched at a time.</summary>
    private sealed class StampLine
    {
        /// <summary>Stamps that other instances have set.</summary>
        public int Heard;

        public SemaphoreSlim Turn { get; } = new(1);
    }
}

/// <summary>What stands behind the memory: Redis, as a cache, as a carrier of news and as something that may be away.</summary>
internal sealed record CacheBackground(IDistributedCache Cache, IConnectionMultiplexer Connection, RedisLink Link);
