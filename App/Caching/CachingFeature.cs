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
            settings.SyncTimeout = settings.AsyncTimeout = 1000;
            services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(settings));
            services.AddHealthChecks().AddCheck<RedisHealth>("redis");
            services.AddStackExchangeRedisCache(redis => redis.InstanceName = "downbeat:");
            services.AddOptions<Microsoft.Extensions.Caching.StackExchangeRedis.RedisCacheOptions>()
                .Configure<IConnectionMultiplexer>((redis, connection) => redis.ConnectionMultiplexerFactory = () => Task.FromResult(connection));
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
