using System.Collections.Concurrent;
using Downbeat.Jobs;

namespace Downbeat.Components;

/// <summary>
/// One owner's job changes for a page: at most ten deliveries a second, one after the other, each with the newest picture of every job that changed. Open it once
/// the page is alive, never while prerendering, and before the page reads what it shows, so that no change falls in between. Dispose it with the page.
/// </summary>
internal sealed class JobFeed : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<Guid, Job> pending = new();
    private readonly CancellationTokenSource closed = new();
    private readonly Func<IReadOnlyList<Job>, Task> deliver;
    private readonly Func<Exception, Task> fail;
    private readonly IDisposable subscription;
    private int armed;

    /// <summary>Begins to listen.</summary>
    /// <param name="board">The board.</param>
    /// <param name="ownerId">Whose jobs.</param>
    /// <param name="deliver">Called off the page's own thread: use <c>InvokeAsync</c>.</param>
    /// <param name="fail">Where an exception of <paramref name="deliver"/> goes: the component's <c>DispatchExceptionAsync</c>.</param>
    internal JobFeed(JobBoard board, Guid ownerId, Func<IReadOnlyList<Job>, Task> deliver, Func<Exception, Task> fail)
    {
        (this.deliver, this.fail) = (deliver, fail);
        subscription = board.Subscribe(ownerId, Take);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        subscription.Dispose();
        closed.Cancel();
        closed.Dispose();
    }

    private void Take(Job job)
    {
        pending[job.Id] = job;
        Arm();
    }

    private void Arm()
    {
        if (!pending.IsEmpty && Interlocked.Exchange(ref armed, 1) == 0)
        {
            _ = DeliverSoonAsync();
        }
    }

    private async Task DeliverSoonAsync()
    {
        try
        {
            await Task.Delay(Pause, closed.Token);
            await deliver(TakeAll());
        }
        catch (Exception e) when (closed.IsCancellationRequested && e is (OperationCanceledException or ObjectDisposedException))
        {
            // The page is gone.
            return;
        }
        catch (Exception e)
        {
            await fail(e);
        }

        // Disarmed first and looked at after, with a full fence between: a change that came meanwhile is seen either here or by its own Take.
        Interlocked.Exchange(ref armed, 0);
        Arm();
    }

    private List<Job> TakeAll()
    {
        List<Job> jobs = [];
        foreach (var id in pending.Keys)
        {
            if (pending.TryRemove(id, out var job))
            {
                jobs.Add(job);
            }
        }

        return jobs;
    }
}
