using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Downbeat.Tests.Benchmark;

/// <summary>What a piece of work costs: the processes that it starts, and this one.</summary>
/// <param name="CpuSeconds">User and system time of all of them, and of this process meanwhile.</param>
/// <param name="WallSeconds">From start to end.</param>
/// <param name="PeakMegabytes">Most memory that the started ones held at the same time, sampled.</param>
internal sealed record ChildCost(double CpuSeconds, double WallSeconds, double PeakMegabytes)
{
    private const int Children = -1;
    private const int Self = 0;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Measures everything that <paramref name="work"/> starts and waits for. Linux only.</summary>
    public static async Task<ChildCost> OfAsync(Func<Task> work)
    {
        var before = UsedCpuSeconds();
        var clock = Stopwatch.StartNew();
        using var ended = new CancellationTokenSource();
        var sampling = Task.Run(() => SampleAsync(ended.Token), CancellationToken.None);
        await work();
        var wall = clock.Elapsed.TotalSeconds;
        await ended.CancelAsync();
        return new(UsedCpuSeconds() - before, wall, await sampling);
    }

    /// <summary>User and system time that this process and the ended ones which it started have used so far. Linux only.</summary>
    public static double UsedCpuSeconds()
    {
        Span<long> usage = stackalloc long[18];
        var seconds = 0.0;
        foreach (var who in (ReadOnlySpan<int>)[Children, Self])
        {
            if (GetUsage(who, ref usage[0]) != 0)
            {
                throw new InvalidOperationException("getrusage failed.");
            }

            seconds += usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
        }

        return seconds;
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

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetUsage(int who, ref long usage);
}
