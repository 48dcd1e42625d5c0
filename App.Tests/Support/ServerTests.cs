using Npgsql;
using StackExchange.Redis;

namespace Downbeat.Tests.Support;

public sealed class ServerTests(PostgresServer postgres)
{
    [Fact]
    public async Task Each_database_is_empty_and_its_own()
    {
        var first = await postgres.CreateDatabaseAsync();
        var second = await postgres.CreateDatabaseAsync();

        await ScalarAsync(first, "CREATE TABLE songs AS SELECT 7 AS id");

        Assert.Equal(7, await ScalarAsync(first, "SELECT id FROM songs"));
        Assert.Equal(0L, await ScalarAsync(second, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task A_stopped_redis_refuses_and_comes_back_empty_at_the_same_address()
    {
        await using var redis = await RedisServer.CreateAsync();
        Assert.Null(await SetAsync(redis, "a"));

        await redis.StopAsync();
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},connectTimeout=500,connectRetry=1"));

        await redis.StartAsync();
        Assert.Null(await SetAsync(redis, "c"));
    }

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sets the key and gives what it held before.</summary>
    private static async Task<string?> SetAsync(RedisServer redis, string value)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        return await connection.GetDatabase().StringGetSetAsync("key", value);
    }
}
