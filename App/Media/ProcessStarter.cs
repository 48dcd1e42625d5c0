using System.Collections.Concurrent;

namespace Downbeat.Media;

/// <summary>
/// Starts processes from one thread that lives as long as the program. Linux ties "die with your parent" to the parent <em>thread</em>,
/// so a process started from a pool thread would be killed when the pool retires that thread.
/// </summary>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<Action> Starts = StartThread();

    /// <summary>Runs <paramref name="start"/> on the starter thread and gives back what it returns.</summary>
    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var started = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try { started.SetResult(start()); }
            catch (Exception e) { started.SetException(e); }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "media-starter" };
        thread.Start();
        return starts;
    }
}
