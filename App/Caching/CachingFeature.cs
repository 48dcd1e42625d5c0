using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Downbeat.Caching;

/// <summary>The door to the cache: memory, and behind it Redis when <c>ConnectionStrings:Redis</c> is set.</summary>
internal static class CachingFeature
{
    /// <summary>Registers the regions, and for Redis IDistributedCache and the connection that other parts share.</summary>
    public static void AddCaching(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<CacheRegions>();
        if (configuration.GetConnectionString("Redis") is not { Length: > 0 } address)
        {
            return;
        }

        var settings = ConfigurationOptions.Parse(address);
        settings.AbortOnConnectFail = false;
        settings.ClientName = "downbeat";
        settings.ConnectTimeout = 2000;
        settings.SyncTimeout = settings.AsyncTimeout = 1000;

        // Nobody waits for a server that is away; the connection is tried again every second.
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ReconnectRetryPolicy = new LinearRetry(1000);
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(settings));
        services.AddSingleton<RedisLink>();
        services.AddHealthChecks().AddCheck<RedisHealth>("redis");
        services.AddSingleton<IDistributedCache>(provider =>
        {
            var connection = provider.GetRequiredService<IConnectionMultiplexer>();
            return new RedisCache(Options.Create(new RedisCacheOptions { InstanceName = "downbeat:", ConnectionMultiplexerFactory = () => Task.FromResult(connection) }));
        });
    }
}
