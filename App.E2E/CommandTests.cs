using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;

namespace Downbeat.E2E;

/// <summary>What somebody meets who installs the studio: ./run.sh and a published folder.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task A_busy_port_gives_one_sentence()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;

        var (status, errors) = await RunAsync(("ASPNETCORE_URLS", $"http://localhost:{port}"));

        Assert.NotEqual(0, status);
        Assert.StartsWith($"Port {port} is in use", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_gives_one_sentence()
    {
        var file = Path.Combine(TestData.Repository, "run.sh");

        var (status, errors) = await RunAsync(("DataDirectory", Path.Combine(file, "data")), ("ASPNETCORE_URLS", "http://127.0.0.1:0"));

        Assert.NotEqual(0, status);
        Assert.Contains("cannot be written", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ffmpeg_that_is_missing_and_cannot_be_installed_gives_one_sentence()
    {
        var tools = Directory.CreateTempSubdirectory("downbeat-path-");
        try
        {
            foreach (var tool in (string[])["bash", "basename", "dirname", "mkdir", "mktemp", "readlink", "realpath", "rm", "timeout", "dotnet"])
            {
                File.CreateSymbolicLink(Path.Combine(tools.FullName, tool), await WhichAsync(tool));
            }

            var (status, errors) = await RunAsync(("PATH", tools.FullName), ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("DataDirectory", tools.FullName));

            Assert.NotEqual(0, status);
            Assert.Contains("apt-get install ffmpeg", Assert.Single(errors), StringComparison.Ordinal);
        }
        finally
        {
            tools.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_published_folder_starts_by_itself()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-published-");
        try
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            string[] arguments = ["publish", "App", "-c", configuration, "--no-build", "-v", "q", "-o", folder.FullName];
            var (status, errors) = await EndAsync(new("dotnet", arguments));
            Assert.True(status == 0, string.Join('\n', errors));

            await using var studio = await StudioProcess.RunPublishedAsync(folder.FullName);

            Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
            await BrowserLibraries.AssertServedAsync(studio.Client);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Status, string[] Errors)> RunAsync(params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(TestData.Repository, "run.sh")]);
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return await EndAsync(start);
    }

    private static async Task<string> WhichAsync(string tool)
    {
        using var which = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"command -v {tool}"]) { RedirectStandardOutput = true })!;
        return (await which.StandardOutput.ReadToEndAsync()).Trim();
    }

    private static async Task<(int Status, string[] Errors)> EndAsync(ProcessStartInfo start)
    {
        start.WorkingDirectory = TestData.Repository;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await Task.WhenAll(output, process.WaitForExitAsync());
        return (process.ExitCode, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
