using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Load;

/// <summary>What was measured, and what it was measured on.</summary>
internal static class LoadMachine
{
    /// <summary>Processor, cores, memory, system and runtime in a line.</summary>
    public static string Describe()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        var system = File.Exists("/etc/os-release")
            ? File.ReadLines("/etc/os-release").First(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))[12..].Trim('"')
            : RuntimeInformation.OSDescription;
        return string.Create(CultureInfo.InvariantCulture, $"{processor}, {Environment.ProcessorCount} cores, {memory:0} GB, {system}, {RuntimeInformation.FrameworkDescription}");
    }

    /// <summary>The revision of the working tree; with a plus when it holds more than that.</summary>
    public static async Task<string> CommitAsync()
    {
        var head = (await GitAsync("rev-parse", "--short=10", "HEAD")).Trim();
        var changes = await GitAsync("status", "--porcelain", "--", "App", "wwwroot", "appsettings.json");
        return changes.Length == 0 ? head : head + "+";
    }

    /// <summary>A machine whose load average is above this does something else.</summary>
    public const double Quiet = 3;

    /// <summary>Runnable tasks on average over the last minute: what else the machine does.</summary>
    public static double OtherWork() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static async Task<string> GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, WorkingDirectory = TestData.Repository })!;
        var text = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return text;
    }
}
