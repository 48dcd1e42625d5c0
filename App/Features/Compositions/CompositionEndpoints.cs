using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Downbeat.Features.Compositions.Handover;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Features.Compositions;

/// <summary>
/// POST|GET /songs/{id}/compositions · POST /songs/{id}/compositions/plan · GET /compositions · GET|DELETE /compositions/{id} · POST /compositions/{id}/cancel ·
/// GET /compositions/{id}/plan, /sync, /video, /poster, /timeline.otio, /timeline.edl, /timeline.fcpxml · GET /songs/{id}/clips/status ·
/// GET /transitions/{kind}/preview
/// </summary>
internal static class CompositionEndpoints
{
    public static void MapCompositions(this IEndpointRouteBuilder api)
    {
        MapOfSong(api.MapGroup("/songs/{songId:guid}").WithTags("Compositions"));
        MapOne(api.MapGroup("/compositions/{id:guid}").WithTags("Compositions"));
        api.MapOverlays();
        api.MapPreviews();
        api.MapGet("/compositions", async (CompositionStudio studio, ClaimsPrincipal user, [AsParameters] Paging paging, CancellationToken stop) =>
            (await studio.ListAsync(user.UserId(), null, paging, stop)).Narrow(paging)).WithTags("Compositions").Produces<Page<CompositionView>>();
        api.MapMethods("/transitions/{kind}/preview", MediaAnswer.Methods, async (TransitionPreviews previews, string kind, CancellationToken stop) =>
            MediaAnswer.File(await previews.FindAsync(Choices.Read<TransitionKind>(kind, "kind") ?? throw StudioProblem.NotFound("transition"), stop), "transition", "image/webp", $"transition-{kind}")).WithTags("Compositions");
    }

    private static void MapOfSong(RouteGroupBuilder song)
    {
        song.MapPost("/compositions", StartAsync).Produces<StartedComposition>(StatusCodes.Status202Accepted);
        song.MapGet("/compositions", async (CompositionStudio studio, SongLibrary songs, ClaimsPrincipal user, Guid songId, [AsParameters] Paging paging, CancellationToken stop) =>
        {
            await songs.GetAsync(user.UserId(), songId, stop);
            return (await studio.ListAsync(user.UserId(), songId, paging, stop)).Narrow(paging);
        }).Produces<Page<CompositionView>>();
        song.MapPost("/compositions/plan", async (CompositionStudio studio, ClaimsPrincipal user, Guid songId, CompositionSettings settings, CancellationToken stop) =>
        {
            var cut = await studio.PlanAsync(user.UserId(), songId, settings, stop);
            return PlanView.Of(cut) with { Estimate = await studio.EstimateAsync(user.UserId(), songId, cut, settings, stop) };
        });
        song.MapTimeline();
        song.MapGet("/clips/status", (ClipStatusBoard board, ClaimsPrincipal user, Guid songId, CancellationToken stop) => board.ReadAsync(user.UserId(), songId, stop));
    }

    private static void MapOne(RouteGroupBuilder one)
    {
        one.MapGet("", (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) => studio.GetAsync(user.UserId(), id, stop));
        one.MapPost("/cancel", (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) => studio.CancelAsync(user.UserId(), id, stop));
        one.MapDelete("", async (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            await studio.DeleteAsync(user.UserId(), id, stop);
            return Results.NoContent();
        });
        one.MapGet("/plan", async (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
            PlanView.Of(await studio.CutOfAsync(user.UserId(), id, stop)));
        one.MapGet("/sync", (SyncProof proof, ClaimsPrincipal user, Guid id, CancellationToken stop) => proof.ReadAsync(user.UserId(), id, stop));
        one.MapMethods("/video", MediaAnswer.Methods, VideoAsync);
        one.MapMethods("/poster", MediaAnswer.Methods, async (CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var view = await studio.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.Picture(studio.FindPoster(view), "poster", TagOf(view));
        });
        MapTimeline(one, ".otio", "application/json", OtioText.Of);
        MapTimeline(one, ".edl", "text/plain; charset=utf-8", EdlText.Of);
        MapTimeline(one, ".fcpxml", "application/xml", FcpxmlText.Of);
    }

    private static void MapTimeline(RouteGroupBuilder one, string extension, string contentType, Func<HandoverFilm, string> write) =>
        one.MapGet("/timeline" + extension, async (TimelineExport export, HttpContext http, Guid id, CancellationToken stop) =>
        {
            var film = await export.FilmAsync(http.User.UserId(), id, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}", stop);
            var text = Encoding.UTF8.GetBytes(write(film));
            http.Response.Headers.CacheControl = "private, no-cache";
            return Results.Bytes(text, contentType, DisplayName.FileName(extension, film.Title), entityTag: new($"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 12))}\""));
        });

    private static async Task<IResult> StartAsync(
        CompositionStudio studio, JobDesk desk, ClaimsPrincipal user, Guid songId, CompositionSettings settings, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop)
    {
        var composition = await studio.StartAsync(user.UserId(), songId, settings, key, stop);
        var job = await desk.GetAsync(user.UserId(), composition.JobId, stop);
        return Results.Accepted($"/api/v1/jobs/{job.Id}", new StartedComposition(composition, job));
    }

    private static async Task<IResult> VideoAsync(CompositionStudio studio, ClaimsPrincipal user, Guid id, CancellationToken stop, bool download = false)
    {
        var view = await studio.GetAsync(user.UserId(), id, stop);
        return MediaAnswer.File(studio.FindVideo(view), "video", "video/mp4", TagOf(view), download ? DisplayName.FileName(".mp4", view.SongArtist, view.SongTitle) : null);
    }

    private static string TagOf(CompositionView view) => $"{view.Id:N}-{view.PublishedAttempt}";
}

/// <summary>A video that has been put into the queue.</summary>
/// <param name="Composition">The video.</param>
/// <param name="Job">The job that renders it.</param>
public sealed record StartedComposition(CompositionView Composition, Job Job);
