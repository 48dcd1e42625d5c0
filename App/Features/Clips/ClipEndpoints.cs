using System.Security.Claims;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Planning;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Clips;

/// <summary>
/// POST|GET /songs/{id}/clips · POST /songs/{id}/clips/plan · POST /songs/{id}/clips/import · PATCH /songs/{id}/clips/order · POST /clips/{id}/retry · DELETE /clips/{id} · GET /clips/{id}/video · GET /clips/{id}/thumbnail
/// (GET /songs/{id}/clips/status needs the compositions too and stands in their room.)
/// </summary>
internal static class ClipEndpoints
{
    public static void MapClips(this IEndpointRouteBuilder api)
    {
        var ofSong = api.MapGroup("/songs/{songId:guid}/clips").WithTags("Clips");
        ofSong.MapPost("", UploadAsync).WithUpload<Clip>();
        ofSong.MapPost("/plan", async (SongAnalyst analyst, ClaimsPrincipal user, Guid songId, ClipPlanWish wish, CancellationToken stop) =>
            new ClipPlan(ClipSlots.Divide(await analyst.GetAsync(user.UserId(), songId, stop), wish.MinSeconds, wish.MaxSeconds, Choices.Read<SlotsOn>(wish.CutOn, "cutOn") ?? SlotsOn.Downbeat)));
        ofSong.MapPost("/import", ImportAsync).Produces<Job>(StatusCodes.Status202Accepted);
        ofSong.MapGet("", async (ClipLibrary library, ClaimsPrincipal user, Guid songId, [AsParameters] Paging paging, CancellationToken stop) =>
            (await library.ListAsync(user.UserId(), songId, paging, stop)).Narrow(paging)).Produces<Page<Clip>>();
        ofSong.MapPatch("/order", (ClipLibrary library, ClaimsPrincipal user, Guid songId, ClipOrder order, CancellationToken stop) =>
            library.ReorderAsync(user.UserId(), songId, order.ClipIds ?? [], stop));
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

    private static async Task<IResult> UploadAsync(HttpContext http, Guid songId, ClipLibrary library, FileStore files, CancellationToken stop)
    {
        var owner = http.User.UserId();
        await library.EnsureQuotaAsync(owner, songId, stop);
        files.EnsureRoom(http.Request.ContentLength ?? library.MaxBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var upload = await Upload.ReadAsync(http, workspace, library.MaxBytes, library.TooLarge, stop);
        var clip = await library.AddAsync(owner, songId, upload, workspace, stop);
        return Results.Created(ClipLibrary.AddressOf(clip), clip);
    }
}

/// <summary>All clips of a song, in the order wanted.</summary>
internal sealed record ClipOrder(IReadOnlyList<Guid>? ClipIds);

/// <summary>How a song is to be divided among clips.</summary>
/// <param name="MinSeconds">Shortest slot, 0.5 to 600; 3 when it is left out.</param>
/// <param name="MaxSeconds">Longest slot; 6 when it is left out, more in long songs.</param>
/// <param name="CutOn">beat, downbeat or section; downbeat when it is left out.</param>
internal sealed record ClipPlanWish(double? MinSeconds = null, double? MaxSeconds = null, string? CutOn = null);

/// <summary>A song divided among clips.</summary>
/// <param name="Slots">From the song's beginning to its end, without gaps.</param>
internal sealed record ClipPlan(IReadOnlyList<ClipSlot> Slots);

/// <summary>Where a clip is to be fetched from.</summary>
/// <param name="Url">Address of the file, http or https.</param>
internal sealed record ClipImport(string? Url);
