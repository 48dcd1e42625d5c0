using System.Text.Json;
using Downbeat.Data;
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
    CompositionStudio studio, SongLibrary songs, FilmSources filmSources, FilmMusic music, PieceShelf shelf, RenderForecasts forecasts, FilmCoder coder, FilmJoiner joiner, FileStore files,
    CaptionFonts fonts, TimeProvider clock) : IStepHandler<RenderComposition>
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
        var plan = await PlanAsync(composition.Id, context, stop);
        try
        {
            return await MakeAsync(composition, plan, context, stop);
        }
        catch (Exception e) when (MediaFailure.IsDiskFull(e))
        {
            throw FileStore.Full();
        }
        catch (Exception e) when (e is MediaFailure or IOException && !stop.IsCancellationRequested)
        {
            // A clip that was deleted while it was read says so here, in words; whatever else it was is the failure that it is.
            _ = await filmSources.OfAsync(context.OwnerId, composition.SongId, plan, stop);
            throw;
        }
    }

    private async Task<StepOutcome> MakeAsync(CompositionView composition, Cut plan, StepContext context, CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        var song = await songs.GetAsync(context.OwnerId, composition.SongId, stop);
        var sources = await filmSources.OfAsync(context.OwnerId, song.Id, plan, stop);
        var heard = await music.OfAsync(song, plan.Sound.Music, stop);
        using var store = shelf.Open(song.Id);
        var forecast = await forecasts.OfAsync(song, plan, heard, sources, composition.Settings, store, stop);
        shelf.EnsureRoom(forecast.DiskBytes);
        using var workspace = files.OpenWorkspace(context.WorkspaceName);
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
        var (video, poster) = (workspace.File("video.mp4"), workspace.File("poster.webp"));
        var film = await joiner.JoinAsync(
            cut, pieces.Paths, heard, sources, store, workspace.Folder, video, poster,
            done => context.Report(Joining, RenderShare + ((1 - RenderShare) * done)), stop);
        context.Log($"{film.Frames} frames, largest distance of a cut from its beat {film.Sync.MaxErrorMs:0.0} ms.");
        context.Log(film.Sound.Describe());
        context.Log(film.Form);
        stop.ThrowIfCancellationRequested();
        files.Put(Composition.PosterKeyOf(song.Id, composition.Id, context.Attempt), poster);
        files.Put(Composition.VideoKeyOf(song.Id, composition.Id, context.Attempt), video);
        var pace = forecast.ToPace(song.Id, clock.GetElapsedTime(begun).TotalSeconds, film.SizeBytes);
        return StepOutcome.Done(
            (db, cancel) => SaveAsync(db, composition.Id, context.Attempt, guarded, film, pace, cancel),
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

    /// <summary>What was asked for; somebody who tries again what has lost clips gets it with others.</summary>
    private async Task<Cut> PlanAsync(Guid compositionId, StepContext context, CancellationToken stop)
    {
        if (context.Attempt == 1)
        {
            return await studio.CutOfAsync(context.OwnerId, compositionId, stop);
        }

        var (cut, changed) = await studio.MendedCutOfAsync(context.OwnerId, compositionId, stop);
        if (changed > 0)
        {
            context.Log($"The clips of {changed} shots have been deleted; other clips are seen in their place.");
        }

        return cut;
    }

    private static async Task SaveAsync(StudioDb db, Guid id, int attempt, GuardedFilm guarded, FinishedFilm film, RenderPace pace, CancellationToken stop)
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
        composition.PaceJson = JsonSerializer.Serialize(pace);
        composition.LoudnessLufs = film.Sound.HeardLufs;
        composition.TruePeakDbtp = film.Sound.HeardLufs is null ? null : film.Sound.TruePeakDbtp;
    }
}
