using System.Security.Claims;
using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Clips.Planning;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Clips;

/// <summary>
/// POST|GET /songs/{id}/clips · POST /songs/{id}/clips/plan · POST /songs/{id}/clips/generate · POST /songs/{id}/clips/import · GET /clips/generators · PATCH /songs/{id}/clips/order · POST /clips/{id}/retry · DELETE /clips/{id} · GET /clips/{id}/video · GET /clips/{id}/thumbnail
/// (GET /songs/{id}/clips/status needs the compositions too and stands in their room.)
/// </summary>
internal static class ClipEndpoints
{
    public static void MapClips(this IEndpointRouteBuilder api)
    {
        var ofSong = api.MapGroup("/songs/{songId:guid}/clips").WithTags("Clips");
        ofSong.MapPost("", UploadAsync).WithUpload<Clip>();
        ofSong.MapPost("/plan", async (ClipMaker maker, ClaimsPrincipal user, Guid songId, ClipPlanWish wish, CancellationToken stop) => new ClipPlan(await maker.PlanAsync(user.UserId(), songId, wish, stop)));
        ofSong.MapPost("/generate", GenerateAsync).Produces<Job>(StatusCodes.Status202Accepted);
        ofSong.MapPost("/import", ImportAsync).Produces<Job>(StatusCodes.Status202Accepted);
        ofSong.MapGet("", async (ClipLibrary library, ClaimsPrincipal user, Guid songId, [AsParameters] Paging paging, CancellationToken stop) =>
            (await library.ListAsync(user.UserId(), songId, paging, stop)).Narrow(paging)).Produces<Page<Clip>>();
        ofSong.MapPatch("/order", (ClipLibrary library, ClaimsPrincipal user, Guid songId, ClipOrder order, CancellationToken stop) =>
            library.ReorderAsync(user.UserId(), songId, order.ClipIds ?? [], stop));
        api.MapGet("/clips/generators", (ClipGenerators generators) => GeneratorView.All(generators)).WithTags("Clips");
        var clips = api.MapGroup("/clips/{id:guid}").WithTags("Clips");
        clips.MapPost("/retry", async (ClipLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var job = await library.RetryAsync(user.UserId(), id, stop);
            return Results.Accepted($"/api/v1/jobs/{job.Id}", job);
        }).Produces<Job>(StatusCodes.Status202Accepted);
        clips.MapDelete("", async (ClipLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            await library.DeleteAsync(user.UserId(), id, stop);
            return Results.NoContent();
        });
        clips.MapMethods("/video", MediaAnswer.Methods, async (ClipLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var clip = await library.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.File(library.FindVideo(clip), "clip", clip.ContentType, clip.ContentHash);
        });
        clips.MapMethods("/thumbnail", MediaAnswer.Methods, async (ClipLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var clip = await library.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.File(library.FindThumbnail(clip), "clip", "image/jpeg", clip.ContentHash);
        });
    }

    private static async Task<IResult> ImportAsync(
        ClipLibrary library, ClaimsPrincipal user, Guid songId, ClipImport wish, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop)
    {
        var job = await library.ImportAsync(user.UserId(), songId, wish.Url, key, stop);
        return Results.Accepted($"/api/v1/jobs/{job.Id}", job);
    }

    private static async Task<IResult> GenerateAsync(
        ClipMaker maker, ClaimsPrincipal user, Guid songId, GenerateWish wish, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop)
    {
        var job = await maker.GenerateAsync(user.UserId(), songId, wish, key, stop);
        return Results.Accepted($"/api/v1/jobs/{job.Id}", job);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, Guid songId, ClipLibrary library, FileStore files, CancellationToken stop)
    {
        var owner = http.User.UserId();
        await library.EnsureQuotaAsync(owner, songId, stop);
        files.EnsureRoom(http.Request.ContentLength ?? library.MaxBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var upload = await Upload.ReadAsync(http, workspace, library.MaxBytes, library.TooLarge, stop);
        var clip = await library.AddAsync(owner, songId, upload, workspace, stop);
        return Results.Created($"/api/v1/clips/{clip.Id}/video", clip);
    }
}

/// <summary>All clips of a song, in the order wanted.</summary>
internal sealed record ClipOrder(IReadOnlyList<Guid>? ClipIds);

/// <summary>A song divided among clips.</summary>
/// <param name="Slots">From the song's beginning to its end, without gaps.</param>
internal sealed record ClipPlan(IReadOnlyList<ClipSlot> Slots);

/// <summary>Where a clip is to be fetched from.</summary>
/// <param name="Url">Address of the file, http or https.</param>
internal sealed record ClipImport(string? Url);
