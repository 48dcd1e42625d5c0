namespace Downbeat.Features.Performance;

/// <summary>What many look at is read once for all of them, and kept for a while. A reading that failed is not kept.</summary>
/// <typeparam name="TKey">What is wanted.</typeparam>
/// <typeparam name="TValue">What is read.</typeparam>
internal sealed class SharedReads<TKey, TValue>(TimeProvider clock)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, (Task<TValue> Reading, DateTimeOffset Until)> kept = [];

    /// <summary>What was read, or is being read.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="holds">For how long it may be shown to others, from the beginning of its reading.</param>
    /// <param name="read">Reads it, away from the caller's thread. It is not ended when one of those who wait for it goes.</param>
    /// <param name="stop">Ends the waiting.</param>
    public Task<TValue> ReadAsync(TKey key, TimeSpan holds, Func<Task<TValue>> read, CancellationToken stop)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            foreach (var old in kept.Where(one => one.Value.Reading.IsCompleted && (one.Value.Until <= now || !one.Value.Reading.IsCompletedSuccessfully)).Select(one => one.Key).ToList())
            {
                kept.Remove(old);
            }

            if (!kept.TryGetValue(key, out var known))
            {
                kept[key] = known = (Task.Run(read, CancellationToken.None), now + holds);
            }

            return known.Reading.WaitAsync(stop);
        }
    }
}
