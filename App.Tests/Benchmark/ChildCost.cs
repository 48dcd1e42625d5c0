using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Downbeat.Tests.Benchmark;

/// <summary>What the processes that were started cost.</summary>
/// <param name="CpuSeconds">User and system time of all of them.</param>
/// <param name="WallSeconds">From start to end.</param>
/// <param name="PeakMegabytes">Most memory that they held at the same time, sampled.</param>
internal sealed record ChildCost(double CpuSeconds, double WallSeconds, double PeakMegabytes)
{
    private const int Children = -1;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Measures everything that <paramref name="work"/> starts and waits for. Linux only.</summary>
    public static async Task<ChildCost> OfAsync(Func<Task> work)
    {
        var before = CpuOfChildren();
        var clock = Stopwatch.StartNew();
        using var ended = new CancellationTokenSource();
        var sampling = Task.Run(() => SampleAsync(ended.Token), CancellationToken.None);
        await work();
        var wall = clock.Elapsed.TotalSeconds;
        await ended.CancelAsync();
        return new(CpuOfChildren() - before, wall, await sampling);
    }

    private static async Task<double> SampleAsync(CancellationToken ended)
    {
        var peak = 0.0;
        while (!ended.IsCancellationRequested)
        {
            peak = Math.Max(peak, ResidentMegabytes());
            await Task.Delay(SampleEvery, CancellationToken.None);
        }

        return peak;
    }

    private static double ResidentMegabytes()
    {
        var children = Directory.EnumerateDirectories("/proc/self/task").SelectMany(task => Words(Path.Combine(task, "children")));
        return children.Sum(child => Words($"/proc/{child}/statm") is [_, var pages, ..] ? long.Parse(pages) * Environment.SystemPageSize / 1e6 : 0);
    }

    private static string[] Words(string path)
    {
        try
        {
            return File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            // It ended between two looks.
            return [];
        }
    }

    private static double CpuOfChildren()
    {
        Span<long> usage = stackalloc long[18];
        if (GetUsage(Children, ref usage[0]) != 0)
        {
            throw new InvalidOperationException("getrusage failed.");
        }

        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetUsage(int who, ref long usage);
}
