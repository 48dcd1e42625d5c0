using System.Text.Json;
using Downbeat.Caching;
using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Compositions;

/// <summary>The room's service: plan a video, have it rendered, look at it, stop it, remove it.</summary>
internal sealed class CompositionStudio(
    IDbContextFactory<StudioDb> databases, SongLibrary songs, SongAnalyst analyst, ClipLibrary clips, CutOverlays overlays, FilmMusic music, EncoderTrials encoders, RenderForecasts forecasts, PieceShelf shelf, ClipStatusBoard clipStatus, JobDesk desk, JobBoard board, FileStore files, CacheRegions caches, TimeProvider clock)
{
    private const int MostUnfinished = 20;

    private readonly CacheRegion kept = Open(caches, board);

    /// <summary>The cut that these settings give, without rendering anything.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, 409 <c>analysis.not_ready</c>, 400 for settings, 422 <c>cut.infeasible</c>.</exception>
    public async Task<Cut> PlanAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop) =>
        CutPlanner.Plan(await RequestAsync(ownerId, songId, settings, null, stop));

    /// <summary>What rendering a cut costs, as far as it can be told beforehand.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 422 <c>composition.clip_gone</c>, <c>composition.watermark_gone</c>.</exception>
    public async Task<FilmEstimate> EstimateAsync(Guid ownerId, Guid songId, Cut cut, CompositionSettings settings, CancellationToken stop) =>
        (await forecasts.OfAsync(ownerId, songId, cut, settings, stop)).ToEstimate();

    /// <summary>Plans a video and puts its render into the queue. The same key gives the same composition.</summary>
    /// <inheritdoc cref="PlanAsync" path="/exception"/>
    /// <exception cref="StudioProblem">429 <c>composition.too_many</c>; 409 <c>request.idempotency_key</c>; 507 <c>storage.full</c>.</exception>
    public async Task<CompositionView> StartAsync(Guid ownerId, Guid songId, CompositionSettings settings, string? idempotencyKey, CancellationToken stop)
    {
        if (await desk.FindByKeyAsync(ownerId, JobKind.Composition, songId, idempotencyKey, stop) is { } known)
        {
            return await GetAsync(ownerId, known.SubjectId, stop);
        }

        var request = await RequestAsync(ownerId, songId, settings, null, stop);
        return await StartAsync(ownerId, songId, settings, CutPlanner.Plan(request), request.Grid.Fingerprint(), idempotencyKey, stop);
    }

    /// <summary>Puts the render of exactly this cut into the queue. The same key gives the same composition.</summary>
    /// <exception cref="StudioProblem">
    /// 429 <c>composition.too_many</c>; 409 <c>request.idempotency_key</c>; 404 <c>song.not_found</c>; 422 <c>composition.clip_gone</c>, <c>composition.watermark_gone</c>; 507 <c>storage.full</c>.
    /// </exception>
    public async Task<CompositionView> StartAsync(Guid ownerId, Guid songId, CompositionSettings settings, Cut cut, string gridPrint, string? idempotencyKey, CancellationToken stop)
    {
        if (await desk.FindByKeyAsync(ownerId, JobKind.Composition, songId, idempotencyKey, stop) is { } known)
        {
            return await GetAsync(ownerId, known.SubjectId, stop);
        }

        shelf.EnsureRoom((await forecasts.OfAsync(ownerId, songId, cut, settings, stop)).DiskBytes);

        // All that a platform sets is kept: what it recommends today may be something else tomorrow.
        var composition = new Composition
        {
            OwnerId = ownerId,
            SongId = songId,
            SettingsJson = JsonSerializer.Serialize(settings.WithPlatform with { Unknown = null, Captions = settings.Captions?.WithoutText() }, ApiJson.Options),
            CutJson = cut.ToJson(),
            GridPrint = gridPrint,
            CreatedAt = clock.GetUtcNow(),
        };
        Job job;
        try
        {
            job = await SaveAsync(composition, settings.Priority ?? 5, idempotencyKey, stop);
        }
        catch (DbUpdateException) when (idempotencyKey is not null)
        {
            // Two requests with one key at the same moment: the other one was first.
            var first = await desk.FindByKeyAsync(ownerId, JobKind.Composition, songId, idempotencyKey, stop);
            return first is null ? throw StudioProblem.NotFound("song") : await GetAsync(ownerId, first.SubjectId, stop);
        }

        await caches.ForgetAsync(ownerId);
        await desk.AnnounceAsync(job);
        return await GetAsync(ownerId, composition.Id, stop);
    }

    /// <summary>Plans a video afresh as it was asked for, on what is known of the song by now and of what there still is, and puts its render into the queue.</summary>
    /// <inheritdoc cref="PlanAsync" path="/exception"/>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>; 429 <c>composition.too_many</c>.</exception>
    public async Task<CompositionView> MakeAgainAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var (songId, cut, asked, _) = await PlanOfAsync(ownerId, id, stop);
        var there = (await clips.ListAsync(ownerId, songId, stop)).Where(clip => clip.Status == ClipStatus.Completed).Select(clip => clip.Id).ToHashSet();
        var left = await StillThereAsync(ownerId, songId, asked, stop);
        var settings = left with
        {
            ClipIds = asked.ClipIds?.Where(there.Contains).ToList() is { Count: > 0 } chosen ? chosen : null,
            Captions = asked.Captions is { WantsLyrics: false } && cut.Captions is not null ? asked.Captions : left.Captions,
        };
        var request = await RequestAsync(ownerId, songId, settings, cut.Captions, stop);
        return await StartAsync(ownerId, songId, settings, CutPlanner.Plan(request), request.Grid.Fingerprint(), null, stop);
    }

    /// <summary>One composition of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<CompositionView> GetAsync(Guid ownerId, Guid id, CancellationToken stop) =>
        await kept.GetAsync($"{id:N}", CacheRegions.TagOfUser(ownerId), stop => QueryAsync(ownerId, id, stop), stop, IsResting);

    private async ValueTask<CompositionView> QueryAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await Views(db, db.Compositions.Where(c => c.Id == id && c.OwnerId == ownerId)).FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("composition");
    }

    /// <summary>The videos of a song, newest first, at most a hundred.</summary>
    public ValueTask<IReadOnlyList<CompositionView>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
        kept.GetAsync($"song/{songId:N}", CacheRegions.TagOfUser(ownerId), stop => QueryOfSongAsync(ownerId, songId, stop), stop, views => views.All(IsResting));

    private async ValueTask<IReadOnlyList<CompositionView>> QueryOfSongAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await Newest(Views(db, db.Compositions.Where(c => c.SongId == songId && c.OwnerId == ownerId))).Take(100).ToListAsync(stop);
    }

    /// <summary>All videos of the caller, or those of one song, newest first.</summary>
    public ValueTask<Page<CompositionView>> ListAsync(Guid ownerId, Guid? songId, Paging paging, CancellationToken stop) => kept.GetAsync(
        $"page/{songId:N}/{paging.Place}", CacheRegions.TagOfUser(ownerId), stop => QueryAsync(ownerId, songId, paging, stop), stop, page => page.Items.All(IsResting));

    private async ValueTask<Page<CompositionView>> QueryAsync(Guid ownerId, Guid? songId, Paging paging, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var all = db.Compositions;
        var listed = songId is { } id ? all.Where(c => c.SongId == id && c.OwnerId == ownerId) : all.Where(c => c.OwnerId == ownerId);
        return await paging.ReadAsync(
            listed.OrderByDescending(c => c.CreatedAt).ThenByDescending(c => c.Id).Select(c => c.Id),
            page => Newest(Views(db, all.Where(c => page.Contains(c.Id)))),
            stop);
    }

    /// <summary>The cut that a composition was rendered from.</summary>
    public async Task<Cut> CutOfAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var json = await db.Compositions.Where(c => c.Id == id && c.OwnerId == ownerId).Select(c => c.CutJson).FirstOrDefaultAsync(stop);
        return json is null ? throw StudioProblem.NotFound("composition") : Cut.FromJson(json);
    }

    /// <summary>The cut that another attempt at a composition renders: shots whose clips have been deleted since show other clips, within what was asked for.</summary>
    /// <returns>The cut, and how many shots were changed.</returns>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>; 409 <c>analysis.not_ready</c>; 422 <c>composition.clip_gone</c>: there are no others.</exception>
    public async Task<(Cut Cut, int Changed)> MendedCutOfAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var (songId, cut, settings, _) = await PlanOfAsync(ownerId, id, stop);
        var ready = (await clips.ListAsync(ownerId, songId, stop)).Where(clip => clip.Status == ClipStatus.Completed).ToList();
        var byId = ready.ToDictionary(clip => clip.Id, CutClip.Of);
        if (LostShots.Count(cut, byId) is var lost && lost == 0)
        {
            return (cut, 0);
        }

        // The effects stay as they stand in the cut: the parts of the song that they were asked for may have other names by now.
        var left = settings with { ClipIds = settings.ClipIds?.Where(byId.ContainsKey).Distinct().ToList() is { Count: > 1 } wished ? wished : null, Effects = null };
        return (LostShots.Replaced(cut, left.ToRequest(await analyst.GetAsync(ownerId, songId, stop), ready), byId), lost);
    }

    /// <summary>The cut of a composition that has captions.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c> or <c>captions.not_found</c>.</exception>
    public async Task<Cut> CaptionedCutOfAsync(Guid ownerId, Guid id, CancellationToken stop) =>
        await CutOfAsync(ownerId, id, stop) is { Captions: not null } cut ? cut : throw new StudioProblem(404, "captions.not_found", "This video has no captions.");

    /// <summary>Everything that a composition was planned as; the fingerprint of its grid is empty when none was taken.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<(Guid SongId, Cut Cut, CompositionSettings Settings, string GridPrint)> PlanOfAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var row = await db.Compositions.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id && c.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("composition");
        return (row.SongId, Cut.FromJson(row.CutJson), JsonSerializer.Deserialize<CompositionSettings>(row.SettingsJson, ApiJson.Options)!, row.GridPrint ?? "");
    }

    /// <summary>What may be asked for next where these settings were last: the same as far as it can still be had, of all clips that there are by now.</summary>
    public async Task<CompositionSettings> WhatIsLeftAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop) =>
        await StillThereAsync(ownerId, songId, settings, stop) with { ClipIds = null, Priority = null };

    /// <summary>Stops a render.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>; 409 <c>job.not_cancellable</c>.</exception>
    public async Task<CompositionView> CancelAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var composition = await GetAsync(ownerId, id, stop);
        return composition.With(await desk.CancelAsync(ownerId, composition.JobId, stop));
    }

    /// <summary>Removes a composition, its job and its files; a running render is stopped first. Its pieces stay for the song's next videos, as long as there is room.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var composition = await GetAsync(ownerId, id, stop);
        await desk.StopWorkOnAsync(ownerId, id, stop);

        // Its work has ended now: whoever goes away here must not leave it half removed.
        var removed = await databases.InTurnOfAsync(ownerId, db => RemoveAsync(db, ownerId, composition), CancellationToken.None);
        await caches.ForgetAsync(ownerId);
        files.DeleteAll(Composition.FolderOf(composition.SongId), Composition.NameOf(id));
        await clipStatus.ForgetAsync(ownerId, composition.SongId);
        if (removed == 0)
        {
            throw StudioProblem.NotFound("composition");
        }
    }

    /// <summary>Removes what an attempt kept whose result is not wanted any more; with the song's folder, when the song has gone meanwhile.</summary>
    public async ValueTask DropAttemptAsync(Guid songId, Guid id, int attempt)
    {
        files.DeleteAll(Composition.FolderOf(songId), $"{Composition.NameOf(id)}{attempt}.");
        await songs.DropIfGoneAsync(songId);
    }

    /// <summary>The finished file of a composition, or null while there is none.</summary>
    public string? FindVideo(CompositionView composition) =>
        composition.PublishedAttempt is { } attempt ? files.Find(Composition.VideoKeyOf(composition.SongId, composition.Id, attempt)) : null;

    /// <summary>The poster of a composition, or null while there is none.</summary>
    public string? FindPoster(CompositionView composition) =>
        composition.PublishedAttempt is { } attempt
            ? files.Find(Composition.PosterKeyOf(composition.SongId, composition.Id, attempt)) ?? files.Find(Composition.JpegPosterKeyOf(composition.SongId, composition.Id, attempt))
            : null;

    /// <summary>The planner's request that these settings give, with words that are no longer with the settings, or null.</summary>
    /// <inheritdoc cref="PlanAsync" path="/exception"/>
    public async Task<CutRequest> RequestAsync(Guid ownerId, Guid songId, CompositionSettings settings, Captions? words, CancellationToken stop)
    {
        var analysis = await analyst.GetAsync(ownerId, songId, stop);
        await RequireEncoderAsync(settings.Encoder, stop);
        var ready = (await clips.ListAsync(ownerId, songId, stop)).Where(clip => clip.Status == ClipStatus.Completed);
        var request = settings.ToRequest(analysis, [.. ready]);
        await music.RequireAsync(ownerId, songId, request.Sound.Music, stop);
        return await overlays.AddAsync(ownerId, songId, settings, analysis, request, words, stop);
    }

    // What was asked for once may be gone by now: encoders that do not work any more, parts that have another name, the notes of a bass that was heard in stems.
    private async Task<CompositionSettings> StillThereAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop)
    {
        var left = await overlays.WhatIsLeftAsync(ownerId, songId, await music.WhatIsLeftAsync(ownerId, songId, settings, stop), stop);
        var codes = settings.Encoder is null or EncoderTrials.Auto || (await encoders.StatesAsync(stop)).Any(state => state.Name == settings.Encoder && state.Works);
        var analysis = settings.Effects is null ? null : await analyst.FindAsync(ownerId, songId, stop);
        return left with
        {
            Encoder = codes ? settings.Encoder : null,
            Effects = settings.Effects?.Select(effect => effect.WhatIsLeft(analysis)).OfType<EffectWish>().ToList() is { Count: > 0 } seen ? seen : null,
        };
    }

    private async Task RequireEncoderAsync(string? name, CancellationToken stop)
    {
        if (name is null or EncoderTrials.Auto or EncoderTrials.Software)
        {
            return;
        }

        var states = await encoders.StatesAsync(stop);
        if (states.FirstOrDefault(state => state.Name == name) is not { Works: true })
        {
            var why = states.FirstOrDefault(state => state.Name == name) is { } broken ? $"{name} does not work on this machine ({broken.Reason})" : $"There is no encoder {name}";
            throw StudioProblem.Field("encoder", $"{why}; what works is {string.Join(", ", states.Where(state => state.Works).Select(state => state.Name).Prepend(EncoderTrials.Auto))}.");
        }
    }

    private static CacheRegion Open(CacheRegions caches, JobBoard board)
    {
        var videos = caches.Open("compositions", TimeSpan.FromMinutes(5), mostMegabytes: 16, tag: "user");
        board.Changing += job =>
        {
            // How far running work is changes all the time, and is not kept.
            if (job.Kind == JobKind.Composition && (job.Status != JobStatus.Running || job.Progress == 0))
            {
                _ = videos.ForgetAsync(CacheRegions.TagOfUser(job.OwnerId)).AsTask();
            }
        };
        return videos;
    }

    private static bool IsResting(CompositionView view) => view.Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    // In turn: of two requests at the same moment only one gets the last free place.
    private Task<Job> SaveAsync(Composition composition, int priority, string? idempotencyKey, CancellationToken stop) => databases.InTurnOfAsync(
        composition.OwnerId,
        async db =>
        {
            var unfinished = await db.Jobs.CountAsync(
                job => job.OwnerId == composition.OwnerId && job.Kind == JobKind.Composition && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running), stop);
            if (unfinished >= MostUnfinished)
            {
                throw Refusals.Of(new(429, "composition.too_many", $"{MostUnfinished} of your videos are waiting or being made, which is all that one account may have; wait for one, or cancel one."));
            }

            await desk.AdmitAsync(db, composition.OwnerId, 1, stop);
            var job = desk.Add(db, composition.OwnerId, composition.Id, composition.SongId, new RenderComposition(composition.Id), priority, idempotencyKey);
            composition.JobId = job.Id;
            db.Compositions.Add(composition);
            await db.SaveChangesAsync(stop);
            return job;
        },
        stop);

    private static async Task<int> RemoveAsync(StudioDb db, Guid ownerId, CompositionView composition)
    {
        await db.Jobs.Where(job => job.Id == composition.JobId).ExecuteDeleteAsync();
        return await db.Compositions.Where(c => c.Id == composition.Id && c.OwnerId == ownerId).ExecuteDeleteAsync();
    }

    // Only what is shown: cuts, reports and logs are long.
    private static IQueryable<CompositionView> Views(StudioDb db, IQueryable<Composition> compositions) =>
        from composition in compositions.AsNoTracking()
        join job in db.Jobs.AsNoTracking() on composition.JobId equals job.Id
        join song in db.Songs.AsNoTracking() on composition.SongId equals song.Id
        join analysis in db.Analyses.AsNoTracking() on composition.SongId equals analysis.SongId into analyses
        from analysis in analyses.DefaultIfEmpty()
        select new CompositionView
        {
            Id = composition.Id,
            SongId = composition.SongId,
            SongTitle = song.Title,
            SongArtist = song.Artist,
            JobId = composition.JobId,
            Status = job.Status,
            Stage = job.Stage,
            Progress = job.Progress,
            EtaSeconds = job.EtaSeconds,
            SettingsJson = composition.SettingsJson,
            // Videos made before fingerprints were taken: whatever was heard or corrected since may have moved their beats.
            IsOutdated = composition.GridPrint == null
                ? analysis != null && analysis.UpdatedAt > composition.CreatedAt
                : analysis.GridPrint != null && composition.GridPrint != analysis.GridPrint,
            SizeBytes = composition.SizeBytes,
            DurationSeconds = composition.DurationSeconds,
            FlashJson = composition.FlashJson,
            LoudnessLufs = composition.LoudnessLufs,
            TruePeakDbtp = composition.TruePeakDbtp,
            ReusedShots = composition.ReusedShots,
            RenderedShots = composition.RenderedShots,
            ErrorCode = job.ErrorCode,
            ErrorMessage = job.ErrorMessage,
            CreatedAt = composition.CreatedAt,
            FinishedAt = job.FinishedAt,
            PublishedAttempt = composition.PublishedAttempt,
        };

    private static IQueryable<CompositionView> Newest(IQueryable<CompositionView> views) => views.OrderByDescending(view => view.CreatedAt).ThenByDescending(view => view.Id);
}
