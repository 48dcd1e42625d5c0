using System.Security.Claims;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Http;
using Downbeat.Storage;

namespace Downbeat.Features.Compositions;

/// <summary>GET|POST /songs/{id}/watermarks · GET|DELETE /songs/{id}/watermarks/{pictureId} · GET /compositions/{id}/captions.srt, /captions.vtt</summary>
internal static class OverlayEndpoints
{
    public static void MapOverlays(this IEndpointRouteBuilder api)
    {
        var watermarks = api.MapGroup("/songs/{songId:guid}/watermarks").WithTags("Compositions");
        watermarks.MapGet("", (WatermarkShelf shelf, ClaimsPrincipal user, Guid songId, CancellationToken stop) => shelf.ListAsync(user.UserId(), songId, stop));
        watermarks.MapPost("", UploadAsync).WithUpload<WatermarkPicture>();
        watermarks.MapMethods("/{id:guid}", MediaAnswer.Methods, async (WatermarkShelf shelf, ClaimsPrincipal user, Guid songId, Guid id, CancellationToken stop) =>
            MediaAnswer.File(await shelf.FindAsync(user.UserId(), songId, id, stop), "watermark", "image/png", $"{id:N}"));
        watermarks.MapDelete("/{id:guid}", async (WatermarkShelf shelf, ClaimsPrincipal user, Guid songId, Guid id, CancellationToken stop) =>
        {
            await shelf.DeleteAsync(user.UserId(), songId, id, stop);
            return Results.NoContent();
        });
        var one = api.MapGroup("/compositions/{id:guid}").WithTags("Compositions");
        one.MapGet("/captions.srt", async (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
            Results.Text(CaptionTrack.Srt(await studio.CaptionedCutOfAsync(user.UserId(), id, stop)), "application/x-subrip"));
        one.MapGet("/captions.vtt", async (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
            Results.Text(CaptionTrack.Vtt(await studio.CaptionedCutOfAsync(user.UserId(), id, stop)), "text/vtt"));
    }

    private static async Task<IResult> UploadAsync(HttpContext http, Guid songId, WatermarkShelf shelf, FileStore files, CancellationToken stop)
    {
        files.EnsureRoom(http.Request.ContentLength ?? WatermarkShelf.MaxBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var upload = await Upload.ReadAsync(http, workspace, WatermarkShelf.MaxBytes, WatermarkShelf.TooLarge, stop);
        var picture = await shelf.AddAsync(http.User.UserId(), songId, upload, workspace, stop);
        return Results.Created(picture.Url, picture);
    }
}
