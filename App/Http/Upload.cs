using System.Security.Cryptography;
using Downbeat.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Downbeat.Http;

/// <summary>A file that somebody brought, in a multipart request or in parts, streamed to a workspace and measured on the way.</summary>
/// <param name="Path">Where it lies, inside the workspace.</param>
/// <param name="FileName">Its name as it was sent: to be shown, never to be used as a path.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="ContentHash">SHA-256, lower-case hexadecimal.</param>
/// <param name="Fields">The other fields of the form, at most 16 of 4 KB each.</param>
internal sealed record Upload(string Path, string FileName, long SizeBytes, string ContentHash, IReadOnlyDictionary<string, string> Fields)
{
    private const int MaxFields = 16;
    private const int MaxFieldBytes = 4096;
    private const int MaxNameLength = 255;

    /// <summary>Describes a file that the studio made as if it had been uploaded, so that it takes the same way in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="fields">What a form would have said of it.</param>
    public static async Task<Upload> OfFileAsync(string path, string name, CancellationToken stop, IReadOnlyDictionary<string, string>? fields = null)
    {
        await using var file = System.IO.File.OpenRead(path);
        return new(path, name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop)), fields ?? new Dictionary<string, string>());
    }

    /// <summary>Reads the request to its end. Memory stays flat whatever the size.</summary>
    /// <param name="http">A <c>multipart/form-data</c> request with one file field named <c>file</c>.</param>
    /// <param name="workspace">Where the file goes.</param>
    /// <param name="limitBytes">Largest file.</param>
    /// <param name="limitReached">What to say when it is larger.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StudioProblem">400 <c>request.multipart</c>, 400 <c>request.file_name</c>, 413 as <paramref name="limitReached"/> says.</exception>
    public static async Task<Upload> ReadAsync(HttpContext http, Workspace workspace, long limitBytes, StudioProblem limitReached, CancellationToken stop)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            throw Malformed();
        }

        var reader = new MultipartReader(boundary.Value!, http.Request.Body, 1 << 16) { HeadersCountLimit = 16, HeadersLengthLimit = 64 << 10, BodyLengthLimit = null };
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Upload? file = null;
        try
        {
            while (await reader.ReadNextSectionAsync(stop) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition)
                {
                    throw Malformed();
                }

                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (!disposition.IsFileDisposition())
                {
                    fields[name] = fields.Count < MaxFields ? await ReadFieldAsync(name, section.Body, stop) : throw Malformed();
                }
                else if (name == "file" && file is null)
                {
                    var fileName = NameOf(disposition);
                    var (size, hash) = await SaveAsync(section.Body, workspace.File("upload"), limitBytes, limitReached, stop);
                    file = new(workspace.File("upload"), fileName, size, hash, fields);
                }
                else
                {
                    throw Malformed();
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !stop.IsCancellationRequested)
        {
            throw Malformed();
        }

        return file ?? throw Malformed();
    }

    /// <summary>Copies a file that has come in parts, so that whoever takes the copy may move it.</summary>
    /// <param name="whole">The file, from where it stands.</param>
    /// <param name="sentName">Its name as it was sent.</param>
    /// <param name="fields">What was sent with it.</param>
    /// <param name="workspace">Where the copy goes.</param>
    /// <param name="stop">Ends the copying.</param>
    /// <exception cref="StudioProblem">400 <c>request.file_name</c>; 507 <c>storage.full</c>.</exception>
    public static async Task<Upload> CopyAsync(Stream whole, string sentName, IReadOnlyDictionary<string, string> fields, Workspace workspace, CancellationToken stop)
    {
        var fileName = NameOf(sentName);
        var (size, hash) = await SaveAsync(whole, workspace.File("upload"), long.MaxValue, FileStore.Full(), stop);
        return new(workspace.File("upload"), fileName, size, hash, fields);
    }

    /// <summary>The name as it may be shown. It is never a path, but who sends one has something in mind that we do not want.</summary>
    /// <exception cref="StudioProblem">400 <c>request.file_name</c>.</exception>
    public static string NameOf(string sent) => sent.Length <= MaxNameLength && sent.IndexOfAny(['/', '\\', '\0']) < 0
        ? DisplayName.Clean(sent, MaxNameLength)
        : throw new StudioProblem(400, "request.file_name", $"Rename the file and upload it again: a name has no slashes and at most {MaxNameLength} characters.");

    private static async Task<(long Size, string Hash)> SaveAsync(Stream body, string path, long limitBytes, StudioProblem limitReached, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true);
        var size = await UploadBody.SaveAsync(body, file, limitBytes, limitReached, bytes => hash.AppendData(bytes), stop);
        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<string> ReadFieldAsync(string name, Stream body, CancellationToken stop)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return length <= MaxFieldBytes ? System.Text.Encoding.UTF8.GetString(buffer, 0, length)
            : throw StudioProblem.Field(DisplayName.Clean(name, 64), $"A field of the form has at most {MaxFieldBytes} bytes.");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition) =>
        NameOf(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString());

    private static StudioProblem Malformed() =>
        new(400, "request.multipart", "Send multipart/form-data with one file in the field \"file\"; see /docs.");
}
