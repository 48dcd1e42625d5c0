using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Downbeat.Caching;

/// <summary>The door to the cache: Redis when <c>ConnectionStrings:Redis</c> is set, else memory.</summary>
internal static class CachingFeature
{
    /// <summary>Registers IDistributedCache, HybridCache over it, and the Redis connection that other parts share.</summary>
    public static void AddCaching(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Redis") is { Length: > 0 } address)
        {
            services.AddSingleton(new CacheKind(IsShared: true));
            var settings = ConfigurationOptions.Parse(address);
            settings.AbortOnConnectFail = false;
            settings.ClientName = "downbeat";
            settings.ConnectTimeout = 2000;
            settings.SyncTimeout = settings.AsyncTimeout = 1000;

            // Nobody waits for a server that is away; the connection is tried again every second.
            settings.BacklogPolicy = BacklogPolicy.FailFast;
            settings.ReconnectRetryPolicy = new LinearRetry(1000);
            services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(settings));
            services.AddHealthChecks().AddCheck<RedisHealth>("redis");
            services.AddSingleton<IDistributedCache>(provider =>
            {
                var connection = provider.GetRequiredService<IConnectionMultiplexer>();
                var redis = new RedisCache(Options.Create(new RedisCacheOptions { InstanceName = "downbeat:", ConnectionMultiplexerFactory = () => Task.FromResult(connection) }));
                var cache = new UnsteadyCache(redis, TimeProvider.System, provider.GetRequiredService<ILogger<UnsteadyCache>>());
                connection.ConnectionRestored += (_, _) => _ = cache.RetryAsync();
                return cache;
            });
        }
        else
        {
            services.AddSingleton(new CacheKind(IsShared: false));
            services.AddDistributedMemoryCache(memory => memory.SizeLimit = 64 << 20);
        }

        services.AddHybridCache(hybrid => hybrid.MaximumPayloadBytes = 8 << 20);
    }
}

/// <summary>What the regions may know about the cache.</summary>
/// <param name="IsShared">True for Redis, which other instances use too.</param>
internal sealed record CacheKind(bool IsShared);
