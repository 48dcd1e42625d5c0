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
internal sealed class DrawnClips(SongLibrary songs, SongAnalyst analyst, LyricSheet lyrics, ClipLibrary library, AudioDecoder decoder, CoverArt covers, ClipArtist artist) : IClipGenerator
{
    private const int FramesPerSecond = 30;
    private const double ListenedShare = 0.06;
    private const double DrawnShare = 0.95;
    private const int MostPictureSide = 1_400;

    /// <inheritdoc/>
    public string Name => "builtin";

    /// <inheritdoc/>
    public string Title => "Drawn to the music";

    /// <inheritdoc/>
    public string? Missing => null;

    /// <inheritdoc/>
    public async Task<Upload> MakeAsync(GenerateClip wish, StepContext context, Workspace workspace, CancellationToken stop)
    {
        context.Report("Listening", 0);
        var song = await songs.GetAsync(context.OwnerId, wish.SongId, stop);
        var analysis = await analyst.GetAsync(context.OwnerId, wish.SongId, stop);
        var (drawing, motion) = DrawingOf(wish);
        var pulse = new Pulse(analysis, await HearAsync(song, wish, drawing.Seconds, stop), wish.Start, drawing.Seconds, CameraMoves.Motions[motion]);
        var words = drawing.Visual.Name == "words" ? SungWords.Of(await lyrics.FindAsync(context.OwnerId, wish.SongId, stop), song.Title, analysis.Beats, wish.Start, wish.End) : [];
        using var picture = drawing.Visual.NeedsPicture ? await PictureAsync(context.OwnerId, song, wish, workspace, stop) : null;
        context.Report("Drawing", ListenedShare);
        var path = workspace.File("drawn.mp4");
        await artist.DrawAsync(drawing, pulse, words, picture, path, done => context.Report("Drawing", ListenedShare + ((DrawnShare - ListenedShare) * done)), stop);
        return await Upload.OfFileAsync(path, "drawn.mp4", stop);
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
            if (!await covers.FindAsync(songs.FindAudio(song) ?? throw StudioProblem.NotFound("song"), path, MostPictureSide, stop))
            {
                throw new StudioProblem(422, "clip.no_cover", "There is no cover in the song's file; add a picture to the song's clips and choose that.");
            }
        }
        else
        {
            await library.PictureOfAsync(ownerId, song.Id, Guid.TryParse(wish.Picture, out var id) ? id : null, path, MostPictureSide, stop);
        }

        return SKImage.FromEncodedData(path) ?? throw new StudioProblem(422, "clip.no_picture", "The picture cannot be read; choose another one.");
    }
}
