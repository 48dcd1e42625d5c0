namespace Downbeat.Http;

/// <summary>Turns at work that somebody waits for: one at a time for each person, so that nobody takes them all.</summary>
/// <param name="most">Turns at the same time, at least 1.</param>
internal sealed class OwnerTurns(int most) : IDisposable
{
    private readonly SemaphoreSlim all = new(most);
    private readonly Dictionary<Guid, Line> lines = [];

    /// <summary>Waits for a turn, which ends when the result is disposed.</summary>
    public async Task<IDisposable> WaitAsync(Guid ownerId, CancellationToken stop)
    {
        var line = Join(ownerId);
        try
        {
            await line.Turn.WaitAsync(stop);
            try
            {
                await all.WaitAsync(stop);
            }
            catch
            {
                line.Turn.Release();
                throw;
            }
        }
        catch
        {
            Leave(ownerId, line);
            throw;
        }

        return new Turn(() =>
        {
            all.Release();
            line.Turn.Release();
            Leave(ownerId, line);
        });
    }

    /// <inheritdoc/>
    public void Dispose() => all.Dispose();

    private Line Join(Guid ownerId)
    {
        lock (lines)
        {
            var line = lines.TryGetValue(ownerId, out var known) ? known : lines[ownerId] = new();
            line.People++;
            return line;
        }
    }

    private void Leave(Guid ownerId, Line line)
    {
        lock (lines)
        {
            if (--line.People == 0)
            {
                lines.Remove(ownerId);
                line.Turn.Dispose();
            }
        }
    }

    private sealed class Line
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int People { get; set; }
    }

    private sealed class Turn(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
