using System.Security.Claims;
using Downbeat.Http;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Analysis;

/// <summary>POST /songs/{id}/analysis · GET /songs/{id}/analysis</summary>
internal static class AnalysisEndpoints
{
    public static void MapAnalysis(this IEndpointRouteBuilder api)
    {
        var analysis = api.MapGroup("/songs/{id:guid}/analysis").WithTags("Songs");
        analysis.MapPost("", async (SongAnalyst analyst, ClaimsPrincipal user, Guid id, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop) =>
        {
            var job = await analyst.RequestAsync(user.UserId(), id, key, stop);
            return Results.Accepted($"/api/v1/jobs/{job.Id}", job);
        });
        analysis.MapGet("", (SongAnalyst analyst, ClaimsPrincipal user, Guid id, CancellationToken stop) => analyst.GetAsync(user.UserId(), id, stop));
    }
}
