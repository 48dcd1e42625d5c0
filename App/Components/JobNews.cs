using Downbeat.Jobs;

namespace Downbeat.Components;

/// <summary>
/// Tells a list that shows jobs when a push calls for reading it again: once when a job comes up that it does not show, and once when a job ends. What stands on
/// another page of the list thus costs two readings, not one for each push.
/// </summary>
internal sealed class JobNews
{
    private readonly HashSet<Guid> lookedUp = [];

    /// <summary>True when one of <paramref name="jobs"/> calls for reading.</summary>
    /// <param name="jobs">The jobs of one delivery.</param>
    /// <param name="isShown">Whether the list shows the job as it runs.</param>
    public bool CallFor(IEnumerable<Job> jobs, Func<Job, bool> isShown)
    {
        var isNews = false;
        foreach (var job in jobs)
        {
            if (job.IsFinished)
            {
                // Forgotten, because tried again it has the same id and comes up anew.
                lookedUp.Remove(job.Id);
                isNews = true;
            }
            else if (!isShown(job))
            {
                isNews |= lookedUp.Add(job.Id);
            }
        }

        return isNews;
    }
}
