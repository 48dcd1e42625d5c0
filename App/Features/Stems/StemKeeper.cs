namespace Downbeat.Features.Stems;

/// <summary>Removes every hour what is kept no longer, and what broken-off work left behind.</summary>
internal sealed class StemKeeper(StemLibrary library, FileSplits splits, TimeProvider clock, ILogger<StemKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);

    // Nobody waits for an answer as long.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await library.SweepAsync(stoppingToken);
                await splits.SweepAsync(clock.GetUtcNow() - Abandoned, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // What is left over does no harm until the next round.
                logger.LogWarning(e, "Stems that are kept no longer could not be removed");
            }
        }
    }
}
