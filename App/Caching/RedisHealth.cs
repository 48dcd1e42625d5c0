using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Downbeat.Caching;

/// <summary>Without Redis the studio answers, more slowly and without news from other instances: degraded, not down.</summary>
internal sealed class RedisHealth(IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await redis.GetDatabase().PingAsync();
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return HealthCheckResult.Degraded("Redis does not answer.");
        }
    }
}
