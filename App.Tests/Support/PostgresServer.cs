using Downbeat.Tests.Support;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Downbeat.Tests.Support;

/// <summary>
/// One real PostgreSQL server for the whole run, started by the first test that asks for a database. Take it as a constructor parameter of the test class.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // Durability is of no use to a database that lives for a minute. PostgreSQL refuses to run as root, hence the user that its package made.
    private const string Script = """
        "$2/initdb" -D "$dir/db" -U studio -A trust -E UTF8 --locale=C --no-sync > /dev/null || exit 1
        serve "$2/postgres" -D "$dir/db" -p "$3" -k "" -c listen_addresses=127.0.0.1 \
          -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB -c random_page_cost=1.1
        """;

    private static readonly string? Binaries = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private readonly int port = ThrowAwayServer.FreePort();
    private readonly Lazy<Task<ThrowAwayServer>> server;

    /// <summary>Starts nothing yet.</summary>
    public PostgresServer() => server = new(StartAsync);

    /// <summary>Makes an empty database and gives its connection string. The test is skipped on a machine without PostgreSQL.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        Assert.SkipWhen(Binaries is null, "PostgreSQL is not installed; ./test.sh installs it.");
        await server.Value;
        var name = $"studio_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Sends a command to the server itself.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await (await server.Value).DisposeAsync();
        }
    }

    private Task<ThrowAwayServer> StartAsync() =>
        ThrowAwayServer.StartAsync(Script, Environment.IsPrivilegedProcess ? "postgres" : null, ["downbeat-postgres", Binaries!, $"{port}"], AnswersAsync);

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=studio;Database={database}";
}
