using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Telemetry;

namespace Downbeat.Features.Compositions;

/// <summary>Pictures that are laid over the videos of a song. Each is kept under the hash of its content, drawn anew as PNG, and goes with the song.</summary>
internal sealed class WatermarkShelf(SongLibrary songs, FileStore files, ClipCheck check, Ffmpeg ffmpeg)
{
    /// <summary>Largest file.</summary>
    public const long MaxBytes = 5 << 20;

    private const int MaxPixels = 20_000_000;
    private const int MaxSide = 10_000;
    private const int MaxShape = 50;
    private const int MostPictures = 20;
    private const int KeptWidth = 1920;

    /// <summary>What to say about a larger file.</summary>
    public static StudioProblem TooLarge => new(413, "watermark.too_large", $"A watermark has at most {MaxBytes >> 20} MB; save it smaller.");

    /// <summary>Checks an uploaded picture and keeps it.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>watermark.quota_reached</c>; 415 <c>watermark.not_supported</c>; 422 <c>watermark.too_large_picture</c>, and what <see cref="ClipCheck"/> refuses.</exception>
    public async Task<WatermarkPicture> AddAsync(Guid ownerId, Guid songId, Upload upload, Workspace workspace, CancellationToken stop)
    {
        await songs.GetAsync(ownerId, songId, stop);
        var kind = KindOf(upload.Path);
        var video = (await check.RunAsync(upload.Path, 1, stop)).Video!;
        if ((long)video.Width * video.Height > MaxPixels || Math.Max(video.Width, video.Height) > MaxSide || Math.Max(video.Width, video.Height) > MaxShape * Math.Min(video.Width, video.Height))
        {
            throw new StudioProblem(
                422,
                "watermark.too_large_picture",
                $"A watermark has at most {MaxPixels / 1_000_000} megapixels and {MaxSide} pixels on a side, and is at most {MaxShape} times as long as wide; make it smaller.");
        }

        var id = new Guid(Convert.FromHexString(upload.ContentHash.AsSpan(0, 32)), bigEndian: true);
        if (files.Find(KeyOf(songId, id)) is null && files.CountIn(FolderOf(songId)) >= MostPictures)
        {
            throw Refusals.Of(new(409, "watermark.quota_reached", $"A song has at most {MostPictures} watermarks; remove one first."));
        }

        // One that is there already is put there again: it is the newest now.
        files.Put(KeyOf(songId, id), await DrawAsync(upload.Path, kind, workspace.File("watermark.png"), stop));
        return PictureOf(songId, id);
    }

    /// <summary>The pictures of a song, the newest first.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<IReadOnlyList<WatermarkPicture>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await songs.GetAsync(ownerId, songId, stop);
        return [.. files.NamesIn(FolderOf(songId)).Select(name => PictureOf(songId, Guid.Parse(Path.GetFileNameWithoutExtension(name))))];
    }

    /// <summary>A picture of the caller, or null.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<string?> FindAsync(Guid ownerId, Guid songId, Guid id, CancellationToken stop)
    {
        await songs.GetAsync(ownerId, songId, stop);
        return files.Find(KeyOf(songId, id));
    }

    /// <summary>Removes a picture. Finished videos keep it; videos that are still to be rendered fail.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c> or <c>watermark.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid songId, Guid id, CancellationToken stop)
    {
        _ = await FindAsync(ownerId, songId, id, stop) ?? throw StudioProblem.NotFound("watermark");
        files.Delete(KeyOf(songId, id));
    }

    /// <summary>The picture as the renderer knows it.</summary>
    /// <exception cref="StudioProblem">422 <c>composition.watermark_gone</c>.</exception>
    public ShotSource SourceOf(Guid songId, Guid id) => files.Find(KeyOf(songId, id)) is { } path
        ? new(id, path, $"{id:N}", 0, 0) { IsStill = true, Demuxer = MediaKind.Png.Demuxer, HasAlpha = true }
        : throw new StudioProblem(422, "composition.watermark_gone", "The watermark of this video has been removed since it was planned; make the video again.");

    private static WatermarkPicture PictureOf(Guid songId, Guid id) => new(id, $"/api/v1/songs/{songId}/watermarks/{id}");

    private static string FolderOf(Guid songId) => $"{Song.FolderOf(songId)}/watermarks";

    private static string KeyOf(Guid songId, Guid id) => $"{FolderOf(songId)}/{id:N}.png";

    private static MediaKind KindOf(string path)
    {
        using var file = File.OpenRead(path);
        return MediaSniffer.Identify(file) is { IsStill: true } kind
            ? kind
            : throw new StudioProblem(415, "watermark.not_supported", "A watermark is a PNG, JPEG or WebP picture; save it as one of these.");
    }

    // What a stranger sent is decoded once, here; renders open a file that the studio wrote.
    private async Task<string> DrawAsync(string path, MediaKind kind, string png, CancellationToken stop)
    {
        await ffmpeg.RunAsync(
            [.. MediaPolicy.Input(path, kind), "-frames:v", "1", "-vf", $"scale=w='min({KeptWidth},iw)':h=-1:flags=area,format=rgba", "-c:v", "png", "-f", "image2pipe", png], RunLimits.Short, null, stop);
        return png;
    }
}

/// <summary>A picture that may be laid over videos.</summary>
/// <param name="Id">Its name; the same picture always has the same one.</param>
/// <param name="Url">Where it can be looked at.</param>
public sealed record WatermarkPicture(Guid Id, string Url);
