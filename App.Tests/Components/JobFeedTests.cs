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

    private static Job JobOf(Guid ownerId, Guid id, double progress) => new() { Id = id, OwnerId = ownerId, StepName = "", StepJson = "", Progress = progress };
}
