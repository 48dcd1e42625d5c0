using System.Security.Claims;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;

namespace Downbeat.Features.Clips.Library;

/// <summary>GET|POST /footage · GET|PATCH|DELETE /footage/{id} · GET /footage/{id}/video · GET /footage/{id}/thumbnail · GET /footage/{id}/preview</summary>
internal static class FootageEndpoints
{
    public static void MapFootage(this IEndpointRouteBuilder api)
    {
        var footage = api.MapGroup("/footage").WithTags("Footage");
        footage.MapPost("", UploadAsync).WithUpload<Footage>();
        footage.MapGet("", async (FootageLibrary library, ClaimsPrincipal user, string? search, string? tag, [AsParameters] Paging paging, CancellationToken stop) =>
            (await library.ListAsync(user.UserId(), search, tag, paging, stop)).Narrow(paging)).Produces<Page<Footage>>();
        footage.MapGet("/{id:guid}", (FootageLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) => library.GetAsync(user.UserId(), id, stop));
        footage.MapPatch("/{id:guid}", (FootageLibrary library, ClaimsPrincipal user, Guid id, FootageNames names, CancellationToken stop) =>
            library.ChangeAsync(user.UserId(), id, names.Title, names.Tags, stop));
        footage.MapDelete("/{id:guid}", async (FootageLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            await library.DeleteAsync(user.UserId(), id, stop);
            return Results.NoContent();
        });
        footage.MapMethods("/{id:guid}/video", MediaAnswer.Methods, async (FootageLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var found = await library.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.File(library.FindVideo(found), "footage", found.ContentType, found.ContentHash);
        });
        footage.MapMethods("/{id:guid}/thumbnail", MediaAnswer.Methods, async (FootageLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var found = await library.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.Picture(library.FindThumbnail(found), "footage", found.ContentHash);
        });
        footage.MapMethods("/{id:guid}/preview", MediaAnswer.Methods, async (FootageLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var found = await library.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.File(library.FindPreview(found), "preview", PreviewLoops.ContentType, found.ContentHash);
        });
    }

    private static async Task<IResult> UploadAsync(HttpContext http, FootageLibrary library, FootageShelf shelf, FileStore files, CancellationToken stop)
    {
        var owner = http.User.UserId();
        await library.EnsureQuotaAsync(owner, stop);
        files.EnsureRoom(http.Request.ContentLength ?? shelf.MaxBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var upload = await Upload.ReadAsync(http, workspace, shelf.MaxBytes, shelf.TooLarge, stop);
        var footage = await library.AddAsync(owner, upload, workspace, stop);
        return Results.Created(FootageLibrary.AddressOf(footage), footage);
    }
}

/// <summary>A new title and new tags; null leaves as it is.</summary>
internal sealed record FootageNames(string? Title, IReadOnlyList<string>? Tags);
