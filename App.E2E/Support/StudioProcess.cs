using System.Diagnostics;
using System.Text;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.E2E.Support;

/// <summary>The built studio as a process of its own, which a test may kill and start again at the same address and on the same data directory.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("downbeat-studio-");
    private readonly StringBuilder output = new();
    private readonly string folder;
    private readonly string assembly;
    private readonly (string Key, string Value)[] settings;
    private Process? process;

    private StudioProcess(string folder, string assembly, (string Key, string Value)[] settings)
    {
        this.folder = folder;
        this.assembly = assembly;
        this.settings = settings;
        Address = new($"http://127.0.0.1:{ThrowAwayServer.FreePort()}");
        Client = new() { BaseAddress = Address };
    }

    /// <summary>Where it listens, also after a restart.</summary>
    public Uri Address { get; }

    /// <summary>A client for <see cref="Address"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>Full path of its data directory.</summary>
    public string DataDirectory => data.FullName;

    /// <summary>Everything it wrote so far, over all its lives.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts the build of this configuration as ./run.sh does, and waits until it answers.</summary>
    public static Task<StudioProcess> RunAsync(params (string Key, string Value)[] settings)
    {
        var build = Path.GetRelativePath(Path.Combine(TestData.Repository, "App.E2E"), AppContext.BaseDirectory);
        return RunAsync(new StudioProcess(TestData.Repository, Path.Combine(TestData.Repository, "App", build, "App.dll"), settings));
    }

    /// <summary>Starts a published folder from within, and waits until it answers.</summary>
    public static Task<StudioProcess> RunPublishedAsync(string folder) => RunAsync(new StudioProcess(folder, "App.dll", []));

    /// <summary>Starts it, again after <see cref="KillAsync"/> or <see cref="StopAsync"/>, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        // It must not outlive the tests; setpriv turns into dotnet, so the process id is the studio's own.
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "dotnet", assembly])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DataDirectory"] = DataDirectory;
        start.Environment["ReloadStaticAssetsAtRuntime"] = "false";
        foreach (var (key, value) in Studio.Unhurried.Concat(settings))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        process = await ProcessStarter.RunAsync(() => Process.Start(start)!);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await AnswersAsync();
    }

    /// <summary>kill -9, of the studio alone: what becomes of its children is its own business.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Asks it to end and waits until it has.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();
        Client.Dispose();
        data.Delete(recursive: true);
    }

    private static async Task<StudioProcess> RunAsync(StudioProcess studio)
    {
        try
        {
            await studio.StartAsync();
            return studio;
        }
        catch
        {
            await studio.DisposeAsync();
            throw;
        }
    }

    private async Task AnswersAsync()
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                (await Client.GetAsync("/health")).Dispose();
                return;
            }
            catch (HttpRequestException) when (!process!.HasExited && patience.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(50);
            }
            catch (HttpRequestException e)
            {
                throw new InvalidOperationException($"The studio did not start:\n{Output}", e);
            }
        }
    }

    private async Task EndAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process!.Id}"]);
        await process.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
