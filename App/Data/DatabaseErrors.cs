using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Data;

/// <summary>Tells what went wrong with the database from what went wrong with us.</summary>
internal static class DatabaseErrors
{
    extension(Exception error)
    {
        /// <summary>The database does not answer, or refused what it was asked.</summary>
        public bool IsDatabaseError => error is DbException or DbUpdateException or TimeoutException or InvalidOperationException { InnerException: DbException or TimeoutException };
    }
}
