using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Songs;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Downbeat.Tests.Data;

/// <summary>Two databases of which one stands for the other's replica; each names itself by the songs that are in it.</summary>
public sealed class ReadReplicaTests(PostgresServer postgres)
{
    [Fact]
    public async Task Lists_come_from_the_replica_and_own_changes_from_the_database_itself()
    {
        await using var rig = await Rig.CreateAsync(postgres);

        Assert.Equal("replica", await rig.ReadAsync());

        rig.Replica.Changed(rig.Owner);
        Assert.Equal("primary", await rig.ReadAsync());
        Assert.Equal("replica", await rig.ReadAsync(Guid.NewGuid()));

        rig.Clock.Advance(ReadReplica.LongestLag + TimeSpan.FromSeconds(1));
        Assert.Equal("replica", await rig.ReadAsync());
        Assert.Empty(rig.Warnings);
    }

    [Fact]
    public async Task Without_its_replica_the_database_itself_answers_with_one_warning_until_it_is_back()
    {
        await using var rig = await Rig.CreateAsync(postgres);
        Assert.Equal("replica", await rig.ReadAsync());

        // With its connections, which a pool still holds to be good.
        await rig.CloseReplicaAsync();
        Assert.Equal("primary", await rig.ReadAsync());
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("primary", await rig.ReadAsync());
        Assert.Equal("primary", await rig.ReadAsync());

        await rig.OpenReplicaAsync();
        Assert.Equal("primary", await rig.ReadAsync());
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("replica", await rig.ReadAsync());
        Assert.Single(rig.Warnings);
    }

    [Fact]
    public async Task A_request_that_writes_makes_its_sender_read_from_the_database_itself()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var copy = await TestDatabase.CreateAsync("PostgreSQL", postgres);
        await using var db = await copy.Contexts.CreateDbContextAsync(stop);
        var (address, replica) = (await postgres.CreateDatabaseAsync(), db.Database.GetConnectionString()!);
        await using var studio = await Task.Run(() => Studio.Start(("ConnectionStrings:Database", address), ("ConnectionStrings:DatabaseReplica", replica)), stop);
        using var caller = await ApiCaller.RegisterAsync(studio);
        using var other = await ApiCaller.RegisterAsync(studio);
        await using var own = await studio.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync(stop);
        foreach (var somebody in (ApiCaller[])[caller, other])
        {
            var owner = await somebody.OwnerIdAsync();
            own.Footage.Add(new() { OwnerId = owner, Title = "As it is", ContentHash = "a", IsKept = true });
            db.Users.Add(new() { Id = owner, UserName = somebody.Email });
            db.Footage.Add(new() { OwnerId = owner, Title = "As it was", ContentHash = "a", IsKept = true });
        }

        await own.SaveChangesAsync(stop);
        await db.SaveChangesAsync(stop);

        Assert.Equal("As it was", await TitleAsync(caller));
        await caller.Http.PostAsync($"jobs/{Guid.NewGuid()}/cancel", null, stop);
        Assert.Equal("As it is", await TitleAsync(caller));
        Assert.Equal("As it was", await TitleAsync(other));

        static async Task<string?> TitleAsync(ApiCaller caller) => (await caller.GetAsync("footage")).GetProperty("items")[0].GetProperty("title").GetString();
    }

    [Fact]
    public void A_replica_of_nothing_is_refused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:DatabaseReplica", "Host=nowhere")]).Build();

        var problem = Assert.Throws<StudioProblem>(() => new ServiceCollection().AddData(configuration, DataDirectory.Open(configuration, Path.GetTempPath())));

        Assert.Equal("data.replica_alone", problem.Code);
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly TestDatabase primary;
        private readonly TestDatabase copy;
        private readonly PostgresServer postgres;

        private Rig(TestDatabase primary, TestDatabase copy, PostgresServer postgres)
        {
            (this.primary, this.copy, this.postgres) = (primary, copy, postgres);
            Replica = new(primary.Contexts, copy.Contexts, Clock, Warnings);
        }

        public Guid Owner { get; } = Guid.NewGuid();

        public HandTime Clock { get; } = new();

        public Complaints Warnings { get; } = [];

        public ReadReplica Replica { get; }

        public static async Task<Rig> CreateAsync(PostgresServer postgres)
        {
            var rig = new Rig(await TestDatabase.CreateAsync("PostgreSQL", postgres), await TestDatabase.CreateAsync("PostgreSQL", postgres), postgres);
            foreach (var (database, title) in ((TestDatabase, string)[])[(rig.primary, "primary"), (rig.copy, "replica")])
            {
                await using var db = await database.Contexts.CreateDbContextAsync();
                db.Songs.Add(new() { OwnerId = await database.AddUserAsync(), Title = title });
                await db.SaveChangesAsync();
            }

            return rig;
        }

        public Task<string> ReadAsync(Guid? reader = null) =>
            Replica.ReadAsync(reader ?? Owner, db => db.Songs.Select(song => song.Title).SingleAsync(), CancellationToken.None);

        public async Task CloseReplicaAsync()
        {
            var name = await NameAsync();
            await postgres.ExecuteAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
            await postgres.ExecuteAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
        }

        public async Task OpenReplicaAsync() => await postgres.ExecuteAsync($"ALTER DATABASE {await NameAsync()} ALLOW_CONNECTIONS true");

        public async ValueTask DisposeAsync()
        {
            await copy.DisposeAsync();
            await primary.DisposeAsync();
        }

        private async Task<string> NameAsync()
        {
            await using var db = await copy.Contexts.CreateDbContextAsync();
            return db.Database.GetDbConnection().Database;
        }
    }

    private sealed class HandTime : TimeProvider
    {
        private long ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan time) => ticks += time.Ticks;
    }

    private sealed class Complaints : List<string>, ILogger<ReadReplica>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Add(formatter(state, exception));
            }
        }
    }
}
