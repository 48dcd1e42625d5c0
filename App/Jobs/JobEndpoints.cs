using System.Security.Claims;
using Downbeat.Http;

namespace Downbeat.Jobs;

/// <summary>GET /jobs · GET /jobs/{id} · POST /jobs/{id}/cancel · POST /jobs/{id}/retry · GET /jobs/{id}/log · hub /hubs/jobs</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", async (JobDesk desk, ClaimsPrincipal user, string? status, string? kind, string? queue, [AsParameters] Paging paging, CancellationToken stop) =>
        {
            var (wantedStatus, wantedKind) = (Choices.Read<JobStatus>(status, "status"), Choices.Read<JobKind>(kind, "kind"));
            return (await desk.ListAsync(user.UserId(), wantedStatus, wantedKind, Choices.Read<JobQueueName>(queue, "queue"), paging, stop)).Narrow(paging);
        }).Produces<Page<Job>>();
        jobs.MapGet("/{id:guid}", (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) => desk.GetAsync(user.UserId(), id, stop));
        jobs.MapPost("/{id:guid}/cancel", (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) => desk.CancelAsync(user.UserId(), id, stop));
        jobs.MapPost("/{id:guid}/retry", async (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
            Results.Accepted($"/api/v1/jobs/{id}", await desk.RetryAsync(user.UserId(), id, stop))).Produces<Job>(StatusCodes.Status202Accepted);
        jobs.MapGet("/{id:guid}/log", async (JobDesk desk, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
            Results.Text(await desk.LogAsync(user.UserId(), id, stop)));
    }
}
