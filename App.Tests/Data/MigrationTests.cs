using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Songs;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Data;

public sealed class MigrationTests(PostgresServer postgres)
{
    [Fact]
    public void The_migrations_of_both_databases_make_the_whole_model()
    {
        using StudioDb sqlite = new SqliteStudioDb.DesignTime().CreateDbContext([]), onPostgres = new PostgresStudioDb.DesignTime().CreateDbContext([]);

        Assert.False(sqlite.Database.HasPendingModelChanges());
        Assert.False(onPostgres.Database.HasPendingModelChanges());
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_migrated_database_has_nothing_to_do(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        await using var db = await database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
        Assert.Equal(kind == "SQLite" ? "wal" : "", await JournalAsync(db));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Corrections_that_were_kept_as_one_text_become_a_history(string kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        await using var db = await database.Contexts.CreateDbContextAsync(stop);
        var song = new Song { OwnerId = await database.AddUserAsync() };
        db.Songs.Add(song);
        db.Analyses.Add(new() { SongId = song.Id });
        await db.SaveChangesAsync(stop);
        db.ChangeTracker.Clear();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("KeyRing", stop);
        const string old = """{"States":[{},{"Genre":"polka"},{"Genre":"waltz","Grid":{"Beats":[1,2],"Downbeats":[0],"BeatsPerBar":4,"Set":[]}}],"At":1}""";
        await db.Database.ExecuteSqlAsync($"""UPDATE "Analyses" SET "CorrectionsJson" = {old}""", stop);

        await migrator.MigrateAsync(null, stop);

        var (stored, standing, _) = (await db.FindAnalysisAsync(song.Id, stop))!;
        Assert.Equal((new(0, 1, 2), "polka"), (stored.History(), standing.Genre));
        Assert.Equal([1, 2], (await db.FindCorrectionsAsync(song.Id, 2, stop)).Grid!.Beats);
        Assert.True((await db.FindCorrectionsAsync(song.Id, 0, stop)).IsNone);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Clips_from_before_the_library_keep_their_rows(string kind)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        await using var db = await database.Contexts.CreateDbContextAsync(stop);
        var song = new Song { OwnerId = await database.AddUserAsync() };
        var clip = new Clip { OwnerId = song.OwnerId, SongId = song.Id, Title = "Old", Generator = "Painter" };
        db.AddRange(song, clip);
        await db.SaveChangesAsync(stop);
        db.ChangeTracker.Clear();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("ClipJobs", stop);

        await migrator.MigrateAsync(null, stop);

        var kept = await db.Clips.SingleAsync(stop);
        Assert.Equal((clip.Id, "Old", null, null), (kept.Id, kept.Title, kept.FootageId, kept.Generator));

        // The key came back with the column.
        await Assert.ThrowsAnyAsync<Exception>(() => db.Clips.ExecuteUpdateAsync(set => set.SetProperty(c => c.FootageId, Guid.NewGuid()), stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_lock_of_a_process_that_died_while_migrating_does_not_stop_the_next_start(bool afterTheEnd)
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-lock-");
        var configuration = new ConfigurationBuilder().Build();
        var collection = new ServiceCollection().AddLogging();
        collection.AddData(configuration, new DataDirectory(folder.FullName));
        await using (var services = collection.BuildServiceProvider())
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(patience.Token);
            if (afterTheEnd)
            {
                await DataFeature.MigrateAsync(services, patience.Token);
            }
            else
            {
                await db.GetService<IRelationalDatabaseCreator>().CreateAsync(patience.Token);
            }

            await db.Database.ExecuteSqlRawAsync(
                """
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
                """,
                patience.Token);

            await DataFeature.MigrateAsync(services, patience.Token);

            Assert.Empty(await db.Database.GetPendingMigrationsAsync(patience.Token));
            Assert.Equal(0, await db.Users.CountAsync(patience.Token));
        }

        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private static async Task<string> JournalAsync(StudioDb db) =>
        db.Database.IsSqlite() ? (await db.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").ToListAsync()).Single() : "";
}
