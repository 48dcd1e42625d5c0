namespace Downbeat.Networks;

/// <summary>Says at the start which networks are here, tidies the shelf twice a minute and reads files that somebody put there meanwhile.</summary>
internal sealed class ShelfKeeper(ModelShelf shelf, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hashing files must not hold up the start.
        await Task.Run(shelf.Look, stoppingToken);
        using var timer = new PeriodicTimer(Round, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var memory = GC.GetGCMemoryInfo();
            shelf.Tidy(isMemoryShort: memory.MemoryLoadBytes >= memory.HighMemoryLoadThresholdBytes);
            shelf.Look();
        }
    }
}
