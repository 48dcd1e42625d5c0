using System.Security.Claims;
using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Clips.Generating.Remote;
using Downbeat.Features.Clips.Planning;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips;

/// <summary>
/// POST|GET /songs/{id}/clips · POST /songs/{id}/clips/use · POST /songs/{id}/clips/plan · POST /songs/{id}/clips/generate · GET /songs/{id}/clips/scene.jpg · POST /songs/{id}/clips/import · GET /clips/generators · PATCH /songs/{id}/clips/order · POST /clips/generators/remote/webhook · POST /clips/{id}/retry · DELETE /clips/{id} · GET /clips/{id}/video · GET /clips/{id}/thumbnail
/// (GET /songs/{id}/clips/status needs the compositions too and stands in their room.)
/// </summary>
internal static class ClipEndpoints
{
    /// <param name="api">For those who are signed in.</param>
    /// <param name="open">For everybody.</param>
    public static void MapClips(this IEndpointRouteBuilder api, IEndpointRouteBuilder open)
    {
        open.MapPost("/clips/generators/remote/webhook", HearAsync).WithTags("Clips").WithMetadata(new RequestSizeLimitAttribute(1 << 20));
        var ofSong = api.MapGroup("/songs/{songId:guid}/clips").WithTags("Clips");
        ofSong.MapPost("", UploadAsync).WithUpload<Clip>();
        ofSong.MapPost("/use", async (ClipLibrary library, ClaimsPrincipal user, Guid songId, ClipUse use, CancellationToken stop) =>
            Results.Created($"/api/v1/songs/{songId}/clips", await library.UseAsync(user.UserId(), songId, use.FootageIds ?? [], stop)))
            .Produces<IReadOnlyList<Clip>>(StatusCodes.Status201Created);
        ofSong.MapPost("/plan", async (ClipMaker maker, ClaimsPrincipal user, Guid songId, ClipPlanWish wish, CancellationToken stop) => new ClipPlan(await maker.PlanAsync(user.UserId(), songId, wish, stop)));
        ofSong.MapPost("/generate", GenerateAsync).Produces<Job>(StatusCodes.Status202Accepted);
        ofSong.MapGet("/scene.jpg", async (HttpContext http, ClipMaker maker, ClaimsPrincipal user, Guid songId, [AsParameters] ScenePicture wish, CancellationToken stop) =>
        {
            var jpeg = await maker.PreviewAsync(user.UserId(), songId, new(null, wish.Start, wish.End, wish.Scene), wish.Shape, wish.Picture, stop);
            http.Response.Headers.CacheControl = "private, max-age=600";
            return Results.Bytes(jpeg, "image/jpeg");
        }).Produces(StatusCodes.Status200OK, contentType: "image/jpeg");
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
            return MediaAnswer.Picture(library.FindThumbnail(clip), "clip", clip.ContentHash);
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

    /// <summary>The remote generator tells that something has ended. Which is believed only when it is signed, and then only makes the studio look.</summary>
    private static async Task<IResult> HearAsync(HttpRequest request, RemoteClips remote, IOptions<RemoteOptions> options, TimeProvider clock, CancellationToken stop)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, stop);
        string? Header(string name) => request.Headers[name];
        if (options.Value.WebhookSecret is not { Length: > 0 } secret
            || !WebhookSignature.IsValid(secret, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), body.ToArray(), clock.GetUtcNow()))
        {
            throw new StudioProblem(401, "webhook.signature", "The message is not signed as it should be.");
        }

        remote.Wake(Prediction.IdIn(body.ToArray()) ?? "");
        return Results.NoContent();
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

/// <summary>What of the caller's library is to be used, in the order wanted.</summary>
internal sealed record ClipUse(IReadOnlyList<Guid>? FootageIds);

/// <summary>All clips of a song, in the order wanted.</summary>
internal sealed record ClipOrder(IReadOnlyList<Guid>? ClipIds);

/// <summary>A song divided among clips.</summary>
/// <param name="Slots">From the song's beginning to its end, without gaps.</param>
internal sealed record ClipPlan(IReadOnlyList<ClipSlot> Slots);

/// <summary>Which scene a picture is wanted of.</summary>
/// <param name="Start">Where its slot begins, in seconds.</param>
/// <param name="End">Where that ends.</param>
/// <param name="Visual">Way of drawing.</param>
/// <param name="Style">Look.</param>
/// <param name="Palette">Colours.</param>
/// <param name="Motion">How fast.</param>
/// <param name="Camera">How seen.</param>
/// <param name="Seed">Which of all forms.</param>
/// <param name="Shape">landscape, portrait or square.</param>
/// <param name="Picture">What to make something of.</param>
internal sealed record ScenePicture(double Start, double End, string? Visual, string? Style, string? Palette, string? Motion, string? Camera, int? Seed, string? Shape, string? Picture)
{
    /// <summary>The scene.</summary>
    public SceneWish Scene => new(null, Visual, Style, Palette, Motion, Camera, Seed);
}

/// <summary>Where a clip is to be fetched from.</summary>
/// <param name="Url">Address of the file, http or https.</param>
internal sealed record ClipImport(string? Url);
