using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Downbeat.Tests.Features.Performance;

/// <summary>A database that is away, or slow to answer, when the test says so.</summary>
internal sealed class GatedContexts(IDbContextFactory<StudioDb> inner) : IDbContextFactory<StudioDb>
{
    private int opened;

    /// <summary>How often it was asked.</summary>
    public int Opened => opened;

    /// <summary>It does not answer.</summary>
    public bool IsAway { get; set; }

    /// <summary>What it waits for before it answers.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public StudioDb CreateDbContext() => inner.CreateDbContext();

    public async Task<StudioDb> CreateDbContextAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref opened);
        await Gate;
        return IsAway ? throw new NpgsqlException("The database is away.") : await inner.CreateDbContextAsync(cancellationToken);
    }
}
