using System.Security.Claims;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>GET|POST|PATCH /songs/{id}/timeline · POST /songs/{id}/timeline/follow, /undo, /redo, /render</summary>
internal static class TimelineEndpoints
{
    private const int MaxJsonBytes = 1 << 20;

    public static void MapTimeline(this RouteGroupBuilder song)
    {
        var timeline = song.MapGroup("/timeline");
        timeline.MapGet("", async (TimelineDesk desk, ClaimsPrincipal user, Guid songId, CancellationToken stop) => TimelineView.Of(await desk.GetAsync(user.UserId(), songId, stop)));
        timeline.MapPost("", async (TimelineDesk desk, ClaimsPrincipal user, Guid songId, TimelineStart start, CancellationToken stop) =>
            TimelineView.Of(await desk.StartAsync(user.UserId(), songId, start, stop))).WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes));
        timeline.MapPatch("", async (TimelineDesk desk, ClaimsPrincipal user, Guid songId, TimelineEdit edit, CancellationToken stop) =>
            TimelineView.Of(await desk.EditAsync(user.UserId(), songId, edit, stop))).WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes));
        timeline.MapPost("/follow", async (TimelineDesk desk, ClaimsPrincipal user, Guid songId, TimelineStep? step, CancellationToken stop) =>
            TimelineView.Of(await desk.FollowAsync(user.UserId(), songId, step?.Version, stop)));
        timeline.MapPost("/undo", async (TimelineDesk desk, ClaimsPrincipal user, Guid songId, TimelineStep? step, CancellationToken stop) =>
            TimelineView.Of(await desk.UndoAsync(user.UserId(), songId, step?.Version, stop)));
        timeline.MapPost("/redo", async (TimelineDesk desk, ClaimsPrincipal user, Guid songId, TimelineStep? step, CancellationToken stop) =>
            TimelineView.Of(await desk.RedoAsync(user.UserId(), songId, step?.Version, stop)));
        timeline.MapPost("/render", RenderAsync).Produces<StartedComposition>(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> RenderAsync(
        TimelineDesk timelines, JobDesk desk, ClaimsPrincipal user, Guid songId, TimelineRender? render, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop)
    {
        var composition = await timelines.RenderAsync(user.UserId(), songId, render ?? new(null, null, null), key, stop);
        var job = await desk.GetAsync(user.UserId(), composition.JobId, stop);
        return Results.Accepted($"/api/v1/jobs/{job.Id}", new StartedComposition(composition, job));
    }
}
