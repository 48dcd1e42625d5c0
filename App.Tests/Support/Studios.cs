using System.Collections.Concurrent;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;

[assembly: AssemblyFixture(typeof(Studios))]

namespace Downbeat.Tests.Support;

/// <summary>One whole studio on SQLite and one on PostgreSQL for the tests of all classes, each started by the first test that asks. A user may have three songs.</summary>
public sealed class Studios : IAsyncDisposable
{
    /// <summary>Songs that one user may have.</summary>
    public const int Quota = 3;

    // A server of its own, so that it is there until the studio has let go of it.
    private readonly PostgresServer postgres = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Studio>>> studios = new();

    /// <summary>The studio on that kind of database.</summary>
    internal Task<Studio> OnAsync(string database) => studios.GetOrAdd(database, kind => new(() => StartAsync(kind))).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var studio in studios.Values.Where(studio => studio.Value.IsCompletedSuccessfully))
        {
            await (await studio.Value).DisposeAsync();
        }

        await postgres.DisposeAsync();
    }

    private async Task<Studio> StartAsync(string database)
    {
        var address = database == "PostgreSQL" ? await postgres.CreateDatabaseAsync() : "";
        return await Task.Run(() => Studio.Start(("Quotas:Songs", $"{Quota}"), ("ConnectionStrings:Database", address)));
    }
}
