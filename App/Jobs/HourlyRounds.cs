namespace Downbeat.Jobs;

/// <summary>What a room does every hour on every instance, such as removing what is kept no longer.</summary>
/// <param name="Name">What it is, for the log.</param>
/// <param name="RunAsync">Does it once; what it leaves undone does no harm until the next round.</param>
internal sealed record HourlyWork(string Name, Func<CancellationToken, Task> RunAsync);

/// <summary>Does the hourly work of all rooms, one after the other.</summary>
internal sealed class HourlyRounds(IEnumerable<HourlyWork> works, TimeProvider clock, ILogger<HourlyRounds> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var work in works)
            {
                await RunAsync(work, stoppingToken);
            }
        }
    }

    private async Task RunAsync(HourlyWork work, CancellationToken stop)
    {
        try
        {
            await work.RunAsync(stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            logger.LogWarning(e, "{Work} failed", work.Name);
        }
    }
}
