using System.Globalization;
using System.Security.Claims;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems.Models;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Downbeat.Features.Stems;

/// <summary>
/// POST|GET /songs/{id}/stems · DELETE /songs/{id}/stems/{count} · GET /songs/{id}/stems/{count}/{name}.{format} · GET /songs/{id}/stems/{count}.zip ·
/// GET /songs/{id}/stems/{count}/peaks, /samples · GET|PUT /songs/{id}/stems/{count}/mix · GET /songs/{id}/stems/{count}/mix.{format} · GET /separators · POST /separate
/// </summary>
internal static class StemEndpoints
{
    private const int MaxJsonBytes = 1 << 20;

    public static void MapStems(this IEndpointRouteBuilder api)
    {
        var stems = api.MapGroup("/songs/{id:guid}/stems").WithTags("Stems");
        stems.MapPost("", RequestAsync).Produces<Job>(StatusCodes.Status202Accepted);
        stems.MapGet("", (StemLibrary library, ClaimsPrincipal user, Guid id, CancellationToken stop) => library.ListAsync(user.UserId(), id, stop));
        stems.MapDelete("/{count:int}", async (StemLibrary library, ClaimsPrincipal user, Guid id, int count, CancellationToken stop) =>
        {
            await library.DeleteAsync(user.UserId(), id, count, stop);
            return Results.NoContent();
        }).Produces(StatusCodes.Status204NoContent);
        stems.MapMethods("/{count:int}.zip", MediaAnswer.Methods, ZipAsync).Produces<byte[]>(StatusCodes.Status200OK, "application/zip");
        stems.MapGet("/{count:int}/peaks", async (
            StemLibrary library, StemSounds sounds, ClaimsPrincipal user, Guid id, int count, CancellationToken stop, int points = 1000, double? start = null, double? end = null) =>
            await sounds.PeaksAsync(await library.GetReadyAsync(user.UserId(), id, count, stop), points, start, end, stop));
        stems.MapGet("/{count:int}/samples", SamplesAsync).Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream");
        stems.MapGet("/{count:int}/mix", (StemLibrary library, ClaimsPrincipal user, Guid id, int count, CancellationToken stop) => library.MixAsync(user.UserId(), id, count, stop));
        stems.MapPut("/{count:int}/mix", (StemLibrary library, ClaimsPrincipal user, Guid id, int count, StemMix mix, CancellationToken stop) =>
            library.SaveMixAsync(user.UserId(), id, count, mix, stop)).WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes));

        // Before the route of single stems, which would take it for a stem of that name.
        stems.MapMethods("/{count:int}/mix.{format}", MediaAnswer.Methods, MixAsync).WithOrder(-1);
        stems.MapMethods("/{count:int}/{name}.{format}", MediaAnswer.Methods, StemAsync);
        api.MapGet("/separators", (Separators separators, int stems = 4) => separators.For(StemNames.Of(stems).Count).Select(engine => engine.Name).ToList()).WithTags("Stems");
        api.MapPost("/separate", SeparateAsync).WithTags("Stems").WithUpload<byte[]>(StatusCodes.Status200OK, "application/zip").Accepts<SplitForm>("multipart/form-data");
    }

    private static async Task<IResult> RequestAsync(
        StemLibrary library, ClaimsPrincipal user, Guid id, StemRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, CancellationToken stop)
    {
        if (request.Priority is < 0 or > 9)
        {
            throw StudioProblem.Field("priority", "A priority lies between 0 and 9.");
        }

        var job = await library.RequestAsync(user.UserId(), id, request.Stems, request.Engine, request.Priority ?? 5, key, stop);
        return Results.Accepted($"/api/v1/jobs/{job.Id}", job);
    }

    private static async Task<IResult> StemAsync(
        StemLibrary library, StemSounds sounds, SongLibrary songs, ClaimsPrincipal user, Guid id, int count, string name, string format, CancellationToken stop)
    {
        var (set, kind) = (await library.GetReadyAsync(user.UserId(), id, count, stop), SoundFormat.Of(format));
        var path = await sounds.FileAsync(set, name, kind, stop);
        var song = await songs.GetAsync(user.UserId(), id, stop);
        return MediaAnswer.File(path, "stem", kind.Kind.ContentType, $"{set.Id:N}-{name}-{format}", DisplayName.FileName(kind.Kind.Extension, song.Title, name));
    }

    private static async Task<IResult> MixAsync(StemLibrary library, StemSounds sounds, SongLibrary songs, ClaimsPrincipal user, Guid id, int count, string format, CancellationToken stop)
    {
        var (set, kind) = (await library.GetReadyAsync(user.UserId(), id, count, stop), SoundFormat.Of(format));
        var mix = await library.MixAsync(user.UserId(), id, count, stop);
        var song = await songs.GetAsync(user.UserId(), id, stop);
        return MediaAnswer.File(
            await sounds.MixFileAsync(set, mix, kind, stop), "stem", kind.Kind.ContentType, StemSounds.HashOf(set, mix)[..24], DisplayName.FileName(kind.Kind.Extension, song.Title, "mix"));
    }

    private static async Task<IResult> SamplesAsync(
        StemLibrary library, StemSounds sounds, ClaimsPrincipal user, Guid id, int count, long start, int frames, CancellationToken stop, bool original = false)
    {
        var set = await library.GetReadyAsync(user.UserId(), id, count, stop);
        var samples = await Task.Run(() => sounds.Samples(set, start, frames, original), stop);
        return Results.Bytes(samples, "application/octet-stream", entityTag: new($"\"{set.Id:N}-{start}-{frames}-{original}\""));
    }

    private static async Task<IResult> ZipAsync(
        StemLibrary library, StemSounds sounds, SongLibrary songs, ClaimsPrincipal user, Guid id, int count, CancellationToken stop, string format = "wav")
    {
        var (set, kind) = (await library.GetReadyAsync(user.UserId(), id, count, stop), SoundFormat.Of(format));
        var song = await songs.GetAsync(user.UserId(), id, stop);
        return new Archive(sounds, set, kind, DisplayName.FileName(".zip", song.Title, $"{count} stems"), null, stop);
    }

    private static async Task<IResult> SeparateAsync(HttpContext http, FileSplits splits, StemSounds sounds, SongLibrary songs, FileStore files, CancellationToken stop)
    {
        // What stands in the address is refused before the file is read.
        var asked = http.Request.Query["stems"].FirstOrDefault();
        _ = asked is null ? 0 : CountOf(asked);
        files.EnsureRoom(http.Request.ContentLength ?? songs.MaxBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var upload = await Upload.ReadAsync(http, workspace, songs.MaxBytes, songs.TooLarge, stop);
        var count = CountOf(upload.Fields.GetValueOrDefault("stems") ?? asked);
        var format = SoundFormat.Of(upload.Fields.GetValueOrDefault("format") ?? http.Request.Query["format"].FirstOrDefault() ?? "wav");
        var held = await splits.SplitAsync(http.User.UserId(), upload, count, stop);
        return new Archive(sounds, held.Set, format, "stems.zip", held, stop);
    }

    private static int CountOf(string? stems) => StemNames.Of(int.TryParse(stems, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Count;

    /// <summary>An archive that is written while it is sent.</summary>
    private sealed class Archive(StemSounds sounds, StemSetView set, SoundFormat format, string name, IDisposable? held, CancellationToken stop) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var kept = held;
            var headers = httpContext.Response.GetTypedHeaders();
            headers.ContentType = new MediaTypeHeaderValue("application/zip");
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(name);
            headers.ContentDisposition = disposition;
            headers.ETag = new EntityTagHeaderValue($"\"{set.Id:N}-{set.PublishedAttempt}-{format.Name}\"");
            if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(headers.ETag, useStrongComparison: false)))
            {
                httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            if (HttpMethods.IsHead(httpContext.Request.Method))
            {
                return;
            }

            // Archives write small things without waiting, which the body itself does not allow; its writer does.
            await sounds.WriteZipAsync(set, format, httpContext.Response.BodyWriter.AsStream(), stop);
        }
    }
}

/// <summary>The form of a file that is to be split, as it is described to programs.</summary>
/// <param name="File">The recording.</param>
/// <param name="Stems">Into how many stems: 2, 4 or 5; may stand in the address instead.</param>
/// <param name="Format">What the stems are to be: wav, flac or mp3; wav when it is left out.</param>
internal sealed record SplitForm(IFormFile File, int? Stems = null, string? Format = null);

/// <summary>What somebody asks for.</summary>
/// <param name="Stems">Into how many stems: 2, 4 or 5.</param>
/// <param name="Engine">Name of the engine that is to do it, of those that <c>GET /separators</c> names; the best when it is left out.</param>
/// <param name="Priority">0 (last) to 9 (first); 5 when it is left out.</param>
internal sealed record StemRequest(int Stems, string? Engine = null, int? Priority = null);
