using System.Security.Claims;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;

namespace Downbeat.Features.Songs;

/// <summary>POST /songs · GET /songs · GET|PATCH|DELETE /songs/{id} · GET /songs/{id}/audio · GET /songs/{id}/waveform</summary>
internal static class SongEndpoints
{
    public static void MapSongs(this IEndpointRouteBuilder api)
    {
        var songs = api.MapGroup("/songs").WithTags("Songs");
        songs.MapPost("", UploadAsync).WithUpload<Song>();
        songs.MapGet("", async (SongLibrary library, ClaimsPrincipal user, [AsParameters] Paging paging, CancellationToken stop) =>
            (await library.ListAsync(user.UserId(), paging, stop)).Narrow(paging)).Produces<Page<Song>>();
        songs.MapGet("/{id:guid}", (SongLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) => library.GetAsync(user.UserId(), id, stop));
        songs.MapPatch("/{id:guid}", (SongLibrary library, ClaimsPrincipal user, Guid id, SongNames names, CancellationToken stop) =>
            library.RenameAsync(user.UserId(), id, names.Title, names.Artist, stop));
        songs.MapDelete("/{id:guid}", async (SongLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            await library.DeleteAsync(user.UserId(), id, stop);
            return Results.NoContent();
        });
        songs.MapMethods("/{id:guid}/audio", MediaAnswer.Methods, async (SongLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            var song = await library.GetAsync(user.UserId(), id, stop);
            return MediaAnswer.File(library.FindAudio(song), "song", song.ContentType, song.ContentHash);
        });
        songs.MapGet("/{id:guid}/waveform", WaveformAsync);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, SongLibrary library, FileStore files, CancellationToken stop)
    {
        var owner = http.User.UserId();
        await library.EnsureQuotaAsync(owner, stop);
        files.EnsureRoom(http.Request.ContentLength ?? library.MaxBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var upload = await Upload.ReadAsync(http, workspace, library.MaxBytes, library.TooLarge, stop);
        var song = await library.AddAsync(owner, upload, workspace, stop);
        return Results.Created(SongLibrary.AddressOf(song), song);
    }

    private static async Task<Waveform> WaveformAsync(
        SongLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop, int points = 1000, double? start = null, double? end = null)
    {
        if (points is < 1 or > 20_000)
        {
            throw StudioProblem.Field("points", "points lies between 1 and 20000.");
        }

        var peaks = await library.PeaksAsync(await library.GetAsync(user.UserId(), id, stop), stop);
        var (from, to) = (start ?? 0, end ?? peaks.DurationSeconds);
        return from >= 0 && to > from ? peaks.At(points, from, Math.Min(to, peaks.DurationSeconds)) : throw StudioProblem.Field("start", "start lies before end, and neither is negative.");
    }
}

/// <summary>New names; null leaves as it is.</summary>
internal sealed record SongNames(string? Title, string? Artist);
