using System.Text;

namespace Downbeat.Features.Uploads;

/// <summary>What somebody wants of an upload: its metadata, read.</summary>
/// <param name="Target">What it shall become.</param>
/// <param name="SongId">The song that it is for; empty when none is named.</param>
/// <param name="FileName">Name of the file as it was sent; may be empty.</param>
/// <param name="Fields">All that was said, by name.</param>
internal sealed record UploadWish(string Target, Guid SongId, string FileName, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>Most characters of the metadata.</summary>
    public const int MaxLength = 4096;

    /// <summary>Reads the header <c>Upload-Metadata</c>: names with their values in Base64, parted by commas.</summary>
    /// <exception cref="StudioProblem">400 <c>upload.metadata</c>; 400 <c>request.field</c> for a song that has no id.</exception>
    public static UploadWish Read(string metadata)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in metadata.Length <= MaxLength ? metadata.Split(',', StringSplitOptions.TrimEntries) : throw Malformed())
        {
            var (name, value) = pair.IndexOf(' ') is > 0 and var space ? (pair[..space], pair[(space + 1)..]) : (pair, "");
            if (name.Length == 0 || !name.All(c => c is > ' ' and <= '~') || Decode(value) is not { } text || !fields.TryAdd(name, text))
            {
                throw Malformed();
            }
        }

        var song = fields.GetValueOrDefault("song");
        return new(
            fields.GetValueOrDefault("target") ?? throw Malformed(),
            song is null ? Guid.Empty : Guid.TryParse(song, out var songId) ? songId : throw StudioProblem.Field("song", "song is the id of the song that the file is for."),
            fields.GetValueOrDefault("filename") ?? "",
            fields);
    }

    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return !base64.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private static StudioProblem Malformed() => new(
        400, "upload.metadata", $"Say in Upload-Metadata what the file is to become: filename, target and, for what belongs to a song, song; values in Base64, at most {MaxLength} characters in all.");
}
