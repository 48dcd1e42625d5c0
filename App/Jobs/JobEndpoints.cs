using System.Security.Claims;
using Downbeat.Http;

namespace Downbeat.Jobs;

/// <summary>GET /jobs · GET /jobs/{id} · POST /jobs/{id}/cancel · POST /jobs/{id}/retry · GET /jobs/{id}/log · hub /hubs/jobs</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", async (JobDesk desk, ClaimsPrincipal user, JobStatus? status, JobKind? kind, JobQueueName? queue, [AsParameters] Paging paging, CancellationToken stop) =>
            (await desk.ListAsync(user.UserId(), status, kind, queue, paging, stop)).Narrow(paging));
        jobs.MapGet("/{id:guid}", (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) => desk.GetAsync(user.UserId(), id, stop));
        jobs.MapPost("/{id:guid}/cancel", (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) => desk.CancelAsync(user.UserId(), id, stop));
        jobs.MapPost("/{id:guid}/retry", (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) => desk.RetryAsync(user.UserId(), id, stop));
        jobs.MapGet("/{id:guid}/log", async (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
            Results.Text((await desk.GetAsync(user.UserId(), id, stop)).Log));
    }
}
