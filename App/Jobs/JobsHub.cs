using Downbeat.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Downbeat.Jobs;

/// <summary>Live jobs for programs: they call <c>Watch</c> or <c>WatchAll</c> and get <c>jobChanged(job)</c>. Each instance tells its own clients.</summary>
[Authorize]
internal sealed class JobsHub(JobDesk desk) : Hub
{
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

        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(jobId));
        await Clients.Caller.SendAsync("jobChanged", job);
    }

    /// <summary>Follows all jobs of the caller.</summary>
    public Task WatchAll() => Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(Context.User!.UserId()));

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
