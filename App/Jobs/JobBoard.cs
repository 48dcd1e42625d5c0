using System.Collections.Concurrent;

namespace Downbeat.Jobs;

/// <summary>
/// Carries "this job changed" to whoever looks: pages, the hub, a worker waiting to be cancelled. What it carries is a picture of the row at that moment; the row
/// stays the truth. Between instances <see cref="RedisJobRelay"/> repeats every change.
/// </summary>
internal sealed class JobBoard
{
    private readonly ConcurrentDictionary<long, Subscription> subscriptions = new();
    private long last;

    /// <summary>Raised before anybody is told: who keeps what a job says forgets it, and who looks again does not find it.</summary>
    public event Action<Job>? Changing;

    /// <summary>Raised for changes made in this process, so that they can be told to others.</summary>
    public event Action<Job>? ChangedHere;

    /// <summary>Calls <paramref name="changed"/> for each change of a job of <paramref name="ownerId"/> until the result is disposed. Calls come on any thread.</summary>
    public IDisposable Subscribe(Guid ownerId, Action<Job> changed) => Add(job => job.OwnerId == ownerId, changed);

    /// <summary>Calls <paramref name="changed"/> for each change of any job.</summary>
    public IDisposable SubscribeAll(Action<Job> changed) => Add(_ => true, changed);

    /// <summary>Tells everybody here, and other instances.</summary>
    public void Publish(Job job)
    {
        Deliver(job);
        ChangedHere?.Invoke(job);
    }

    /// <summary>Tells everybody here.</summary>
    public void Deliver(Job job)
    {
        Changing?.Invoke(job);
        foreach (var subscription in subscriptions.Values)
        {
            if (subscription.Wanted(job))
            {
                subscription.Changed(job);
            }
        }
    }

    private Removal Add(Func<Job, bool> wanted, Action<Job> changed)
    {
        var id = Interlocked.Increment(ref last);
        subscriptions[id] = new(wanted, changed);
        return new Removal(() => subscriptions.TryRemove(id, out _));
    }

    private sealed record Subscription(Func<Job, bool> Wanted, Action<Job> Changed);

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
