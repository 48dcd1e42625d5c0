using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Timing;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Compositions;

/// <summary>
/// Shows a part of a film before it is made: at most ten seconds, small and quickly coded, with the song under it. It is rendered piece by piece as films are, and kept among their pieces: what was
/// seen once comes at once, and after an edit only what it changed is rendered.
/// </summary>
internal sealed class FilmPreviews(
    CompositionStudio studio, TimelineDesk desk, SongLibrary songs, FilmSources filmSources, FilmMusic music, PieceShelf shelf, PieceRenderer renderer, SoundTrack soundTrack, FilmJoiner joiner, FileStore files,
    IOptions<MediaOptions> media, ILogger<FilmPreviews> logger) : IDisposable
{
    /// <summary>Longest part; transitions at its ends are shown in full, though.</summary>
    public const double MostSeconds = 10;

    private const int LongestSide = 640;

    // No more at once than leave room for the videos that are being made.
    private readonly OwnerTurns turns = new(Math.Max(1, media.Value.WorkerCount / 2));

    /// <summary>A part of the film that these settings give.</summary>
    /// <exception cref="StudioProblem">
    /// 404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>; 400 <c>request.field</c>; 422 <c>cut.infeasible</c>, <c>composition.clip_gone</c>, <c>composition.watermark_gone</c>, <c>music.no_stems</c>, <c>preview.failed</c>; 507 <c>storage.full</c>.
    /// </exception>
    public async Task<FilmPreview> OfSettingsAsync(Guid ownerId, Guid songId, CompositionSettings settings, PreviewPart part, CancellationToken stop) =>
        await MakeAsync(ownerId, songId, await studio.PlanAsync(ownerId, songId, settings, stop), settings, part, stop);

    /// <summary>A part of the film that lies on a song's timeline.</summary>
    /// <inheritdoc cref="OfSettingsAsync" path="/exception"/>
    public async Task<FilmPreview> OfTimelineAsync(Guid ownerId, Guid songId, PreviewPart part, CancellationToken stop)
    {
        var open = await desk.GetAsync(ownerId, songId, stop);
        return await MakeAsync(ownerId, songId, open.Cut, open.Content.Settings, part, stop);
    }

    /// <summary>A part of a video, also while that is not finished.</summary>
    /// <inheritdoc cref="OfSettingsAsync" path="/exception"/>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<FilmPreview> OfCompositionAsync(Guid ownerId, Guid id, PreviewPart part, CancellationToken stop)
    {
        var (songId, cut, settings, _) = await studio.PlanOfAsync(ownerId, id, stop);
        return await MakeAsync(ownerId, songId, cut, settings, part, stop);
    }

    /// <summary>The file of a preview; null when it has made room for something else.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<string?> FindAsync(Guid ownerId, Guid songId, string key, CancellationToken stop)
    {
        _ = await songs.GetAsync(ownerId, songId, stop);
        using var store = shelf.Open(songId);
        return store.TryFind(FileOf(key));
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<FilmPreview> MakeAsync(Guid ownerId, Guid songId, Cut cut, CompositionSettings settings, PreviewPart part, CancellationToken stop)
    {
        var pieces = FilmPiece.Within(cut, part.FramesOf(cut));
        var song = await songs.GetAsync(ownerId, songId, stop);
        var film = new Preview(
            Small(cut, settings.FlashSafe ?? true), pieces, await filmSources.OfAsync(ownerId, songId, Seen(cut, pieces), stop),
            await music.OfAsync(song, cut.Sound.Music, stop), settings.FlashSafe ?? true);
        using var store = shelf.Open(songId);
        var keys = await renderer.KeysAsync(film.Cut, pieces, film.Sources, Preview.Coding, stop);
        var key = PieceKey.Hash(["preview", .. keys, film.Song.ContentHash, film.Sound.ToJson(), $"{film.IsFlashSafe}"]);
        var (start, end) = (cut.Rate.SecondsAt(film.Frames.Start), cut.Rate.SecondsAt(film.Frames.End));
        var preview = new FilmPreview(key, $"/api/v1/songs/{songId}/previews/{key}", cut.StartSeconds + start, cut.StartSeconds + end);
        if (store.TryFind(FileOf(key)) is null)
        {
            shelf.EnsureRoom(0);
            using var turn = await turns.WaitAsync(ownerId, stop);
            try
            {
                await RenderAsync(film, store, FileOf(key), stop);
            }
            catch (Exception e) when (MediaFailure.IsDiskFull(e))
            {
                throw FileStore.Full();
            }
            catch (MediaFailure failure) when (!stop.IsCancellationRequested)
            {
                // A clip that was deleted while it was read says so here.
                _ = await filmSources.OfAsync(ownerId, songId, Seen(cut, pieces), stop);
                logger.LogWarning(failure, "A preview could not be rendered: {ErrorTail}", failure.ErrorTail);
                throw new StudioProblem(422, "preview.failed", $"The preview could not be rendered. {failure.Message}");
            }
            finally
            {
                await songs.DropIfGoneAsync(songId);
            }
        }

        return preview;
    }

    private async Task RenderAsync(Preview film, SongPieces store, string file, CancellationToken stop)
    {
        // Whoever waited for a turn may find that the one before was for the same.
        if (store.TryFind(file) is not null)
        {
            return;
        }

        using var workspace = files.OpenWorkspace($"preview-{Guid.NewGuid():N}");
        var pieces = await RenderPiecesAsync(film, film.Cut, store, workspace, stop);
        if (film.IsFlashSafe)
        {
            // The film itself is softened step by step; here what changes the light goes at once.
            var unsafeFrames = FlashGuard.Judge(film.Cut.Rate, film.Pieces, pieces.TracePaths, stop).Careful.Unsafe;
            var hits = SafeHits.WithoutLight(film.Cut.Hits, [.. unsafeFrames.Select(range => new FrameRange(range.Start + film.Frames.Start, range.End + film.Frames.Start))]);
            pieces = hits.Count == film.Cut.Hits.Count ? pieces : await RenderPiecesAsync(film, film.Cut with { Hits = hits }, store, workspace, stop);
        }

        var sound = await soundTrack.MakeAsync(film.Sound, film.Song, film.Sources, store, workspace.Folder, null, stop);
        var path = workspace.File("preview.mp4");
        await joiner.JoinPiecesAsync(film.Cut, film.Pieces, pieces.Paths, sound.Path, workspace.Folder, path, stop);
        await store.AddAsync(file, path);
    }

    private Task<RenderedPieces> RenderPiecesAsync(Preview film, Cut cut, SongPieces store, Workspace workspace, CancellationToken stop) =>
        renderer.RenderPiecesAsync(cut, film.Pieces, film.Sources, Preview.Coding, store, workspace.Folder, null, stop);

    // A hand may have put more hits there than people can bear.
    private static Cut Small(Cut cut, bool isFlashSafe)
    {
        var scale = Math.Min(1, (double)LongestSide / Math.Max(cut.Width, cut.Height));
        int Side(int pixels) => Math.Max(16, 2 * (int)Math.Round(pixels * scale / 2));
        return cut with { Width = Side(cut.Width), Height = Side(cut.Height), Hits = isFlashSafe ? SafeHits.Possible(cut.Hits, cut.Rate) : cut.Hits };
    }

    // What is not seen may have lost its clip.
    private static Cut Seen(Cut cut, IReadOnlyList<FilmPiece> pieces) => cut with { Shots = [.. pieces.SelectMany(piece => piece.Parts).Select(part => part.Shot)] };

    private static string FileOf(string key) => key + ".preview";

    /// <summary>What is rendered for a preview.</summary>
    /// <param name="Cut">The film, small.</param>
    /// <param name="Pieces">The pieces of it that are seen.</param>
    /// <param name="Sources">The clips that are seen.</param>
    /// <param name="Song">The recording.</param>
    /// <param name="IsFlashSafe">Whether hits go that flash too much.</param>
    private sealed record Preview(Cut Cut, IReadOnlyList<FilmPiece> Pieces, IReadOnlyDictionary<Guid, ShotSource> Sources, FilmSong Song, bool IsFlashSafe)
    {
        public static RenderSettings Coding { get; } = RenderSettings.Of(RenderPreset.Draft);

        public FrameRange Frames => new(Pieces[0].Frames.Start, Pieces[^1].Frames.End);

        /// <summary>What is heard, as a film of its own: the music as loud as it is, alone.</summary>
        public Cut Sound => new(Cut.Rate, 16, 16, Fit.Cover, Cut.StartSeconds + Cut.Rate.SecondsAt(Frames.Start), Frames.Count, []);
    }
}

/// <summary>Which part of a film is to be seen: one shot, with the transitions around it, or what is between two moments.</summary>
/// <param name="From">Where it begins, seconds of the song.</param>
/// <param name="To">Where it ends; ten seconds later when null.</param>
/// <param name="Shot">Place of a shot in the film, from 0; of a long one the beginning is shown.</param>
internal readonly record struct PreviewPart(double? From, double? To, int? Shot)
{
    /// <summary>The frames of the film, at most ten seconds.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is no such part.</exception>
    public FrameRange FramesOf(Cut cut)
    {
        var most = cut.Rate.FrameAt(FilmPreviews.MostSeconds);
        if (Shot is { } index)
        {
            var shot = index >= 0 && index < cut.Shots.Count ? cut.Shots[index] : throw StudioProblem.Field("shot", $"shot is the place of a shot in the film, from 0 to {cut.Shots.Count - 1}.");
            var start = shot.Frames.Start - Half(shot);
            return new(start, Math.Min(start + most, shot.Frames.End + Half(cut.Shots.ElementAtOrDefault(index + 1))));
        }

        var end = cut.StartSeconds + cut.DurationSeconds;
        var from = From is { } wanted && wanted >= cut.StartSeconds && wanted < end
            ? cut.Rate.FrameAt(wanted - cut.StartSeconds)
            : throw StudioProblem.Field("from", string.Create(CultureInfo.InvariantCulture, $"from is a moment of the film, from {cut.StartSeconds:0.###} to {end:0.###} seconds of the song; or name a shot."));
        var first = Math.Min(from, cut.Frames - 1);
        return To is null || To > From
            ? new(first, Math.Clamp(To is { } to ? cut.Rate.FrameAt(Math.Min(to, end) - cut.StartSeconds) : cut.Frames, first + 1, Math.Min(cut.Frames, first + most)))
            : throw StudioProblem.Field("to", "to lies after from; at most ten seconds are shown.");
    }

    private static int Half(Shot? shot) => (shot?.Transition?.Frames ?? 0) / 2;
}

/// <summary>A part of a film that can be looked at, for a while.</summary>
/// <param name="Key">Its name: another part, or another film, has another one.</param>
/// <param name="Url">Where it can be played.</param>
/// <param name="Start">Where it begins, seconds of the song.</param>
/// <param name="End">Where it ends.</param>
public sealed record FilmPreview(string Key, string Url, double Start, double End);
