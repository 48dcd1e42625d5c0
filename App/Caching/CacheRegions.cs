using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Downbeat.Telemetry;
using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Downbeat.Caching;

/// <summary>All regions of the cache by their names: what is in them, and how to empty them.</summary>
internal sealed class CacheRegions : IDisposable
{
    // The meter outlives a studio; in tests there are several.
    private static readonly ConcurrentDictionary<CacheRegions, bool> Living = new();

    private static readonly ObservableGauge<int> Entries = StudioMeter.Instance.CreateObservableGauge(
        "downbeat.cache.entries",
        () => Living.Keys.SelectMany(all => all.regions.Values).Select(region => new Measurement<int>(region.Entries, region.Label)),
        description: "Values in memory.");

    private readonly ConcurrentDictionary<string, CacheRegion> regions = new();
    private readonly IServiceProvider services;

    /// <summary>Makes an empty cache, with Redis behind it where there is one.</summary>
    public CacheRegions(IServiceProvider services)
    {
        this.services = services;
        Living[this] = Entries.Enabled;
        if (services.GetService<RedisLink>() is { } link)
        {
            link.Returning += () => Task.WhenAll(regions.Values.Select(region => region.StartAnewAsync()));
        }
    }

    /// <summary>Opens a region.</summary>
    /// <param name="name">Its name; the first to open a name says how it is.</param>
    /// <param name="lifetime">How long a value is good when nothing changes it.</param>
    /// <param name="mostMegabytes">Room in memory; those not used for longest make room.</param>
    /// <param name="tag">What a value hangs on, in a word that its tags begin with, such as <c>song</c>: it is forgotten when that changes.</param>
    public CacheRegion Open(string name, TimeSpan lifetime, int mostMegabytes, string tag) => regions.GetOrAdd(name, _ => new(
        new(name, lifetime, mostMegabytes, tag),
        services.GetService<RedisLink>() is { } link
            ? new(services.GetRequiredService<IDistributedCache>(), services.GetRequiredService<IConnectionMultiplexer>(), link)
            : null,
        services.GetRequiredService<ILoggerFactory>()));

    /// <summary>What is in the regions now, and how often it was of use since the start; by name.</summary>
    public IReadOnlyList<CacheRegionState> States() => [.. regions.Values.Select(region => region.State()).OrderBy(state => state.Name, StringComparer.Ordinal)];

    /// <summary>Tag of what hangs on anything that a user has.</summary>
    public static string TagOfUser(Guid userId) => $"user:{userId:N}";

    /// <summary>Tag of what hangs on a song of a user.</summary>
    public static string TagOfSong(Guid ownerId, Guid songId) => $"song:{ownerId:N}:{songId:N}";

    /// <summary>Something of a user has changed: forgets, on every instance, what hangs on anything that he has.</summary>
    public Task ForgetAsync(Guid userId) =>
        Task.WhenAll(regions.Values.Where(region => region.Tag == "user").Select(region => region.ForgetAsync(TagOfUser(userId)).AsTask()));

    /// <summary>Forgets everything in a region, on every instance.</summary>
    /// <exception cref="StudioProblem">404 <c>cache.not_found</c>.</exception>
    public Task ClearAsync(string name) => regions.TryGetValue(name, out var region) ? region.ClearAsync() : throw StudioProblem.NotFound("cache");

    /// <summary>Forgets everything, on every instance.</summary>
    public Task ClearAllAsync() => Task.WhenAll(regions.Values.Select(region => region.ClearAsync()));

    /// <inheritdoc/>
    public void Dispose()
    {
        Living.TryRemove(this, out _);
        foreach (var region in regions.Values)
        {
            region.Dispose();
        }
    }
}

/// <summary>How a region was opened.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lifetime">How long a value is good.</param>
/// <param name="MostMegabytes">Room in memory.</param>
/// <param name="Tag">What a value hangs on.</param>
internal sealed record CacheRegionPlan(string Name, TimeSpan Lifetime, int MostMegabytes, string Tag);

/// <summary>A region as it is now; counted in this process since its start.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LifetimeSeconds">How long a value is good when nothing changes it.</param>
/// <param name="MostBytes">Room in memory.</param>
/// <param name="Tag">What a value hangs on: it is forgotten when that changes.</param>
/// <param name="Hits">Answers from the cache.</param>
/// <param name="Misses">Values that had to be read.</param>
/// <param name="Stale">Answers past their lifetime, as reading failed or took long.</param>
/// <param name="Evictions">Values that made room for others.</param>
/// <param name="Entries">Values in memory; those that were forgotten and not yet dropped count too.</param>
/// <param name="Bytes">About what they take, as JSON.</param>
internal sealed record CacheRegionState(
    string Name, double LifetimeSeconds, long MostBytes, string Tag, long Hits, long Misses, long Stale, long Evictions, int Entries, long Bytes);
