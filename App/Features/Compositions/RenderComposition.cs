using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Compositions;

/// <summary>The step that renders a composition.</summary>
internal sealed record RenderComposition(Guid CompositionId);

/// <summary>Renders the shots that are missing, joins them, lays the song under them and keeps the result.</summary>
internal sealed class RenderCompositionHandler(
    CompositionStudio studio, SongLibrary songs, ClipLibrary clips, FilmCoder coder, FilmJoiner joiner, FileStore files,
    CaptionFonts fonts, WatermarkShelf watermarks) : IStepHandler<RenderComposition>
{
    private const double RenderShare = 0.92;
    private const double SofteningShare = 0.12;
    private const string Rendering = "Rendering shots";
    private const string Softening = "Softening flashes";
    private const string MeetingRate = "Meeting the bit rate";
    private const string Joining = "Joining and adding the song";

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(RenderComposition step, StepContext context, CancellationToken stop)
    {
        var composition = await studio.GetAsync(context.OwnerId, step.CompositionId, stop);
        var plan = await studio.CutOfAsync(context.OwnerId, step.CompositionId, stop);
        var song = await songs.GetAsync(context.OwnerId, composition.SongId, stop);
        var sources = await SourcesAsync(context.OwnerId, composition.SongId, plan, stop);
        files.EnsureRoom(ExpectedBytes(plan));
        using var workspace = files.OpenWorkspace(context.WorkspaceName);
        var store = new SongPieces(files, song.Id);
        if (await fonts.CheckAsync(plan, workspace.Folder, stop) is { } boxes)
        {
            context.Log(boxes);
        }

        var isFlashSafe = composition.Settings.FlashSafe ?? true;
        context.Report(Rendering, 0);
        var hasTarget = composition.Settings.TargetBitrateKbps is not null;
        var guarded = await coder.RenderAsync(
            new(composition.Settings.RenderPreset, composition.Settings.Encoder, composition.Settings.TargetBitrateKbps),
            plan,
            isFlashSafe,
            sources,
            store,
            workspace.Folder,
            (stage, done) => context.Report(Words(stage), RenderedShare(stage, done, isFlashSafe && plan.Hits.Count > 0, hasTarget)),
            context.Log,
            stop);
        var (cut, pieces) = (guarded.Cut, guarded.Pieces);
        var flash = FlashVerdict.Of(guarded.Flash, cut.Rate, cut.WeakenedHits);
        context.Log($"{pieces.RenderedShots} shots rendered, {pieces.ReusedShots} reused. {flash.Describe(isFlashSafe)}");

        context.Report(Joining, RenderShare);
        var (video, poster) = (workspace.File("video.mp4"), workspace.File("poster.jpg"));
        var film = await joiner.JoinAsync(
            cut, pieces.Paths, new FilmSong(songs.FindAudio(song) ?? throw StudioProblem.NotFound("song"), song.ContentHash), sources, store, workspace.Folder, video, poster,
            done => context.Report(Joining, RenderShare + ((1 - RenderShare) * done)), stop);
        context.Log($"{film.Frames} frames, largest distance of a cut from its beat {film.Sync.MaxErrorMs:0.0} ms.");
        context.Log(film.Sound.Describe());
        context.Log(film.Form);
        stop.ThrowIfCancellationRequested();
        files.Put(Composition.PosterKeyOf(song.Id, composition.Id, context.Attempt), poster);
        files.Put(Composition.VideoKeyOf(song.Id, composition.Id, context.Attempt), video);
        return StepOutcome.Done(
            (db, cancel) => SaveAsync(db, composition.Id, context.Attempt, guarded, film, cancel),
            abandoned: () => studio.DropAttemptAsync(song.Id, composition.Id, context.Attempt));
    }

    /// <summary>How far a render is: where flashes may have to be softened some of the bar is left for that, and to meet a bit rate takes as long again as rendering, or longer.</summary>
    internal static double RenderedShare(CodingStage stage, double done, bool mayFlash, bool hasTarget)
    {
        var first = hasTarget ? RenderShare / 2 : RenderShare;
        var softening = mayFlash ? SofteningShare * first : 0;
        return stage switch
        {
            CodingStage.Rendering => (first - softening) * done,
            CodingStage.Softening => first - (softening * (1 - done)),
            _ => first + ((RenderShare - first) * done),
        };
    }

    private static string Words(CodingStage stage) => stage switch
    {
        CodingStage.Rendering => Rendering,
        CodingStage.Softening => Softening,
        _ => MeetingRate,
    };

    private async Task<Dictionary<Guid, ShotSource>> SourcesAsync(Guid ownerId, Guid songId, Cut cut, CancellationToken stop)
    {
        var wanted = cut.Shots.Select(shot => shot.ClipId).ToHashSet();
        var sources = (await clips.ListAsync(ownerId, songId, stop)).Where(clip => wanted.Contains(clip.Id)).ToDictionary(
            clip => clip.Id,
            clip => SourceOf(clip, clips.FindVideo(clip) ?? throw Gone(), ClipLibrary.FactsOf(clip)));
        if (sources.Count != wanted.Count)
        {
            throw Gone();
        }

        if (cut.Watermark is { } mark)
        {
            sources.Add(mark.PictureId, watermarks.SourceOf(songId, mark.PictureId));
        }

        return sources;
    }

    private static ShotSource SourceOf(Clip clip, string path, MediaFacts facts)
    {
        var video = facts.Video!;
        return new(clip.Id, path, clip.ContentHash, video.Width, video.Height)
        {
            IsStill = facts.IsStill,
            Demuxer = facts.Kind.Demuxer,
            Codec = video.Codec,
            FramesPerSecond = video.FrameRate?.PerSecond ?? 30,
            IsVariableFrameRate = video.IsVariableFrameRate,
            IsInterlaced = video.IsInterlaced,
            HasAlpha = video.HasAlpha,
            HasSound = facts.Audio is not null,
            Transfer = video.Transfer,
            ColourMatrix = video.ColourMatrix,
            SeeksExactly = facts.Kind.Demuxer is "mov" or "matroska",
        };
    }

    private static StudioProblem Gone() =>
        new(422, "composition.clip_gone", "A clip of this video has been deleted since it was planned; make the video again.");

    // A generous half bit a pixel: the check is there to stop before the disk is full, not to forecast.
    private static long ExpectedBytes(Cut cut) => (long)cut.Width * cut.Height * cut.Frames / 16;

    private static async Task SaveAsync(StudioDb db, Guid id, int attempt, GuardedFilm guarded, FinishedFilm film, CancellationToken stop)
    {
        var composition = await db.Compositions.FirstAsync(c => c.Id == id, stop);
        composition.PublishedAttempt = attempt;
        composition.SizeBytes = film.SizeBytes;
        composition.DurationSeconds = film.VideoSeconds;
        composition.ReusedShots = guarded.Pieces.ReusedShots;
        composition.RenderedShots = guarded.Pieces.RenderedShots;
        composition.CutJson = guarded.Cut.ToJson();
        composition.FlashJson = JsonSerializer.Serialize(FlashVerdict.Of(guarded.Flash, guarded.Cut.Rate, guarded.Cut.WeakenedHits));
        composition.SyncJson = JsonSerializer.Serialize(film.Sync);
        composition.LoudnessLufs = film.Sound.HeardLufs;
        composition.TruePeakDbtp = film.Sound.HeardLufs is null ? null : film.Sound.TruePeakDbtp;
    }
}

/// <summary>Rendered shots and coded sound of a song's videos; they go with the song's last video.</summary>
internal sealed class SongPieces(FileStore files, Guid songId) : IPieceStore
{
    /// <inheritdoc/>
    public string? TryFind(string key) => files.Find(KeyOf(key));

    /// <inheritdoc/>
    public Task AddAsync(string key, string temporaryPath)
    {
        files.Put(KeyOf(key), temporaryPath);
        return Task.CompletedTask;
    }

    /// <summary>Folder of the pieces of a song.</summary>
    public static string FolderOf(Guid songId) => $"{Song.FolderOf(songId)}/pieces";

    private string KeyOf(string key) => $"{FolderOf(songId)}/{key}";
}
