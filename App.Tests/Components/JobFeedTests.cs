using Downbeat.Components;
using Downbeat.Jobs;

namespace Downbeat.Tests.Components;

public sealed class JobFeedTests
{
    private readonly JobBoard board = new();
    private readonly Guid owner = Guid.NewGuid();

    [Fact]
    public async Task Many_changes_arrive_as_the_newest_picture_of_each_job()
    {
        var delivered = new TaskCompletionSource<IReadOnlyList<Job>>();
        using var feed = new JobFeed(board, owner, jobs => Task.FromResult(delivered.TrySetResult(jobs)), _ => Task.CompletedTask);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        for (var i = 0; i <= 100; i++)
        {
            board.Publish(JobOf(owner, first, i / 100.0));
        }

        board.Publish(JobOf(owner, second, 0.5));
        board.Publish(JobOf(Guid.NewGuid(), Guid.NewGuid(), 0.9));
        var jobs = await delivered.Task;
        Assert.Equal([(first, 1.0), (second, 0.5)], jobs.Select(job => (job.Id, job.Progress)).OrderByDescending(job => job.Progress));
    }

    [Fact]
    public async Task What_the_page_throws_comes_back_to_the_page()
    {
        var failed = new TaskCompletionSource<Exception>();
        using var feed = new JobFeed(
            board,
            owner,
            _ => throw new InvalidOperationException("broken"),
            e =>
            {
                failed.TrySetResult(e);
                return Task.CompletedTask;
            });
        board.Publish(JobOf(owner, Guid.NewGuid(), 0));
        Assert.Equal("broken", (await failed.Task).Message);
    }

    [Fact]
    public async Task Deliveries_never_overlap_and_what_comes_meanwhile_comes_next()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var next = new TaskCompletionSource<IReadOnlyList<Job>>();
        var deliveries = 0;
        using var feed = new JobFeed(
            board,
            owner,
            async jobs =>
            {
                if (Interlocked.Increment(ref deliveries) == 1)
                {
                    entered.SetResult();
                    await gate.Task;
                }
                else
                {
                    next.TrySetResult(jobs);
                }
            },
            e => Task.FromResult(next.TrySetException(e)));
        board.Publish(JobOf(owner, first, 0.1));
        await entered.Task;

        // A second page beside it tells when a delivery would have been due.
        var due = new TaskCompletionSource();
        using var beside = new JobFeed(board, owner, _ => Task.FromResult(due.TrySetResult()), _ => Task.CompletedTask);
        board.Publish(JobOf(owner, first, 0.2));
        board.Publish(JobOf(owner, second, 0.5));
        await due.Task;
        Assert.Equal(1, Volatile.Read(ref deliveries));
        gate.SetResult();
        Assert.Equal([(first, 0.2), (second, 0.5)], (await next.Task).Select(job => (job.Id, job.Progress)).OrderBy(job => job.Progress));
    }

    [Fact]
    public async Task Of_many_changes_from_all_sides_the_last_of_each_job_arrives()
    {
        var jobs = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToList();
        var unseen = jobs.ToHashSet();
        var seen = new TaskCompletionSource();
        var inside = 0;
        using var feed = new JobFeed(
            board,
            owner,
            async delivered =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await Task.Yield();
                unseen.ExceptWith(delivered.Where(job => job.Progress >= 1).Select(job => job.Id));
                Interlocked.Decrement(ref inside);
                if (unseen.Count == 0)
                {
                    seen.TrySetResult();
                }
            },
            e => Task.FromResult(seen.TrySetException(e)));
        await Parallel.ForEachAsync(jobs, TestContext.Current.CancellationToken, async (id, _) =>
        {
            for (var i = 0; i <= 200; i++)
            {
                board.Publish(JobOf(owner, id, i / 200.0));
                await Task.Yield();
            }
        });
        await seen.Task;
    }

    [Fact]
    public async Task A_page_that_threw_hears_of_the_next_change()
    {
        var failed = new TaskCompletionSource();
        var delivered = new TaskCompletionSource();
        using var feed = new JobFeed(
            board,
            owner,
            _ => failed.Task.IsCompleted ? Task.FromResult(delivered.TrySetResult()) : throw new OperationCanceledException("The database gave up."),
            _ => Task.FromResult(failed.TrySetResult()));
        board.Publish(JobOf(owner, Guid.NewGuid(), 0));
        await failed.Task;
        board.Publish(JobOf(owner, Guid.NewGuid(), 0));
        await delivered.Task;
    }

    private static Job JobOf(Guid ownerId, Guid id, double progress) => new() { Id = id, OwnerId = ownerId, StepName = "", StepJson = "", Progress = progress };
}
