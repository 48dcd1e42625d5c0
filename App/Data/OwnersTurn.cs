using Microsoft.EntityFrameworkCore;

namespace Downbeat.Data;

/// <summary>Work whose rule spans rows of one owner, such as "at most five songs".</summary>
internal static class OwnersTurn
{
    /// <summary>
    /// Does <paramref name="work"/> in a transaction of its own and commits it. Of several for one owner at the same moment, on any instance, each waits until the
    /// one before has ended, and sees what it left.
    /// </summary>
    /// <param name="databases">Where contexts come from.</param>
    /// <param name="ownerId">Whose turn it is.</param>
    /// <param name="work">Reads, decides and saves; what it throws undoes it.</param>
    /// <param name="stop">Ends the waiting.</param>
    public static async Task<T> InTurnOfAsync<T>(this IDbContextFactory<StudioDb> databases, Guid ownerId, Func<StudioDb, Task<T>> work, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await db.TakeTurnOfAsync(ownerId, stop);
        var result = await work(db);
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    /// <summary>The same for a transaction that has begun already: from here on to its end it is this owner's turn.</summary>
    // A row that is written, even with what it holds already, is locked until the end. Serialisable transactions would give the same by refusing the losers,
    // who then have to try again, and each refusal is an error in the log.
    public static Task TakeTurnOfAsync(this StudioDb db, Guid ownerId, CancellationToken stop) =>
        db.Users.Where(user => user.Id == ownerId).ExecuteUpdateAsync(set => set.SetProperty(user => user.DisplayName, user => user.DisplayName), stop);
}
