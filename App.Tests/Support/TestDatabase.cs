using Downbeat.Data;
using Downbeat.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Support;

/// <summary>The studio's database, migrated and empty, with the application's own registrations; on SQLite or on PostgreSQL.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly ServiceProvider services;

    private TestDatabase(DirectoryInfo folder, ServiceProvider services) => (this.folder, this.services) = (folder, services);

    /// <summary>Both kinds, for theories.</summary>
    public static TheoryData<string> Kinds => ["SQLite", "PostgreSQL"];

    /// <summary>Contexts, as the rooms get them.</summary>
    public IDbContextFactory<StudioDb> Contexts => services.GetRequiredService<IDbContextFactory<StudioDb>>();

    /// <summary>Files beside it.</summary>
    public FileStore Files => new(services.GetRequiredService<DataDirectory>(), Options.Create(new StorageOptions()));

    /// <summary>Makes the database.</summary>
    public static async Task<TestDatabase> CreateAsync(string kind, PostgresServer postgres)
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-db-");
        var settings = new Dictionary<string, string?> { ["DataDirectory"] = folder.FullName };
        if (kind == "PostgreSQL")
        {
            settings["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync();
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        var data = DataDirectory.Open(configuration, folder.FullName);
        collection.AddSingleton(data);
        collection.AddData(configuration, data);
        var services = collection.BuildServiceProvider();
        await DataFeature.MigrateAsync(services, CancellationToken.None);
        return new(folder, services);
    }

    /// <summary>Adds a user to own things.</summary>
    public async Task<Guid> AddUserAsync()
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var user = new User { Id = Guid.CreateVersion7(), UserName = $"{Guid.NewGuid():N}@example.org", DisplayName = "Somebody" };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user.Id;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
