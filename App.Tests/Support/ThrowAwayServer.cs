using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Downbeat.Tests.Support;

/// <summary>
/// A server process that cannot outlive the tests: a shell runs it in a folder of its own and, when the pipe to the tests closes (also because they were killed),
/// stops it and deletes the folder.
/// </summary>
internal sealed class ThrowAwayServer : IAsyncDisposable
{
    // $1 is a prefix for the folder; the rest of the script sees the folder as $dir and starts the server with "serve".
    private const string Frame = """
        dir=$(mktemp -d "${TMPDIR:-/tmp}/$1-XXXXXX") || exit 1
        trap 'rm -rf "$dir"' EXIT
        trap '' INT TERM HUP
        serve() {
          "$@" > "$dir/server.log" 2>&1 &
          server=$!
          cat > /dev/null
          kill -INT $server 2> /dev/null
          wait $server
          cat "$dir/server.log"
        }

        """;

    private readonly Process shell;
    private readonly Task<string> output;

    private ThrowAwayServer(Process shell)
    {
        this.shell = shell;
        output = Task.WhenAll(shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync())
            .ContinueWith(read => string.Concat(read.Result), TaskScheduler.Default);
    }

    /// <summary>Starts <paramref name="script"/> and waits until <paramref name="answers"/> says that the server does.</summary>
    /// <param name="user">User to run as; null for the present one.</param>
    /// <param name="arguments">What the script sees as $2, $3, …; the first, $1, names the folder.</param>
    public static async Task<ThrowAwayServer> StartAsync(string script, string? user, IEnumerable<string> arguments, Func<Task<bool>> answers)
    {
        string[] drop = user is null ? [] : ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"];
        string[] command = [.. drop, "sh", "-c", Frame + script, "sh", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var server = new ThrowAwayServer(Process.Start(start)!);
        var patience = Stopwatch.StartNew();
        while (!await answers())
        {
            if (server.shell.HasExited || patience.Elapsed > TimeSpan.FromMinutes(1))
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"The server {command[^1]} did not start:\n{await server.output}");
            }

            await Task.Delay(20);
        }

        return server;
    }

    /// <summary>A port that nothing listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Stops the server and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        await output;
        shell.Dispose();
    }
}
