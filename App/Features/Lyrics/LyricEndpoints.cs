using System.Security.Claims;
using System.Text;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Downbeat.Features.Lyrics;

/// <summary>
/// GET|PUT|POST|DELETE /songs/{id}/lyrics · GET /songs/{id}/lyrics.lrc, .srt, .vtt, .txt · POST /songs/{id}/lyrics/retime, /spread, /undo, /redo
/// </summary>
internal static class LyricEndpoints
{
    private const int MaxJsonBytes = 4 << 20;

    /// <summary>Maps them.</summary>
    public static void MapLyrics(this IEndpointRouteBuilder api)
    {
        var lyrics = api.MapGroup("/songs/{id:guid}").WithTags("Lyrics");
        lyrics.MapGet("/lyrics", (LyricSheet sheet, ClaimsPrincipal user, Guid id, CancellationToken stop) => sheet.GetAsync(user.UserId(), id, stop));
        lyrics.MapPut("/lyrics", ReplaceAsync).WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes));
        lyrics.MapPost("/lyrics", ImportAsync)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .DisableAntiforgery()
            .Accepts<IFormFile>("multipart/form-data", "text/plain")
            .Produces<SongLyrics>(StatusCodes.Status201Created);
        lyrics.MapDelete("/lyrics", async (LyricSheet sheet, ClaimsPrincipal user, Guid id, CancellationToken stop) =>
        {
            await sheet.DeleteAsync(user.UserId(), id, stop);
            return Results.NoContent();
        });
        lyrics.MapPost("/lyrics/retime", (LyricSheet sheet, ClaimsPrincipal user, Guid id, Retiming retiming, CancellationToken stop) =>
        {
            var from = retiming.From ?? throw StudioProblem.Field("from", "from is the time, in seconds, from which on lines move.");
            var offset = retiming.OffsetSeconds ?? throw StudioProblem.Field("offsetSeconds", "offsetSeconds says by how many seconds they move; negative is earlier.");
            return sheet.EditAsync(user.UserId(), id, null, (lines, duration) => LyricEdits.Retime(lines, from, offset, duration), stop);
        });
        lyrics.MapPost("/lyrics/spread", (LyricSheet sheet, ClaimsPrincipal user, Guid id, CancellationToken stop) => sheet.SpreadAsync(user.UserId(), id, null, stop));
        lyrics.MapPost("/lyrics/undo", (LyricSheet sheet, ClaimsPrincipal user, Guid id, CancellationToken stop) => sheet.UndoAsync(user.UserId(), id, stop));
        lyrics.MapPost("/lyrics/redo", (LyricSheet sheet, ClaimsPrincipal user, Guid id, CancellationToken stop) => sheet.RedoAsync(user.UserId(), id, stop));
        lyrics.MapGet("/lyrics.{format:regex(^(lrc|srt|vtt|txt)$)}", ExportAsync);
    }

    private static Task<SongLyrics> ReplaceAsync(LyricSheet sheet, ClaimsPrincipal user, Guid id, NewLyrics lyrics, CancellationToken stop)
    {
        var source = Choices.Read<LyricSource>(lyrics.Source, "source") ?? LyricSource.Program;
        var lines = lyrics.Lines ?? throw StudioProblem.Field("lines", "lines is the list of all lines, each with a text.");
        return sheet.ReplaceAsync(user.UserId(), id, new(source, LyricRules.CleanLanguage(lyrics.Language ?? "", "language"), lines), lyrics.Version, stop);
    }

    private static async Task<IResult> ImportAsync(HttpContext http, Guid id, LyricSheet sheet, SongLibrary songs, FileStore files, CancellationToken stop)
    {
        var owner = http.User.UserId();
        await songs.GetAsync(owner, id, stop);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        var bytes = http.Request.HasFormContentType
            ? await File.ReadAllBytesAsync((await Upload.ReadAsync(http, workspace, LyricText.MaxBytes, LyricText.TooLarge, stop)).Path, stop)
            : await ReadBodyAsync(http.Request.Body, stop);
        return Results.Created(LyricSheet.AddressOf(id), await sheet.ImportAsync(owner, id, bytes, stop));
    }

    private static async Task<byte[]> ReadBodyAsync(Stream body, CancellationToken stop)
    {
        var buffer = new byte[LyricText.MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return length <= LyricText.MaxBytes ? buffer[..length] : throw LyricText.TooLarge;
    }

    private static async Task<IResult> ExportAsync(HttpContext http, Guid id, string format, LyricSheet sheet, SongLibrary songs, CancellationToken stop, bool words = false)
    {
        var owner = http.User.UserId();
        var song = await songs.GetAsync(owner, id, stop);
        var lyrics = await sheet.GetAsync(owner, id, stop);
        var content = lyrics.Content;
        format = format.ToLowerInvariant();
        var (text, type) = format switch
        {
            "lrc" => (LyricWriter.Lrc(content, words), "text/plain"),
            "srt" => (LyricWriter.Srt(content), "application/x-subrip"),
            "vtt" => (LyricWriter.Vtt(content), "text/vtt"),
            _ => (LyricWriter.Plain(content), "text/plain"),
        };

        // Words that were removed and brought again count their versions from 1.
        var tag = new EntityTagHeaderValue($"\"{lyrics.Version}-{lyrics.UpdatedAt.UtcTicks:x}-{(words ? "words-" : "")}{format}\"", isWeak: true);
        http.Response.GetTypedHeaders().CacheControl = new() { Private = true, NoCache = true };
        return Results.File(Encoding.UTF8.GetBytes(text), $"{type}; charset=utf-8", DisplayName.FileName($".{format}", song.Artist, song.Title), entityTag: tag);
    }
}

/// <summary>All lines of a song, as a program sends them.</summary>
/// <param name="Source">What they were brought as; <c>program</c> when left out.</param>
/// <param name="Language">Language; may be left out.</param>
/// <param name="Version">The version that they replace; refused with 409 when there is another by now. Any when left out.</param>
/// <param name="Lines">The lines; none takes all words away, and undo brings them back.</param>
internal sealed record NewLyrics(string? Source, string? Language, int? Version, IReadOnlyList<LyricLine>? Lines);

/// <summary>The first line that begins at or after a time moves, and all after it. Neither number may be left out.</summary>
/// <param name="From">Seconds.</param>
/// <param name="OffsetSeconds">By how much; negative is earlier.</param>
internal sealed record Retiming(double? From, double? OffsetSeconds);
