using System.Security.Claims;
using Downbeat.Http;

namespace Downbeat.Features.Compositions;

/// <summary>
/// POST /songs/{id}/compositions/preview · GET /songs/{id}/previews/{key} · GET /songs/{id}/timeline/preview · GET /compositions/{id}/preview; which part is asked for by
/// <c>?from=&amp;to=</c> in seconds of the song, or <c>?shot=</c>
/// </summary>
internal static class PreviewEndpoints
{
    public static void MapPreviews(this IEndpointRouteBuilder api)
    {
        var song = api.MapGroup("/songs/{songId:guid}").WithTags("Compositions");
        song.MapPost("/compositions/preview", async (
            FilmPreviews previews, ClaimsPrincipal user, Guid songId, CompositionSettings settings, double? from, double? to, int? shot, CancellationToken stop) =>
        {
            var preview = await previews.OfSettingsAsync(user.UserId(), songId, settings, new(from, to, shot), stop);
            return TypedResults.Created(preview.Url, preview);
        });
        song.MapMethods("/previews/{key:length(64)}", MediaAnswer.Methods, (FilmPreviews previews, ClaimsPrincipal user, Guid songId, string key, CancellationToken stop) =>
            FileAsync(previews, user, songId, key, stop));
        song.MapMethods("/timeline/preview", MediaAnswer.Methods, async (FilmPreviews previews, ClaimsPrincipal user, Guid songId, double? from, double? to, int? shot, CancellationToken stop) =>
            await FileAsync(previews, user, songId, (await previews.OfTimelineAsync(user.UserId(), songId, new(from, to, shot), stop)).Key, stop));
        api.MapMethods("/compositions/{id:guid}/preview", MediaAnswer.Methods, async (
            FilmPreviews previews, CompositionStudio studio, ClaimsPrincipal user, Guid id, double? from, double? to, int? shot, CancellationToken stop) =>
        {
            var video = await studio.GetAsync(user.UserId(), id, stop);
            return await FileAsync(previews, user, video.SongId, (await previews.OfCompositionAsync(user.UserId(), id, new(from, to, shot), stop)).Key, stop);
        }).WithTags("Compositions");
    }

    private static async Task<IResult> FileAsync(FilmPreviews previews, ClaimsPrincipal user, Guid songId, string key, CancellationToken stop) =>
        MediaAnswer.File(key.All(char.IsAsciiHexDigitLower) ? await previews.FindAsync(user.UserId(), songId, key, stop) : null, "preview", "video/mp4", key);
}
