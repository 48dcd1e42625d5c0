using System.Collections.Concurrent;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Compositions;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Features.Uploads;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Downbeat.Tests.Data.Plans;

/// <summary>A started studio on each kind of database whose tables are full, filled when a test first asks.</summary>
public sealed class FullStudios : IAsyncDisposable
{
    // A server of its own, so that it is there until the studio has let go of it.
    private readonly PostgresServer postgres = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<FullStudio>>> studios = new();

    /// <summary>The studio on that kind of database.</summary>
    internal Task<FullStudio> OnAsync(string database) => studios.GetOrAdd(database, kind => new(() => StartAsync(kind))).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var studio in studios.Values.Where(studio => studio.Value.IsCompletedSuccessfully))
        {
            await (await studio.Value).DisposeAsync();
        }

        await postgres.DisposeAsync();
    }

    private async Task<FullStudio> StartAsync(string database)
    {
        var address = database == "PostgreSQL" ? await postgres.CreateDatabaseAsync() : "";
        return await Task.Run(() => FullStudio.StartAsync(address));
    }
}

/// <summary>
/// A studio with a million songs, and for each fifth of them a job and a clip, made by the database itself. Nothing is done about the jobs. A tenth of it belongs to one user, five songs to another, and five
/// each to many who never signed up.
/// </summary>
internal sealed class FullStudio : IAsyncDisposable
{
    /// <summary>Songs.</summary>
    public const int Rows = 1_000_000;

    /// <summary>Songs of the user who has many.</summary>
    public const int Most = 100_000;

    private FullStudio(Studio studio, CommandRecorder recorder, ApiCaller many, ApiCaller few) => (Studio, Recorder, Many, Few) = (studio, recorder, many, few);

    public Studio Studio { get; }

    /// <summary>What the studio sends to its database.</summary>
    public CommandRecorder Recorder { get; }

    /// <summary>The user with a hundred thousand songs.</summary>
    public ApiCaller Many { get; }

    /// <summary>The user with five.</summary>
    public ApiCaller Few { get; }

    /// <summary>The song of a number; those up to <see cref="Most"/> belong to <see cref="Many"/>, the next five to <see cref="Few"/>.</summary>
    public static Guid SongId(int number) => IdOf(Kind.Song, number);

    /// <summary>The job that listens to the song of a number that five divides.</summary>
    public static Guid JobId(int song) => IdOf(Kind.Job, song / 5);

    /// <summary>The video of the song of a number that ten divides.</summary>
    public static Guid CompositionId(int song) => IdOf(Kind.Composition, song / 10);

    /// <summary>Footage of the owner of that song.</summary>
    public static Guid FootageId(int song) => IdOf(Kind.Footage, song / 10);

    public static Guid UploadId(int number) => IdOf(Kind.Upload, number);

    public static async Task<FullStudio> StartAsync(string postgres)
    {
        var recorder = new CommandRecorder();
        var studio = Studio.Start(
            services =>
            {
                services.ConfigureDbContext<SqliteStudioDb>(options => options.AddInterceptors(recorder));
                services.ConfigureDbContext<PostgresStudioDb>(options => options.AddInterceptors(recorder));
                foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace?.StartsWith("Quartz", StringComparison.Ordinal) == true).ToList())
                {
                    services.Remove(worker);
                }
            },
            ("ConnectionStrings:Database", postgres),
            ("Roles", postgres.Length > 0 ? "Web" : "Web,Worker"));
        var (many, few) = (await ApiCaller.RegisterAsync(studio), await ApiCaller.RegisterAsync(studio));
        await using var db = await studio.Contexts().CreateDbContextAsync();
        await new Filling(db, await many.OwnerIdAsync(), await few.OwnerIdAsync()).RunAsync();
        return new(studio, recorder, many, few);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Many.Dispose();
        Few.Dispose();
        await Studio.DisposeAsync();
    }

    private static Guid IdOf(Kind kind, int number) => Guid.Parse($"{(int)kind:x8}-0000-7000-8000-{number:x12}");

    private enum Kind
    {
        Owner = 1,
        Song,
        Job,
        Clip,
        Footage,
        Composition,
        StemSet,
        Upload,
    }

    /// <summary>Fills the tables by one command for each; <c>i</c> counts its rows. Columns that are not named hold nothing, or an empty text, or zero.</summary>
    private sealed class Filling(StudioDb db, Guid many, Guid few)
    {
        private readonly bool isSqlite = db.Database.GetDbConnection() is SqliteConnection;

        public async Task RunAsync()
        {
            await db.Database.OpenConnectionAsync();

            // Most owners are not there, and to look for each of them takes longer than the rest.
            await ExecuteAsync(isSqlite ? "PRAGMA foreign_keys = OFF" : "SET session_replication_role = replica");
            await ExecuteAsync(isSqlite ? "PRAGMA cache_size = -200000" : "SET synchronous_commit = off");
            await FillAsync<Song>(Rows, ("Id", Id(Kind.Song, "i")), ("OwnerId", Owner("i")), ("CreatedAt", Time("i")), ("Title", "'Song ' || i"), ("AnalysisJobId", $"CASE WHEN i % 5 = 0 THEN {Id(Kind.Job, "i / 5")} END"));
            await FillAsync<Job>(
                Rows / 5,
                ("Id", Id(Kind.Job, "i")),
                ("OwnerId", Owner("(i * 5)")),
                ("CreatedAt", Time("i")),
                ("DueAt", Time("i")),
                ("Kind", "CASE i % 4 WHEN 3 THEN 'Composition' ELSE 'Analysis' END"),
                ("Status", "CASE WHEN i % 500 = 0 THEN 'Queued' WHEN i % 10000 = 7 THEN 'Running' WHEN i % 100 = 2 THEN 'Failed' ELSE 'Succeeded' END"),
                ("Priority", "i % 10"),
                ("Rank", "i"),
                ("LeaseUntil", Time("i")),
                ("SubjectId", Id(Kind.Song, "i * 5")),
                ("RootId", Id(Kind.Song, "i * 5")),
                ("GroupId", $"CASE WHEN i % 10 = 3 THEN {Id(Kind.Job, "i / 10")} END"),
                ("StepName", "'AnalyseSong'"),
                ("StepJson", "'{}'"),
                ("Log", "'00:00:00 Attempt 1 began. 00:00:01 What happened then takes a line or two to tell.'"),
                ("IdempotencyKey", "CASE WHEN i % 10 = 0 THEN 'key ' || i END"));
            await FillAsync<Clip>(
                Rows / 5,
                ("Id", Id(Kind.Clip, "i")),
                ("OwnerId", Owner("(i / 5 * 25)")),
                ("SongId", Id(Kind.Song, "i / 5 * 25")),
                ("CreatedAt", Time("i")),
                ("Index", "i % 5"),
                ("Status", "'Completed'"),
                ("FootageId", Id(Kind.Footage, "i / 10")),
                ("JobId", $"CASE WHEN i % 5 = 0 THEN {Id(Kind.Job, "i")} END"));
            await FillAsync<StoredAnalysis>(Rows / 10, ("SongId", Id(Kind.Song, "i * 10")), ("UpdatedAt", Time("i")), ("Json", "'{}'"), ("Revision", $"{AnalyseSongHandler.Revision}"));
            await FillAsync<Footage>(
                Rows / 10, ("Id", Id(Kind.Footage, "i")), ("OwnerId", Owner("(i * 10)")), ("CreatedAt", Time("i")), ("ContentHash", "'hash ' || i"), ("Title", "'Film ' || i"), ("SearchText", "'FILM ' || i"), ("IsKept", Bool(true)));
            await FillAsync<Composition>(
                Rows / 10, ("Id", Id(Kind.Composition, "i")), ("OwnerId", Owner("(i * 10)")), ("SongId", Id(Kind.Song, "i * 10")), ("JobId", Id(Kind.Job, "i * 2")), ("CreatedAt", Time("i")), ("SettingsJson", "'{}'"), ("CutJson", "'{}'"), ("SizeBytes", "1"));
            await FillAsync<StemSet>(
                Rows / 10, ("Id", Id(Kind.StemSet, "i")), ("OwnerId", Owner("(i * 10)")), ("SongId", Id(Kind.Song, "i * 10")), ("JobId", Id(Kind.Job, "i * 2")), ("Stems", "4"), ("CreatedAt", Time("i")), ("ContentHash", "'hash ' || i"));
            await FillAsync<ResumableUpload>(Rows / 10, ("Id", Id(Kind.Upload, "i")), ("OwnerId", Owner("(i * 10)")), ("ExpiresAt", Time("(2000000000 + i)")), ("Address", "CASE WHEN i % 10 <> 0 THEN 'there' END"), ("LengthBytes", "10"));
            await ExecuteAsync(isSqlite ? "ANALYZE" : "VACUUM ANALYZE");
            await ExecuteAsync(isSqlite ? "PRAGMA foreign_keys = ON" : "SET session_replication_role = origin");
            await db.Database.CloseConnectionAsync();
        }

        private async Task FillAsync<T>(int count, params (string Column, string Value)[] values)
        {
            var table = db.Model.FindEntityType(typeof(T))!;
            var given = values.ToDictionary();
            var columns = table.GetProperties().Where(property => given.ContainsKey(property.GetColumnName()) || !property.IsNullable).ToList();
            var names = string.Join(", ", columns.Select(column => $"\"{column.GetColumnName()}\""));
            var expressions = string.Join(", ", columns.Select(column => given.GetValueOrDefault(column.GetColumnName()) ?? Empty(column.GetRelationalTypeMapping().ClrType)));
            var source = isSqlite ? $"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) SELECT {expressions} FROM n" : $"SELECT {expressions} FROM generate_series(0, {count - 1}) AS n(i)";
            await ExecuteAsync($"INSERT INTO \"{table.GetTableName()}\" ({names}) {source}");
        }

        private async Task ExecuteAsync(string sql)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            (command.CommandText, command.CommandTimeout) = (sql, 600);
            await command.ExecuteNonQueryAsync();
        }

        private string Empty(Type type) => type == typeof(string) ? "''" : type == typeof(bool) ? Bool(false) : type == typeof(DateTimeOffset) ? Time("0") : "0";

        private string Bool(bool value) => isSqlite ? (value ? "1" : "0") : $"{value}";

        private string Time(string seconds) => isSqlite ? $"({DateTimeOffset.UnixEpoch.UtcTicks} + {seconds} * {TimeSpan.TicksPerSecond})" : $"to_timestamp({seconds})";

        private string Id(Kind kind, string number) => isSqlite
            ? $"printf('{(int)kind:X8}-0000-7000-8000-%012X', {number})"
            : $"('{(int)kind:x8}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid";

        private string Owner(string song) => $"CASE WHEN {song} < {Most} THEN {Known(many)} WHEN {song} < {Most + 5} THEN {Known(few)} ELSE {Id(Kind.Owner, $"{song} / 5")} END";

        private string Known(Guid id) => isSqlite ? $"'{id}'".ToUpperInvariant() : $"'{id}'::uuid";
    }
}
