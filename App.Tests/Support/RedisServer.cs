using System.Net.Sockets;
using System.Text;

namespace Downbeat.Tests.Support;

/// <summary>A real Redis server of one test, which may stop it and start it again on the same port to see what an outage does.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Binary = "/usr/bin/redis-server";
    private const string Script = """serve "$2" --port "$3" --bind 127.0.0.1 --dir "$dir" --save "" --appendonly no""";

    private readonly int port = ThrowAwayServer.FreePort();
    private ThrowAwayServer? server;

    private RedisServer()
    {
    }

    /// <summary>Connection string for <c>ConnectionStrings:Redis</c>; it stays the same across outages.</summary>
    public string ConnectionString => $"127.0.0.1:{port}";

    /// <summary>Starts an empty server. The test is skipped on a machine without Redis.</summary>
    public static async Task<RedisServer> CreateAsync()
    {
        Assert.SkipUnless(File.Exists(Binary), "Redis is not installed; ./test.sh installs it.");
        var redis = new RedisServer();
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts it again, empty.</summary>
    public async Task StartAsync() => server ??= await ThrowAwayServer.StartAsync(Script, user: null, ["downbeat-redis", Binary, $"{port}"], AnswersAsync);

    /// <summary>Stops it; whatever it held is gone.</summary>
    public async Task StopAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
            server = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer);
            return Encoding.ASCII.GetString(answer) == "+PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
