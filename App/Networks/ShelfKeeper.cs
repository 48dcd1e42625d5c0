namespace Downbeat.Networks;

/// <summary>Says at the start which networks are here, and tidies the shelf twice a minute.</summary>
internal sealed class ShelfKeeper(ModelShelf shelf, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hashing files must not hold up the start.
        await Task.Run(() => shelf.States, stoppingToken);
        using var timer = new PeriodicTimer(Round, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var memory = GC.GetGCMemoryInfo();
            shelf.Tidy(isMemoryShort: memory.MemoryLoadBytes >= memory.HighMemoryLoadThresholdBytes);
        }
    }
}
