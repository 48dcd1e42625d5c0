using System.Security.Claims;
using Downbeat.Http;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Analysis;

/// <summary>POST|GET|PATCH /songs/{id}/analysis · POST /songs/{id}/analysis/undo, /redo · DELETE /songs/{id}/analysis/corrections · POST|DELETE /songs/{id}/analysis/stems · DELETE /songs/{id}/analysis/stems/offer</summary>
internal static class AnalysisEndpoints
{
    private const int MaxJsonBytes = 1 << 20;

    public static void MapAnalysis(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/songs/{id:guid}/analysis").WithTags("Songs");
        analysis.MapPost("", async (SongAnalyst analyst, ClaimsPrincipal user, Guid id, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop) =>
        {
            var job = await analyst.RequestAsync(user.UserId(), id, key, stop);
            return Results.Accepted($"/api/v1/jobs/{job.Id}", job);
        });
        analysis.MapGet("", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.GetAsync(user.UserId(), id, stop));
        analysis.MapPatch("", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, Correction correction, CancellationToken stop) =>
            analyst.CorrectAsync(user.UserId(), id, correction, stop)).WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes));
        analysis.MapPost("/undo", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.UndoAsync(user.UserId(), id, stop));
        analysis.MapPost("/redo", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.RedoAsync(user.UserId(), id, stop));
        analysis.MapDelete("/corrections", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.RestoreAsync(user.UserId(), id, stop));
        analysis.MapPost("/stems", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.AcceptStemsAsync(user.UserId(), id, stop))
            .WithSummary("Takes into use what was heard in the song's stems: strokes of drums, notes of the bass, phrases of the voice.");
        analysis.MapDelete("/stems", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.TakeStemsBackAsync(user.UserId(), id, stop))
            .WithSummary("Takes what was heard in the stems out of use again.");
        analysis.MapDelete("/stems/offer", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.DismissStemsAsync(user.UserId(), id, stop))
            .WithSummary("Puts the offered update aside; it can still be taken into use.");
    }
}
