using System.Data.Common;
using System.Runtime.CompilerServices;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Downbeat.Data;

/// <summary>The door to the database: which provider, pooled contexts, migrations at start.</summary>
internal static class DataFeature
{
    /// <summary>Longest that a command may take.</summary>
    private const int CommandSeconds = 30;
    private const int ReplicaSeconds = 3;

    /// <summary>Registers <see cref="IDbContextFactory{StudioDb}"/>: PostgreSQL when <c>ConnectionStrings:Database</c> is set, else SQLite in the data directory.</summary>
    /// <exception cref="StudioProblem"><c>data.replica_alone</c>: a replica of nothing.</exception>
    public static DatabaseKind AddData(this IServiceCollection services, IConfiguration configuration, DataDirectory data)
    {
        services.AddSingleton<QueryCounter>();
        services.AddSingleton<QueryPlans>();
        var replica = configuration.GetConnectionString("DatabaseReplica") is { Length: > 0 } named ? named : null;
        services.AddSingleton(provider => new ReadReplica(
            provider.GetRequiredService<IDbContextFactory<StudioDb>>(),
            replica is null ? null : ReplicaOf(provider, replica),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<ReadReplica>>()));
        if (configuration.GetConnectionString("Database") is { Length: > 0 } postgres)
        {
            services.AddStudioDb<PostgresStudioDb>((options, counter) => options.UsePostgres(postgres, counter));
            return services.Knows(new(IsShared: true, Npgsql.NpgsqlFactory.Instance, postgres));
        }

        if (replica is not null)
        {
            throw new StudioProblem(500, "data.replica_alone", "ConnectionStrings:DatabaseReplica names a replica, but ConnectionStrings:Database does not name the PostgreSQL database that it follows; set that too, or leave the replica out.");
        }

        var sqlite = new SqliteConnectionStringBuilder { DataSource = data.File("studio.db"), ForeignKeys = true, DefaultTimeout = CommandSeconds }.ToString();
        services.AddStudioDb<SqliteStudioDb>((options, counter) => options.UseSqlite(sqlite).AddInterceptors(counter, new SqliteHabits()));
        return services.Knows(new(IsShared: false));
    }

    /// <summary>Brings the schema up to date.</summary>
    /// <exception cref="StudioProblem"><c>data.unreachable</c>: a shared database does not let us in.</exception>
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken stop)
    {
        try
        {
            await MigrateSchemaAsync(services, stop);
        }
        catch (Exception e) when (services.GetRequiredService<DatabaseKind>().IsShared && (e is DbException || e.InnerException is DbException))
        {
            throw new StudioProblem(500, "data.unreachable", $"The database cannot be used: {(e is DbException ? e : e.InnerException!).Message.ReplaceLineEndings(" ")} Start it, or mend ConnectionStrings:Database.");
        }
    }

    private static async Task MigrateSchemaAsync(IServiceProvider services, CancellationToken stop)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(stop);
        var applied = await db.Database.GetAppliedMigrationsAsync(stop);
        if (!db.Database.GetMigrations().Except(applied).Any())
        {
            return;
        }

        if (!services.GetRequiredService<DatabaseKind>().IsShared && await db.Database.CanConnectAsync(stop))
        {
            // A process killed while migrating leaves its lock behind, and SQLite would wait for it for ever. This process has the file to itself.
            await db.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock" """, stop);
        }

        await db.Database.MigrateAsync(stop);
    }

    private static void AddStudioDb<TDb>(this IServiceCollection services, Action<DbContextOptionsBuilder, QueryCounter> configure)
        where TDb : StudioDb
    {
        services.AddPooledDbContextFactory<TDb>((provider, options) => configure(options, provider.GetRequiredService<QueryCounter>()));
        services.AddSingleton<IDbContextFactory<StudioDb>>(provider => new Factory<TDb>(provider.GetRequiredService<IDbContextFactory<TDb>>()));

        // Identity's stores want a context of their scope; everything else takes the factory.
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext());
    }

    private static DbContextOptionsBuilder UsePostgres(this DbContextOptionsBuilder options, string connectionString, QueryCounter counter, int commandSeconds = CommandSeconds) =>
        options.UseNpgsql(connectionString, npgsql => npgsql.CommandTimeout(commandSeconds)).AddInterceptors(counter);

    private static Factory<PostgresStudioDb> ReplicaOf(IServiceProvider provider, string connectionString)
    {
        // A replica that is not there, or hangs, is not waited for: the database itself answers.
        var patient = new Npgsql.NpgsqlConnectionStringBuilder(connectionString);
        patient.Timeout = Math.Min(patient.Timeout, ReplicaSeconds);
        var options = new DbContextOptionsBuilder<PostgresStudioDb>().UseApplicationServiceProvider(provider);
        options.UsePostgres(patient.ToString(), provider.GetRequiredService<QueryCounter>(), ReplicaSeconds).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
        return new(new PooledDbContextFactory<PostgresStudioDb>((DbContextOptions<PostgresStudioDb>)options.Options));
    }

    private static DatabaseKind Knows(this IServiceCollection services, DatabaseKind kind)
    {
        services.AddSingleton(kind);
        services.AddHealthChecks().AddDbContextCheck<StudioDb>("database");
        return kind;
    }

    private sealed class Factory<TDb>(IDbContextFactory<TDb> inner) : IDbContextFactory<StudioDb>
        where TDb : StudioDb
    {
        public StudioDb CreateDbContext() => inner.CreateDbContext();
    }

    /// <summary>
    /// How a connection to SQLite behaves, said once to each that the driver keeps. With a write-ahead log, NORMAL loses no consistency and writes nine times faster than FULL.
    /// And who finds another one writing waits as SQLite does, 1, 2, 5 milliseconds and so on: the driver by itself sleeps 150 each time.
    /// </summary>
    private sealed class SqliteHabits : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=1000";
        private readonly ConditionalWeakTable<SQLitePCL.sqlite3, object> told = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            if (IsNew(connection))
            {
                using var command = connection.CreateCommand();
                command.CommandText = Pragmas;
                command.ExecuteNonQuery();
            }
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsNew(connection))
            {
                await using var command = connection.CreateCommand();
                command.CommandText = Pragmas;
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        private bool IsNew(DbConnection connection) => told.TryAdd(((SqliteConnection)connection).Handle!, told);
    }
}

/// <summary>What the rest may know about the database.</summary>
/// <param name="IsShared">True when other instances may use it too (PostgreSQL); false when this process has it to itself (SQLite).</param>
/// <param name="Factory">The provider of a shared database, for the scheduler's own tables.</param>
/// <param name="ConnectionString">Where the shared database is.</param>
public sealed record DatabaseKind(bool IsShared, DbProviderFactory? Factory = null, string? ConnectionString = null);
