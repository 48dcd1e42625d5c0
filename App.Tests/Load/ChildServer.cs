using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Downbeat.Tests.Support;
using Microsoft.Diagnostics.NETCore.Client;

namespace Downbeat.Tests.Load;

/// <summary>A server in a process of its own, on loopback, which ends with this one.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    // The pipe to this process closes also when it is killed. dotnet must see the signal to stop as it would anywhere, so nothing is ignored here.
    private const string Script = """
        log=$1; shift
        trap : INT TERM HUP
        "$@" > "$log" 2>&1 < /dev/null &
        server=$!
        echo $server
        cat > /dev/null
        kill -TERM $server 2> /dev/null
        wait $server
        """;

    // Microsoft-Windows-DotNETRuntime: whoever asks for these events has the memory collected once.
    private const long CollectKeyword = 0x800000;

    private readonly Process shell;
    private readonly string log;

    private ChildServer(Process shell, int id, int port, string log) => (this.shell, Id, EndPoint, this.log) = (shell, id, new(IPAddress.Loopback, port), log);

    /// <summary>The process.</summary>
    public int Id { get; }

    public IPEndPoint EndPoint { get; }

    public Uri Address => new($"http://127.0.0.1:{EndPoint.Port}");

    /// <summary>For what is not measured.</summary>
    public HttpClient Http { get; } = new(new HttpClientHandler { UseCookies = false }) { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>How long it took until it answered.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Memory that it holds now, in MB (10^6 bytes).</summary>
    public double ResidentMegabytes => StatusMegabytes("VmRSS:");

    /// <summary>The most that it ever held.</summary>
    public double PeakMegabytes => StatusMegabytes("VmHWM:");

    /// <summary>Starts the studio as built, in Release, and waits until it is ready.</summary>
    public static Task<ChildServer> StartStudioAsync(string data, params IEnumerable<(string Key, string Value)> settings)
    {
        var program = Path.Combine(TestData.Repository, "App", "bin", Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!, "net10.0", "App.dll");
        (string Key, string Value)[] own = [("DataDirectory", data), ("Logging:LogLevel:Default", "Warning"), .. settings];
        return StartAsync(Path.Combine(data, "studio.log"), "health/ready", port => ["dotnet", program, $"--urls=http://127.0.0.1:{port}", .. own.Select(setting => $"--{setting.Key}={setting.Value}")]);
    }

    /// <summary>Starts <see cref="BareServer"/>.</summary>
    public static Task<ChildServer> StartBareAsync(string file) =>
        StartAsync(file + ".log", "", port => ["dotnet", typeof(ChildServer).Assembly.Location, BareServer.Word, $"{port}", file]);

    /// <summary>Bytes that live in the managed heap after a full collection, which this asks for.</summary>
    public async Task<long> LiveBytesAsync()
    {
        // Twice: what has a finaliser is gone only after the second.
        for (var round = 0; round < 2; round++)
        {
            var before = await MetricAsync("dotnet.gc.collections", "gen2");
            var client = new DiagnosticsClient(Id);
            using var session = await client.StartEventPipeSessionAsync([new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword)], requestRundown: false, 16, CancellationToken.None);
            var draining = session.EventStream.CopyToAsync(Stream.Null);
            for (var patience = 0; await MetricAsync("dotnet.gc.collections", "gen2") <= before; patience++)
            {
                await (patience < 600 ? Task.Delay(50) : throw new InvalidOperationException("The server's memory was not collected."));
            }

            await session.StopAsync(CancellationToken.None);
            await draining;
        }

        return (long)(await MetricAsync("dotnet.gc.last_collection.heap.size") - await MetricAsync("dotnet.gc.last_collection.heap.fragmentation.size"));
    }

    /// <summary>Sum of an instrument's values over those points that have tags of all these values; 0 when it has none.</summary>
    public async Task<double> MetricAsync(string name, params IReadOnlyCollection<string> tags)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "metrics"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await Http.SendAsync(request);
        var all = JsonSerializer.Deserialize<JsonElement>(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return all.EnumerateArray()
            .Where(instrument => instrument.GetProperty("name").GetString() == name)
            .SelectMany(instrument => instrument.GetProperty("points").EnumerateArray())
            .Where(point => tags.All(tag => point.GetProperty("tags").EnumerateObject().Any(pair => pair.Value.GetString() == tag)))
            .Sum(point => point.TryGetProperty("value", out var value) ? value.GetDouble() : 0);
    }

    /// <summary>Asks it to stop and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    private static async Task<ChildServer> StartAsync(string log, string readyPath, Func<int, string[]> command)
    {
        var port = ThrowAwayServer.FreePort();
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", log, .. command(port)]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = TestData.Repository };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var shell = Process.Start(start)!;
        var id = int.Parse((await shell.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var server = new ChildServer(shell, id, port, log);
        while (!await server.AnswersAsync(readyPath))
        {
            if (!Directory.Exists($"/proc/{id}") || clock.Elapsed > TimeSpan.FromMinutes(5))
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"The server did not start:\n{await File.ReadAllTextAsync(log)}");
            }

            await Task.Delay(50);
        }

        server.StartTime = clock.Elapsed;
        return server;
    }

    private async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(Address, path));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private double StatusMegabytes(string field)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
