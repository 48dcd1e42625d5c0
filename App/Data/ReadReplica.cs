using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Data;

/// <summary>
/// Reads of lists, which may be a moment behind for whoever has changed nothing just now: they go to a replica of the database when there is one. Nothing that is cached, or that decides over a change, is
/// read here: it would be out of date for longer than the replica is.
/// </summary>
/// <param name="primary">The database itself.</param>
/// <param name="replica">A copy that follows it; null when there is none.</param>
/// <param name="clock">Time.</param>
/// <param name="logger">Hears when the replica goes and comes.</param>
internal sealed class ReadReplica(IDbContextFactory<StudioDb> primary, IDbContextFactory<StudioDb>? replica, TimeProvider clock, ILogger<ReadReplica> logger)
{
    /// <summary>How far a replica may be behind: for so long after a change its owner reads from the database itself.</summary>
    internal static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(10);

    private const int MostOwners = 10_000;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, long> changes = [];
    private readonly Lock gate = new();
    private bool isAway;
    private long lookedAt;

    /// <summary>Something of an owner has changed, or may be about to: a request that writes, a click on a page, news of a job.</summary>
    public void Changed(Guid ownerId)
    {
        if (replica is null)
        {
            return;
        }

        changes[ownerId] = clock.GetTimestamp();
        if (changes.Count > MostOwners)
        {
            foreach (var (id, at) in changes.Where(change => clock.GetElapsedTime(change.Value) > LongestLag))
            {
                changes.TryRemove(new(id, at));
            }
        }
    }

    /// <summary>Reads from the replica; from the database itself when there is none, when it does not answer, and for an owner of whom something has changed.</summary>
    /// <param name="ownerId">Who reads.</param>
    /// <param name="read">Reads, and may be called again after it failed.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<T> ReadAsync<T>(Guid ownerId, Func<StudioDb, Task<T>> read, CancellationToken stop)
    {
        if (replica is not null && !HasChanged(ownerId) && IsWorthAsking())
        {
            try
            {
                var result = await ReadFromAsync(replica, read, stop);
                Came();
                return result;
            }
            catch (Exception e) when (!stop.IsCancellationRequested && (e is DbException or TimeoutException || e.InnerException is DbException or TimeoutException))
            {
                Went(e);
            }
        }

        return await ReadFromAsync(primary, read, stop);
    }

    private static async Task<T> ReadFromAsync<T>(IDbContextFactory<StudioDb> databases, Func<StudioDb, Task<T>> read, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await read(db);
    }

    private bool HasChanged(Guid ownerId) => changes.TryGetValue(ownerId, out var at) && clock.GetElapsedTime(at) <= LongestLag;

    /// <summary>Of a replica that did not answer one reader asks again, and only now and then: nobody else waits for it.</summary>
    private bool IsWorthAsking()
    {
        lock (gate)
        {
            if (isAway && clock.GetElapsedTime(lookedAt) < Rest)
            {
                return false;
            }

            lookedAt = clock.GetTimestamp();
            return true;
        }
    }

    private void Came()
    {
        lock (gate)
        {
            if (isAway)
            {
                isAway = false;
                logger.LogInformation("The replica answers again");
            }
        }
    }

    private void Went(Exception e)
    {
        lock (gate)
        {
            if (!isAway)
            {
                isAway = true;
                logger.LogWarning("The replica does not answer; until it does everything is read from the database itself ({Reason})", (e.InnerException ?? e).Message.ReplaceLineEndings(" "));
            }
        }
    }
}
