namespace Downbeat.Media;

/// <summary>Uploads are decoded while their senders wait; as many at a time as there are cores, the others in turn, so that a crowd of them cannot take the machine down.</summary>
internal static class UploadTurns
{
    private static readonly SemaphoreSlim Free = new(Environment.ProcessorCount);

    /// <summary>Waits for a turn, which ends when the result is disposed.</summary>
    public static async Task<IDisposable> WaitAsync(CancellationToken stop)
    {
        await Free.WaitAsync(stop).ConfigureAwait(false);
        return new Turn();
    }

    private sealed class Turn : IDisposable
    {
        private int isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
            {
                Free.Release();
            }
        }
    }
}
