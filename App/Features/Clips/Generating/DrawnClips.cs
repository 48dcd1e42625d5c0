using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Lyrics;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using SkiaSharp;

namespace Downbeat.Features.Clips.Generating;

/// <summary>The built-in generator: draws to the music, on this machine.</summary>
internal sealed class DrawnClips(SongLibrary songs, SongAnalyst analyst, LyricSheet lyrics, ClipLibrary library, AudioDecoder decoder, CoverArt covers, ClipArtist artist, FileStore files)
    : IClipGenerator, IDisposable
{
    private const int FramesPerSecond = 30;
    private const double ListenedShare = 0.06;
    private const double DrawnShare = 0.95;
    private const int MostPictureSide = 1_400;
    private const int PreviewSide = 480;
    private const int PreviewQuality = 82;

    // However many jobs may run at once because of generators that only wait: drawing takes a core each.
    private readonly SemaphoreSlim drawingTurns = new(Environment.ProcessorCount);

    // Each takes a core for a quarter of a second; a page asks for a dozen at once.
    private readonly SemaphoreSlim previewTurns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <inheritdoc/>
    public string Name => "builtin";

    /// <inheritdoc/>
    public string Title => "Drawn here";

    /// <inheritdoc/>
    public string? Missing => null;

    /// <inheritdoc/>
    public Task EnsureAsync(Guid ownerId, int clips, CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<Upload> MakeAsync(GenerateClip wish, StepContext context, Workspace workspace, CancellationToken stop)
    {
        context.Report("Listening", 0);
        using var material = await GatherAsync(context.OwnerId, wish, workspace, stop);
        var path = workspace.File("drawn.mp4");
        await drawingTurns.WaitAsync(stop);
        try
        {
            context.Report("Drawing", ListenedShare);
            await artist.DrawAsync(material.Drawing, material.Pulse, material.Words, material.Picture, path, done => context.Report("Drawing", ListenedShare + ((DrawnShare - ListenedShare) * done)), stop);
        }
        finally
        {
            drawingTurns.Release();
        }

        return await Upload.OfFileAsync(path, "drawn.mp4", stop);
    }

    /// <inheritdoc/>
    public ValueTask SettleAsync(Guid clipId) => ValueTask.CompletedTask;

    /// <summary>Refuses a song whose file carries no cover.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 422 <c>clip.no_cover</c>.</exception>
    public async Task EnsureCoverAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        using var workspace = files.OpenWorkspace($"cover-{Guid.NewGuid():N}");
        await CoverAsync(await songs.GetAsync(ownerId, songId, stop), workspace.File("cover.jpg"), stop);
    }

    /// <summary>What a clip will look like at its strongest stroke.</summary>
    /// <returns>A JPEG, its long side 480 pixels.</returns>
    /// <exception cref="StudioProblem">As for <see cref="MakeAsync"/>.</exception>
    public async Task<byte[]> PreviewAsync(Guid ownerId, GenerateClip wish, CancellationToken stop)
    {
        await previewTurns.WaitAsync(stop);
        try
        {
            using var workspace = files.OpenWorkspace($"scene-{Guid.NewGuid():N}");
            using var material = await GatherAsync(ownerId, wish, workspace, stop);
            return await Task.Run(() => Preview(material), stop);
        }
        finally
        {
            previewTurns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        drawingTurns.Dispose();
        previewTurns.Dispose();
    }

    private static byte[] Preview(Material material)
    {
        var drawing = material.Drawing;
        var frame = Enumerable.Range(drawing.Frames / 5, Math.Max(1, drawing.Frames * 3 / 5)).MaxBy(frame => material.Pulse.At((double)frame / drawing.FramesPerSecond).Hit);
        var pixels = ClipArtist.FramesOf(drawing, material.Pulse, material.Words, material.Picture, [frame]).First();
        var (width, height) = ClipArtist.Size(drawing);
        using var whole = SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque), pixels.Span);
        using var small = SKSurface.Create(new SKImageInfo(PreviewSide * width / Math.Max(width, height), PreviewSide * height / Math.Max(width, height)));
        small.Canvas.DrawImage(whole, small.Canvas.DeviceClipBounds, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var image = small.Snapshot();
        using var jpeg = image.Encode(SKEncodedImageFormat.Jpeg, PreviewQuality);
        return jpeg.ToArray();
    }

    private async Task<Material> GatherAsync(Guid ownerId, GenerateClip wish, Workspace workspace, CancellationToken stop)
    {
        var song = await songs.GetAsync(ownerId, wish.SongId, stop);
        var analysis = await analyst.GetAsync(ownerId, wish.SongId, stop);
        var (drawing, motion) = DrawingOf(wish);
        var sound = await HearAsync(song, wish, drawing.Seconds, stop);
        var words = drawing.Visual.Name == "words" ? SungWords.Of(await lyrics.FindAsync(ownerId, wish.SongId, stop), song.Title, analysis.Beats, wish.Start, wish.End) : [];
        var picture = drawing.Visual.NeedsPicture ? await PictureAsync(ownerId, song, wish, workspace, stop) : null;
        return new(drawing, await Task.Run(() => new Pulse(analysis, sound, wish.Start, drawing.Seconds, CameraMoves.Motions[motion]), stop), words, picture);
    }

    /// <summary>What a wish means to the artist. Frames are whole, and there are never too few to fill the slot.</summary>
    public static (ClipDrawing Drawing, string Motion) DrawingOf(GenerateClip wish)
    {
        var (scene, style) = (wish.Scene, DrawingStyles.Of(wish.Scene.Style));
        var frames = Math.Max(1, (int)Math.Ceiling(((wish.End - wish.Start) * FramesPerSecond) - 1e-6));
        var camera = Choices.Read<CameraMove>(scene.Camera, "camera") ?? CameraMove.Still;
        return (new(Visuals.Of(scene.Visual), style, style.Palette(scene.Palette), camera, scene.Seed, wish.Width, wish.Height, FramesPerSecond, frames, wish.IsLoop), scene.Motion);
    }

    /// <summary>The sound from the lead before the slot to its end; silence where the song has not begun.</summary>
    private async Task<float[]> HearAsync(Song song, GenerateClip wish, double seconds, CancellationToken stop)
    {
        var from = Math.Max(0, wish.Start - Pulse.LeadSeconds);
        var missing = (int)Math.Round((from - wish.Start + Pulse.LeadSeconds) * Pulse.SampleRate);
        var heard = await decoder.DecodeAsync(songs.FindAudio(song) ?? throw StudioProblem.NotFound("song"), Pulse.SampleRate, from, wish.Start + seconds - from, stop);
        return missing == 0 ? heard : [.. new float[missing], .. heard];
    }

    private async Task<SKImage> PictureAsync(Guid ownerId, Song song, GenerateClip wish, Workspace workspace, CancellationToken stop)
    {
        var path = workspace.File("picture.jpg");
        if (wish.Picture == "cover")
        {
            await CoverAsync(song, path, stop);
        }
        else
        {
            await library.PictureOfAsync(ownerId, song.Id, Guid.TryParse(wish.Picture, out var id) ? id : null, path, MostPictureSide, stop);
        }

        return SKImage.FromEncodedData(path) ?? throw new StudioProblem(422, "clip.no_picture", "The picture cannot be read; choose another one.");
    }

    private async Task CoverAsync(Song song, string path, CancellationToken stop)
    {
        if (!await covers.FindAsync(songs.FindAudio(song) ?? throw StudioProblem.NotFound("song"), path, MostPictureSide, stop))
        {
            throw new StudioProblem(422, "clip.no_cover", "There is no cover in the song's file; add a picture to the song's clips and choose that.");
        }
    }

    private sealed record Material(ClipDrawing Drawing, Pulse Pulse, IReadOnlyList<StageWord> Words, SKImage? Picture) : IDisposable
    {
        public void Dispose() => Picture?.Dispose();
    }
}
