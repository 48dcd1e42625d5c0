using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Clips.Fetching;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips;

/// <summary>Tells the rooms after this one that the clips of a song have changed otherwise than by a job.</summary>
internal delegate ValueTask ClipsChanged(Guid ownerId, Guid songId);

/// <summary>The room's service: everything one can do with clips.</summary>
internal sealed class ClipLibrary(IDbContextFactory<StudioDb> databases, FootageShelf shelf, FileStore files, Pictures pictures, JobDesk desk, ClipsChanged changed, IOptions<ClipOptions> options, TimeProvider clock)
{
    /// <summary>Largest file that is taken.</summary>
    public long MaxBytes => shelf.MaxBytes;

    /// <summary>What to say about a larger one.</summary>
    public StudioProblem TooLarge => shelf.TooLarge;

    /// <summary>Where programs find the film or still of a clip.</summary>
    public static string AddressOf(Clip clip) => $"/api/v1/clips/{clip.Id}/video";

    /// <summary>Refuses a song of somebody else, and one that has all the clips it may have.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>.</exception>
    public async Task EnsureQuotaAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureQuotaAsync(db, ownerId, songId, stop);
    }

    /// <summary>Checks an uploaded film or still and keeps it, with pictures of it, as the last clip of the song. What its owner has already is only used once more.</summary>
    /// <param name="ownerId">Whose it is.</param>
    /// <param name="songId">The song.</param>
    /// <param name="upload">The file.</param>
    /// <param name="workspace">Where the file lies.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="alongside">What else is saved in the same transaction.</param>
    /// <exception cref="StudioProblem">What <see cref="FootageIntake"/> refuses; 404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>. Nothing is kept then.</exception>
    public async Task<Clip> AddAsync(
        Guid ownerId, Guid songId, Upload upload, Workspace workspace, CancellationToken stop, ClipSource source = ClipSource.Upload, Func<StudioDb, Clip, Task>? alongside = null)
    {
        var clip = new Clip { OwnerId = ownerId, SongId = songId, Source = source, Title = FootageShelf.TitleOf(upload.FileName), CreatedAt = clock.GetUtcNow() };
        await shelf.KeepAsync(
            clip,
            upload,
            workspace,
            async (db, footage) =>
            {
                await PlaceAsync(db, [clip.Show(footage)], stop);
                await (alongside?.Invoke(db, clip) ?? Task.CompletedTask);
            },
            stop);
        await changed(ownerId, songId);
        return clip;
    }

    /// <summary>Adds clips of what the caller has already to a song, behind those that it has.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="songId">The song.</param>
    /// <param name="footageIds">What they show, in their order.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="StudioProblem">400 when there is nothing to add; 404 <c>song.not_found</c>, <c>footage.not_found</c>; 409 <c>clip.quota_reached</c>. Nothing is added then.</exception>
    public async Task<IReadOnlyList<Clip>> UseAsync(Guid ownerId, Guid songId, IReadOnlyList<Guid> footageIds, CancellationToken stop)
    {
        if (footageIds.Count == 0 || footageIds.Count > options.Value.MaxPerSong)
        {
            throw StudioProblem.Field("footageIds", $"Name 1 to {options.Value.MaxPerSong} clips of your library.");
        }

        var added = await databases.InTurnOfAsync(
            ownerId,
            async db =>
            {
                var known = await db.Footage.AsNoTracking().Where(footage => footage.OwnerId == ownerId && footageIds.Contains(footage.Id)).ToDictionaryAsync(footage => footage.Id, stop);
                var clips = footageIds.Select(id => known.TryGetValue(id, out var footage) ? ClipOf(footage, songId) : throw StudioProblem.NotFound("footage")).ToList();
                await PlaceAsync(db, clips, stop);
                await db.SaveChangesAsync(stop);
                return clips;
            },
            stop);
        await changed(ownerId, songId);
        return added;
    }

    /// <summary>Adds a clip that a job brings or makes, as the last of the song.</summary>
    /// <param name="clip">The clip, without a file.</param>
    /// <param name="step">What the job does.</param>
    /// <param name="kind">What kind of work that is.</param>
    /// <param name="idempotencyKey">The same key gives the same job.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>, <c>request.idempotency_key</c>; 429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public async Task<Job> RequestAsync<TStep>(Clip clip, TStep step, JobKind kind, string? idempotencyKey, CancellationToken stop)
        where TStep : notnull
    {
        if (await desk.FindByKeyAsync(clip.OwnerId, kind, clip.SongId, idempotencyKey, stop) is { } known)
        {
            return known;
        }

        Job? job = null;
        try
        {
            await databases.InTurnOfAsync(
                clip.OwnerId,
                async db =>
                {
                    await PlaceAsync(db, [clip], stop);
                    await desk.AdmitAsync(db, clip.OwnerId, 1, stop);
                    clip.JobId = (job = desk.Add(db, clip.OwnerId, clip.Id, clip.SongId, step, 5, idempotencyKey)).Id;
                    return await db.SaveChangesAsync(stop);
                },
                stop);
        }
        catch (DbUpdateException) when (idempotencyKey is not null)
        {
            // Two requests with one key at the same moment: the other one was first.
            return await desk.FindByKeyAsync(clip.OwnerId, kind, clip.SongId, idempotencyKey, stop) ?? throw StudioProblem.NotFound("song");
        }

        await desk.AnnounceAsync(job!);
        return job!;
    }

    /// <summary>Adds clips that jobs make, as the last of the song, under one job that stands for all.</summary>
    /// <param name="clips">The clips, without files, all of one owner and song.</param>
    /// <param name="kind">What kind of work that is.</param>
    /// <param name="stepOf">What the job of a clip does.</param>
    /// <param name="idempotencyKey">The key of the whole.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>The job that stands for all.</returns>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>; 429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public async Task<Job> RequestAllAsync<TStep>(IReadOnlyList<Clip> clips, JobKind kind, Func<int, TStep> stepOf, string? idempotencyKey, CancellationToken stop)
        where TStep : notnull
    {
        var (ownerId, songId) = (clips[0].OwnerId, clips[0].SongId);
        var (group, jobs) = await databases.InTurnOfAsync(
            ownerId,
            async db =>
            {
                await PlaceAsync(db, clips, stop);
                await desk.AdmitAsync(db, ownerId, clips.Count, stop);
                var all = desk.AddGroup(db, ownerId, songId, kind, 5, idempotencyKey);
                List<Job> each = [];
                foreach (var clip in clips)
                {
                    each.Add(desk.Add(db, ownerId, clip.Id, songId, stepOf(each.Count), 5, null, all.Id));
                    clip.JobId = each[^1].Id;
                }

                await db.SaveChangesAsync(stop);
                return (all, each);
            },
            stop);
        foreach (var job in (Job[])[group, .. jobs])
        {
            await desk.AnnounceAsync(job);
        }

        return group;
    }

    /// <summary>Finds out which picture clips are to be made from.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="songId">The song.</param>
    /// <param name="wanted"><c>cover</c>, the id of a still of the song, or null.</param>
    /// <param name="isNeeded">Whether there has to be one: then the first still of the song will do.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is none.</exception>
    public async Task<string?> KnownPictureAsync(Guid ownerId, Guid songId, string? wanted, bool isNeeded, CancellationToken stop)
    {
        if (wanted == "cover" || (wanted is null && !isNeeded))
        {
            return wanted;
        }

        var stills = (await ListAsync(ownerId, songId, stop)).Where(clip => clip is { Status: ClipStatus.Completed, IsStill: true });
        return (wanted is null ? stills.FirstOrDefault() : stills.FirstOrDefault(clip => clip.Id.ToString() == wanted))?.Id.ToString()
            ?? throw StudioProblem.Field("picture", "Name a picture among the song's clips by its id, or cover; add one first when there is none.");
    }

    /// <summary>Whether there is a still among the clips of a song.</summary>
    public async Task<bool> HasStillAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Clips.AnyAsync(clip => clip.SongId == songId && clip.OwnerId == ownerId && clip.Status == ClipStatus.Completed && clip.DurationSeconds == null, stop);
    }

    /// <summary>Writes a still of a song as JPEG.</summary>
    /// <param name="ownerId">The caller.</param>
    /// <param name="songId">The song.</param>
    /// <param name="id">The still.</param>
    /// <param name="output">Where to.</param>
    /// <param name="mostPixels">Largest width.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="StudioProblem">422 <c>clip.no_picture</c>: it has gone.</exception>
    public async Task PictureOfAsync(Guid ownerId, Guid songId, Guid? id, string output, int mostPixels, CancellationToken stop)
    {
        var still = (await ProbedAsync(ownerId, songId, stop)).FirstOrDefault(clip => clip.Id == id && clip.IsStill);
        var path = still is null ? null : FindVideo(still);
        await pictures.MakeAsync(path ?? throw new StudioProblem(422, "clip.no_picture", "The picture that this clip was to be made from has gone; have it made anew with another one."), FactsOf(still!), output, mostPixels, stop);
    }

    /// <summary>Has a clip fetched from an address.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>; 404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>, <c>request.idempotency_key</c>; 429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public Task<Job> ImportAsync(Guid ownerId, Guid songId, string? url, string? idempotencyKey, CancellationToken stop)
    {
        var address = Fetcher.Read(url);
        var clip = new Clip { OwnerId = ownerId, SongId = songId, Source = ClipSource.Import, Title = FootageShelf.TitleOf(Fetcher.NameOf(address)), CreatedAt = clock.GetUtcNow() };
        return RequestAsync(clip, new ImportClip(clip.Id, address.AbsoluteUri), JobKind.ClipImport, idempotencyKey, stop);
    }

    /// <summary>Tries a clip again whose job failed or was cancelled.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>; 409 <c>job.not_retryable</c>; 429 <c>job.too_many</c>; 507 <c>storage.full</c>.</exception>
    public async Task<Job> RetryAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var clip = await GetAsync(ownerId, id, stop);
        return clip.JobId is { } jobId
            ? await desk.RetryAsync(ownerId, jobId, stop)
            : throw new StudioProblem(409, "job.not_retryable", "No job brought this clip; there is nothing to try again.");
    }

    /// <summary>Stops the work on a clip.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>; 409 <c>job.not_cancellable</c>.</exception>
    public async Task CancelAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        if ((await GetAsync(ownerId, id, stop)).JobId is { } jobId)
        {
            await desk.CancelAsync(ownerId, jobId, stop);
        }
    }

    /// <summary>Checks the file that a job brought or made for a clip and puts it in its owner's library.</summary>
    /// <returns>The end of the step, which makes the clip ready.</returns>
    /// <exception cref="StudioProblem">What <see cref="FootageIntake"/> refuses. Nothing is kept then.</exception>
    public async Task<StepOutcome> DeliverAsync(Clip clip, Upload upload, Workspace workspace, CancellationToken stop, Func<ValueTask>? published = null)
    {
        var fresh = await shelf.TakeAsync(clip, upload, workspace, stop);
        return StepOutcome.Done(
            async (db, cancel) =>
            {
                clip.Show(await FootageShelf.FindOrAddAsync(db, fresh, cancel));

                // It may have been moved meanwhile.
                clip.Index = await db.Clips.Where(stored => stored.Id == clip.Id).Select(stored => stored.Index).FirstAsync(cancel);
                db.Update(clip);
            },
            published: async () =>
            {
                await DropAsync();
                await (published?.Invoke() ?? ValueTask.CompletedTask);
            },
            abandoned: DropAsync);

        async ValueTask DropAsync() => await shelf.DropIfUnknownAsync(fresh.Id);
    }

    /// <summary>The clips of a song, in the user's order; empty when the song has none or is not the caller's.</summary>
    public async Task<IReadOnlyList<Clip>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = await InOrder(ClipRow.Of(db, db.Clips.Where(clip => clip.SongId == songId && clip.OwnerId == ownerId).Select(Clip.Shown))).ToListAsync(stop);
        return [.. rows.Select(row => row.ToClip())];
    }

    /// <summary>The clips of a song that are ready, with what was found in their files.</summary>
    public async Task<IReadOnlyList<Clip>> ProbedAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Clips.AsNoTracking().Where(clip => clip.SongId == songId && clip.OwnerId == ownerId && clip.Status == ClipStatus.Completed).ToListAsync(stop);
    }

    /// <summary>A page of the clips of a song, in the user's order.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<Page<Clip>> ListAsync(Guid ownerId, Guid songId, Paging paging, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureSongAsync(db, ownerId, songId, stop);
        var clips = db.Clips;
        var page = await paging.ReadAsync(
            clips.Where(clip => clip.SongId == songId).OrderBy(clip => clip.Index).ThenBy(clip => clip.Id).Select(clip => clip.Id),
            page => InOrder(ClipRow.Of(db, clips.Where(clip => page.Contains(clip.Id)).Select(Clip.Shown))),
            stop);
        return new([.. page.Items.Select(row => row.ToClip())], page.PageNumber, page.PageSize, page.Total);
    }

    /// <summary>One clip of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>.</exception>
    public async Task<Clip> GetAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return (await ClipRow.Of(db, db.Clips.Where(clip => clip.Id == id && clip.OwnerId == ownerId).AsNoTracking()).FirstOrDefaultAsync(stop))?.ToClip() ?? throw StudioProblem.NotFound("clip");
    }

    /// <summary>Puts the clips of a song into an order.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 400 when <paramref name="clipIds"/> are not exactly the song's clips, each once.</exception>
    public async Task<IReadOnlyList<Clip>> ReorderAsync(Guid ownerId, Guid songId, IReadOnlyList<Guid> clipIds, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureSongAsync(db, ownerId, songId, stop);
        var clips = await db.Clips.Where(clip => clip.SongId == songId && clip.OwnerId == ownerId).ToDictionaryAsync(clip => clip.Id, stop);
        if (clipIds.Count != clips.Count || clipIds.Distinct().Count() != clips.Count || !clipIds.All(clips.ContainsKey))
        {
            throw StudioProblem.Field("clipIds", "Put every clip of the song in order, each exactly once; look at the clips as they are now and try again.");
        }

        for (var i = 0; i < clipIds.Count; i++)
        {
            clips[clipIds[i]].Index = i;
        }

        await db.SaveChangesAsync(stop);
        await changed(ownerId, songId);
        return [.. clipIds.Select(id => clips[id])];
    }

    /// <summary>Removes a clip and ends the work on it; those behind it move up. What it showed goes with its last clip, unless it is kept in the library.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var clip = await GetAsync(ownerId, id, stop);
        if (clip.JobId is not null && clip.Status != ClipStatus.Completed)
        {
            await desk.StopWorkOnAsync(ownerId, id, stop);
        }

        shelf.DropFiles(await databases.InTurnOfAsync(ownerId, db => RemoveAsync(db, clip), stop));
        files.Delete(clip.OldVideoKey);
        files.Delete(clip.OldThumbnailKey);
        if (clip.JobId is { } jobId)
        {
            await desk.RemoveAsync(ownerId, jobId);
        }

        await changed(ownerId, clip.SongId);
    }

    /// <summary>Whether the file of a clip goes with it: nothing else shows it, and it is not kept in the library.</summary>
    public async Task<bool> IsLastUseAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var (clips, footage) = (db.Clips, db.Footage);
        return !await clips.AnyAsync(
            clip => clip.Id == id && clip.OwnerId == ownerId && clip.FootageId != null
                && (footage.Any(shown => shown.Id == clip.FootageId && shown.IsKept) || clips.Any(other => other.FootageId == clip.FootageId && other.Id != id)),
            stop);
    }

    /// <summary>The clip's file, or null when it is gone.</summary>
    public string? FindVideo(Clip clip) => files.Find(clip.VideoKey);

    /// <summary>The clip's thumbnail, or null when it is gone.</summary>
    public string? FindThumbnail(Clip clip) => files.Find(clip.ThumbnailKey) ?? (clip.FootageId is { } id ? files.Find(Footage.JpegThumbnailKeyOf(id)) : null);

    /// <summary>What the check found in a clip.</summary>
    public static MediaFacts FactsOf(Clip clip) => JsonSerializer.Deserialize<MediaFacts>(clip.FactsJson)!;

    private Clip ClipOf(Footage footage, Guid songId) => new Clip
    {
        OwnerId = footage.OwnerId,
        SongId = songId,
        Source = footage.Source,
        Prompt = footage.Prompt,
        Generator = footage.Generator,
        Title = footage.Title,
        CreatedAt = clock.GetUtcNow(),
    }.Show(footage);

    private static async Task<IReadOnlyList<Guid>> RemoveAsync(StudioDb db, Clip clip)
    {
        // Somebody else may have moved or removed it since it was read.
        var index = await db.Clips.Where(c => c.Id == clip.Id).Select(c => (int?)c.Index).FirstOrDefaultAsync() ?? throw StudioProblem.NotFound("clip");
        await db.Clips.Where(c => c.Id == clip.Id).ExecuteDeleteAsync();
        await db.Clips.Where(c => c.SongId == clip.SongId && c.Index > index).ExecuteUpdateAsync(set => set.SetProperty(c => c.Index, c => c.Index - 1));
        return await FootageShelf.RemoveUnusedAsync(db, clip.OwnerId);
    }

    private static IQueryable<ClipRow> InOrder(IQueryable<ClipRow> rows) => rows.OrderBy(row => row.Clip.Index).ThenBy(row => row.Clip.Id);

    /// <summary>Adds clips to the end of their song, in their owner's turn: those that arrive together get places of their own.</summary>
    private async Task PlaceAsync(StudioDb db, IReadOnlyList<Clip> clips, CancellationToken stop)
    {
        var (ownerId, songId) = (clips[0].OwnerId, clips[0].SongId);
        await EnsureQuotaAsync(db, ownerId, songId, stop, clips.Count);
        var last = await db.Clips.Where(c => c.SongId == songId).MaxAsync(c => (int?)c.Index, stop) ?? -1;
        foreach (var clip in clips)
        {
            clip.Index = ++last;
        }

        db.Clips.AddRange(clips);
    }

    private async Task EnsureQuotaAsync(StudioDb db, Guid ownerId, Guid songId, CancellationToken stop, int added = 1)
    {
        await EnsureSongAsync(db, ownerId, songId, stop);
        var there = await db.Clips.CountAsync(clip => clip.SongId == songId, stop);
        if (there + added > options.Value.MaxPerSong)
        {
            throw Refusals.Of(new(
                409, "clip.quota_reached", $"A song has at most {options.Value.MaxPerSong} clips; delete {(added == 1 ? "one" : $"{there + added - options.Value.MaxPerSong} or ask for fewer")} to make room."));
        }
    }

    private static async Task EnsureSongAsync(StudioDb db, Guid ownerId, Guid songId, CancellationToken stop)
    {
        if (!await db.Songs.AnyAsync(song => song.Id == songId && song.OwnerId == ownerId, stop))
        {
            throw StudioProblem.NotFound("song");
        }
    }
}

/// <summary>A clip and how the job stands that brings or makes it.</summary>
internal sealed record ClipRow
{
    /// <summary>The clip as it is stored.</summary>
    public required Clip Clip { get; init; }

    /// <summary>Where its job stands; null for what was uploaded.</summary>
    public JobStatus? JobStatus { get; init; }

    /// <summary>How far it is.</summary>
    public double? JobProgress { get; init; }

    /// <summary>Sentence of its last failure.</summary>
    public string? JobError { get; init; }

    /// <summary>Some clips with how their jobs stand.</summary>
    public static IQueryable<ClipRow> Of(StudioDb db, IQueryable<Clip> clips) =>
        from clip in clips
        join job in db.Jobs on clip.JobId equals job.Id into jobs
        from job in jobs.DefaultIfEmpty()
        select new ClipRow { Clip = clip, JobStatus = (JobStatus?)job.Status, JobProgress = (double?)job.Progress, JobError = job.ErrorMessage };

    /// <summary>The clip as it stands.</summary>
    public Clip ToClip() => Clip.Follow(JobStatus, JobProgress ?? 0, JobError);
}
