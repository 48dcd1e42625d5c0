using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Http;

/// <summary>A studio that cannot start says why in one sentence, and its exit status says that it failed.</summary>
public sealed class StartTests(Studios studios) : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("downbeat-start-");

    public void Dispose() => data.Delete(recursive: true);

    [Theory]
    [InlineData("Quotas__Songs", "0", "Quotas:Songs must be a number from 1 to 1000000.")]
    [InlineData("Quotas__Songs", "many", "'Quotas:Songs'")]
    [InlineData("Jobs__Lease", "soon", "'Jobs:Lease'")]
    [InlineData("RateLimits__Writes__Burst", "0", "RateLimits:Writes must have a Burst")]
    [InlineData("Http__Proxies__0", "proxy.example.org", "Http:Proxies must name addresses or networks")]
    [InlineData("Jobs__Budget__Cores", "-1", "Jobs:Budget must have Cores")]
    [InlineData("Media__BinaryFolder", "/srv", "ffmpeg is not installed")]
    [InlineData("ConnectionStrings__Database", "Host=127.0.0.1;Port=9;Username=x;Database=x", "The database cannot be used")]
    public Task A_wrong_setting_is_named(string key, string value, string sentence) => AssertRefusesAsync(sentence, (key, value));

    [Fact]
    public async Task A_busy_port_is_named()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;

        await AssertRefusesAsync($"http://127.0.0.1:{port}", ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(data.FullName, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await AssertRefusesAsync($"The data directory {file} cannot be written", ("DataDirectory", file));
    }

    [Fact]
    public async Task A_data_directory_that_another_studio_uses_is_named_and_left_alone()
    {
        var running = (await studios.OnAsync("SQLite")).DataDirectory;
        var work = Directory.CreateDirectory(Path.Combine(running, "work", "of-the-first"));

        await AssertRefusesAsync($"Another studio is already running on the data directory {running}", ("DataDirectory", running));

        Assert.True(work.Exists);
        work.Delete();
    }

    private async Task AssertRefusesAsync(string sentence, params (string Key, string Value)[] settings)
    {
        var build = Path.GetRelativePath(Path.Combine(TestData.Repository, "App.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(TestData.Repository, "App", build, "App.dll")])
        {
            WorkingDirectory = TestData.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DataDirectory"] = data.FullName },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync();
            Assert.Equal(1, process.ExitCode);
            var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains(sentence, line, StringComparison.Ordinal);
            await output;
        }
        finally
        {
            process.Kill();
        }
    }
}
