using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Data;

/// <summary>What goes through many rows or files: a piece at a time, so that neither memory nor the number of queries grows with each of them.</summary>
internal static class Sweeping
{
    /// <summary>Rows or files in a piece.</summary>
    public const int Piece = 500;

    /// <summary>Which of the files or folders that are named by an identity have no row. Names that are none are passed over.</summary>
    /// <param name="known">Identities that have a row.</param>
    /// <param name="names">The names.</param>
    /// <param name="stop">Ends the search.</param>
    public static async IAsyncEnumerable<Guid> MissingAsync(this IQueryable<Guid> known, IReadOnlyList<string> names, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var piece in names.Select(name => Guid.TryParse(name, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Chunk(Piece))
        {
            var there = (await known.Where(id => piece.Contains(id)).ToListAsync(stop)).ToHashSet();
            foreach (var id in piece.Where(id => !there.Contains(id)))
            {
                yield return id;
            }
        }
    }
}
