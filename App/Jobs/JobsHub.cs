using Downbeat.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Downbeat.Jobs;

/// <summary>Live jobs for programs: they call <c>Watch</c> or <c>WatchAll</c> and get <c>jobChanged(job)</c>. Each instance tells its own clients.</summary>
[Authorize]
internal sealed class JobsHub(JobDesk desk) : Hub
{
    private const string FollowsAll = "all";

    /// <summary>Follows one job of the caller, beginning with how it stands.</summary>
    public async Task Watch(Guid jobId)
    {
        Job job;
        try
        {
            job = await desk.GetAsync(Context.User!.UserId(), jobId, Context.ConnectionAborted);
        }
        catch (StudioProblem problem)
        {
            throw new HubException($"{problem.Code}: {problem.Message}");
        }

        if (!Context.Items.ContainsKey(FollowsAll))
        {
            Context.Items.TryAdd(jobId, jobId);
            await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(jobId));
        }

        await Clients.Caller.SendAsync("jobChanged", job);
    }

    /// <summary>Follows all jobs of the caller, in place of single ones: nobody hears of a change twice.</summary>
    public async Task WatchAll()
    {
        Context.Items[FollowsAll] = true;
        foreach (var jobId in Context.Items.Keys.OfType<Guid>().ToList())
        {
            Context.Items.Remove(jobId);
            await Groups.RemoveFromGroupAsync(Context.ConnectionId, GroupOf(jobId));
        }

        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(Context.User!.UserId()));
    }

    internal static string GroupOf(Guid id) => id.ToString("N");

    /// <summary>Hands the board's changes to the hub's clients.</summary>
    internal sealed class Announcer(JobBoard board, IHubContext<JobsHub> hub, ILogger<Announcer> logger) : IHostedService
    {
        private IDisposable? subscription;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            subscription = board.SubscribeAll(job => _ = SendAsync(job));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            subscription?.Dispose();
            return Task.CompletedTask;
        }

        private async Task SendAsync(Job job)
        {
            try
            {
                await hub.Clients.Groups(GroupOf(job.Id), GroupOf(job.OwnerId)).SendAsync("jobChanged", job);
            }
            catch (Exception e)
            {
                logger.LogWarning(e, "Clients could not be told about job {JobId}", job.Id);
            }
        }
    }
}
