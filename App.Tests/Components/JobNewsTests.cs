using Downbeat.Components;
using Downbeat.Jobs;

namespace Downbeat.Tests.Components;

public sealed class JobNewsTests
{
    private readonly JobNews news = new();
    private readonly Guid id = Guid.NewGuid();

    [Fact]
    public void A_job_that_is_not_on_the_page_costs_one_reading_when_it_comes_up_and_one_when_it_ends()
    {
        JobStatus[] run = [JobStatus.Queued, JobStatus.Running, JobStatus.Running, JobStatus.Running, JobStatus.Succeeded];
        Assert.Equal([true, false, false, false, true], run.Select(status => Calls(false, status)));
    }

    [Fact]
    public void A_job_that_is_shown_costs_a_reading_only_when_it_ends() =>
        Assert.Equal([false, false, true], new[] { JobStatus.Queued, JobStatus.Running, JobStatus.Failed }.Select(status => Calls(true, status)));

    [Fact]
    public void A_job_that_is_tried_again_comes_up_anew()
    {
        JobStatus[] runs = [JobStatus.Running, JobStatus.Failed, JobStatus.Queued, JobStatus.Running];
        Assert.Equal([true, true, true, false], runs.Select(status => Calls(false, status)));
    }

    [Fact]
    public void All_unknown_jobs_of_one_delivery_are_looked_up_by_one_reading()
    {
        Job[] jobs = [JobOf(JobStatus.Running, Guid.NewGuid()), JobOf(JobStatus.Running, Guid.NewGuid())];
        Assert.True(news.CallFor(jobs, _ => false));
        Assert.False(news.CallFor(jobs, _ => false));
    }

    private bool Calls(bool isShown, JobStatus status) => news.CallFor([JobOf(status, id)], _ => isShown);

    private static Job JobOf(JobStatus status, Guid id) => new() { Id = id, Status = status };
}
