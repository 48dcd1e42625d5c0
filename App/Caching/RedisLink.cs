using StackExchange.Redis;
using ZiggyCreatures.Caching.Fusion;

namespace Downbeat.Caching;

/// <summary>
/// Knows whether Redis answers. When it goes the log says so once; from then on nobody asks it or believes what was kept, as nothing is heard of what other instances change.
/// When it answers again everything is forgotten first.
/// </summary>
internal sealed class RedisLink : IDisposable
{
    /// <summary>How long it is left alone after a failure.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly IConnectionMultiplexer redis;
    private readonly ILogger<RedisLink> logger;
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private bool isAway;
    private int losses;

    /// <summary>Follows the connection.</summary>
    public RedisLink(IConnectionMultiplexer redis, ILogger<RedisLink> logger)
    {
        (this.redis, this.logger) = (redis, logger);
        redis.ConnectionFailed += WhenFailed;
        if (!redis.IsConnected)
        {
            Lose("no connection");
        }
    }

    /// <summary>What is done when Redis answers again, before anything is read from it; it may throw what Redis throws.</summary>
    public event Func<Task>? Returning;

    /// <summary>Whether Redis does not answer.</summary>
    public bool IsAway => Volatile.Read(ref isAway);

    /// <summary>Redis has just failed to answer.</summary>
    public void Lose(string reason)
    {
        lock (gate)
        {
            losses++;
            if (isAway)
            {
                return;
            }

            isAway = true;
        }

        logger.LogWarning("Redis does not answer; until it does everything is read from the database ({Reason})", reason);
        _ = WaitAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        redis.ConnectionFailed -= WhenFailed;
        end.Cancel();
        end.Dispose();
    }

    private void WhenFailed(object? sender, ConnectionFailedEventArgs e) => Lose(e.FailureType.ToString());

    private async Task WaitAsync()
    {
        try
        {
            var stop = end.Token;
            do
            {
                await Task.Delay(Pause, stop);
            }
            while (!await IsBackAsync());

            logger.LogInformation("Redis answers again");
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The studio stops.
        }
    }

    private async Task<bool> IsBackAsync()
    {
        var seen = Volatile.Read(ref losses);
        try
        {
            // Commands and messages have a connection each.
            await redis.GetDatabase().PingAsync();
            await redis.GetSubscriber().PingAsync();
            foreach (var returning in Delegate.EnumerateInvocationList(Returning))
            {
                await returning();
            }
        }
        catch (Exception e) when (e is RedisException or TimeoutException or FusionCacheDistributedCacheException or FusionCacheBackplaneException)
        {
            logger.LogDebug(e, "Redis still does not answer");
            return false;
        }

        lock (gate)
        {
            // Not when it was lost once more meanwhile.
            isAway = seen != losses;
            return !isAway;
        }
    }
}
