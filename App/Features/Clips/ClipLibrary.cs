using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Clips.Fetching;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips;

/// <summary>The room's service: everything one can do with clips.</summary>
internal sealed class ClipLibrary(
    IDbContextFactory<StudioDb> databases, SongLibrary songs, FileStore files, ClipCheck check, Remux remux, Pictures pictures, JobDesk desk, IOptions<ClipOptions> options, TimeProvider clock)
{
    private const int ThumbnailWidth = 480;
    private const int TitleLength = 256;

    /// <summary>Largest file that is taken.</summary>
    public long MaxBytes => options.Value.MaxBytes;

    /// <summary>What to say about a larger one.</summary>
    public StudioProblem TooLarge => new(413, "clip.too_large", $"The file is larger than {options.Value.MaxMegabytes} MB; cut out the part that you want and upload that.");

    /// <summary>Where programs find the film or still of a clip.</summary>
    public static string AddressOf(Clip clip) => $"/api/v1/clips/{clip.Id}/video";

    /// <summary>Refuses a song of somebody else, and one that has all the clips it may have.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>.</exception>
    public async Task EnsureQuotaAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureQuotaAsync(db, ownerId, songId, stop);
    }

    /// <summary>Checks an uploaded film or still and keeps it, with a thumbnail, as the last clip of the song.</summary>
    /// <param name="ownerId">Whose it is.</param>
    /// <param name="songId">The song.</param>
    /// <param name="upload">The file.</param>
    /// <param name="workspace">Where the file lies.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="alongside">What else is saved in the same transaction.</param>
    /// <exception cref="StudioProblem">What <see cref="ClipCheck"/> refuses; 413 <c>clip.too_large</c>; 404 <c>song.not_found</c>. Nothing is kept then.</exception>
    public async Task<Clip> AddAsync(
        Guid ownerId, Guid songId, Upload upload, Workspace workspace, CancellationToken stop, ClipSource source = ClipSource.Upload, Func<StudioDb, Clip, Task>? alongside = null)
    {
        var clip = new Clip { OwnerId = ownerId, SongId = songId, Source = source, Title = TitleOf(upload.FileName), CreatedAt = clock.GetUtcNow() };
        try
        {
            await FillAsync(clip, upload, workspace, stop);
            await SaveAsync(clip, alongside, stop);
            return clip;
        }
        catch
        {
            DeleteFiles(clip);
            throw;
        }
    }

    /// <summary>Adds a clip that a job brings or makes, as the last of the song.</summary>
    /// <param name="clip">The clip, without a file.</param>
    /// <param name="step">What the job does.</param>
    /// <param name="kind">What kind of work that is.</param>
    /// <param name="idempotencyKey">The same key gives the same job.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>, <c>request.idempotency_key</c>.</exception>
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
            await SaveAsync(
                clip,
                (db, _) =>
                {
                    clip.JobId = (job = desk.Add(db, clip.OwnerId, clip.Id, clip.SongId, step, 5, idempotencyKey)).Id;
                    return Task.CompletedTask;
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

    /// <summary>Has a clip fetched from an address.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>; 404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>, <c>request.idempotency_key</c>.</exception>
    public Task<Job> ImportAsync(Guid ownerId, Guid songId, string? url, string? idempotencyKey, CancellationToken stop)
    {
        var address = Fetcher.Read(url);
        var clip = new Clip { OwnerId = ownerId, SongId = songId, Source = ClipSource.Import, Title = TitleOf(Fetcher.NameOf(address)), CreatedAt = clock.GetUtcNow() };
        return RequestAsync(clip, new ImportClip(clip.Id, address.AbsoluteUri), JobKind.ClipImport, idempotencyKey, stop);
    }

    /// <summary>Tries a clip again whose job failed or was cancelled.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>; 409 <c>job.not_retryable</c>.</exception>
    public async Task<Job> RetryAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var clip = await GetAsync(ownerId, id, stop);
        return clip.JobId is { } jobId
            ? await desk.RetryAsync(ownerId, jobId, stop)
            : throw new StudioProblem(409, "job.not_retryable", "This clip was uploaded; there is nothing to try again.");
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

    /// <summary>Checks the file that a job brought or made for a clip and puts it in its place.</summary>
    /// <returns>The end of the step, which makes the clip ready.</returns>
    /// <exception cref="StudioProblem">What <see cref="ClipCheck"/> refuses; 413 <c>clip.too_large</c>. Nothing is kept then.</exception>
    public async Task<StepOutcome> DeliverAsync(Clip clip, Upload upload, Workspace workspace, StepContext context, CancellationToken stop)
    {
        clip.PublishedAttempt = context.Attempt;
        try
        {
            await FillAsync(clip, upload, workspace, stop);
        }
        catch
        {
            await DropAsync();
            throw;
        }

        return StepOutcome.Done(
            async (db, cancel) =>
            {
                // It may have been moved meanwhile.
                clip.Index = await db.Clips.Where(stored => stored.Id == clip.Id).Select(stored => stored.Index).FirstAsync(cancel);
                db.Update(clip);
            },
            abandoned: async () => await DropAsync());

        async Task DropAsync()
        {
            DeleteFiles(clip);
            await songs.DropIfGoneAsync(clip.SongId);
        }
    }

    /// <summary>The clips of a song, in the user's order; empty when the song has none or is not the caller's.</summary>
    public async Task<IReadOnlyList<Clip>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = await Rows(db, ownerId).Where(row => row.Clip.SongId == songId).OrderBy(row => row.Clip.Index).ThenBy(row => row.Clip.Id).ToListAsync(stop);
        return [.. rows.Select(row => row.ToClip())];
    }

    /// <summary>A page of the clips of a song, in the user's order.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<Page<Clip>> ListAsync(Guid ownerId, Guid songId, Paging paging, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureSongAsync(db, ownerId, songId, stop);
        var page = await paging.ReadAsync(Rows(db, ownerId).Where(row => row.Clip.SongId == songId).OrderBy(row => row.Clip.Index).ThenBy(row => row.Clip.Id), stop);
        return new([.. page.Items.Select(row => row.ToClip())], page.PageNumber, page.PageSize, page.Total);
    }

    /// <summary>One clip of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>.</exception>
    public async Task<Clip> GetAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return (await Rows(db, ownerId).FirstOrDefaultAsync(row => row.Clip.Id == id, stop))?.ToClip() ?? throw StudioProblem.NotFound("clip");
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
        return [.. clipIds.Select(id => clips[id])];
    }

    /// <summary>Removes a clip and its files, and ends the work on it; those behind it move up.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var clip = await GetAsync(ownerId, id, stop);
        if (clip.JobId is not null && clip.Status != ClipStatus.Completed)
        {
            await desk.StopWorkOnAsync(ownerId, id, stop);
        }

        await using var db = await databases.CreateDbContextAsync(stop);
        await db.Clips.Where(c => c.Id == id && c.OwnerId == ownerId).ExecuteDeleteAsync(stop);
        await db.Clips
            .Where(c => c.SongId == clip.SongId && c.OwnerId == ownerId && c.Index > clip.Index)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Index, c => c.Index - 1), CancellationToken.None);
        DeleteFiles(clip);
    }

    /// <summary>The clip's file, or null when it is gone.</summary>
    public string? FindVideo(Clip clip) => files.Find(clip.VideoKey);

    /// <summary>The clip's thumbnail, or null when it is gone.</summary>
    public string? FindThumbnail(Clip clip) => files.Find(clip.ThumbnailKey);

    /// <summary>What the check found in a clip.</summary>
    public static MediaFacts FactsOf(Clip clip) => JsonSerializer.Deserialize<MediaFacts>(clip.FactsJson)!;

    private void DeleteFiles(Clip clip)
    {
        files.Delete(clip.VideoKey);
        files.Delete(clip.ThumbnailKey);
    }

    private static string TitleOf(string fileName) => DisplayName.Clean(fileName, TitleLength) is { Length: > 0 } name ? name : "Untitled clip";

    /// <summary>Checks a file, describes the clip by it, and puts it in the clip's place.</summary>
    private async Task FillAsync(Clip clip, Upload upload, Workspace workspace, CancellationToken stop)
    {
        var facts = await check.RunAsync(upload.Path, options.Value.MaxMinutes * 60, stop);
        if (facts.Kind.IsStill && upload.SizeBytes > (long)options.Value.MaxStillMegabytes << 20)
        {
            throw new StudioProblem(413, "clip.too_large", $"The picture is larger than {options.Value.MaxStillMegabytes} MB; save it smaller or as JPEG.");
        }

        var path = upload.Path;
        if (Remux.TargetOf(facts) is { } target)
        {
            path = workspace.File("remuxed");
            await remux.RunAsync(upload.Path, facts, target, path, stop);
            facts = facts with { Kind = target };
        }

        clip.Describe(facts, upload.ContentHash, new FileInfo(path).Length);
        var thumbnail = workspace.File("thumbnail");
        await pictures.MakeAsync(path, facts, thumbnail, ThumbnailWidth, stop);
        files.Put(clip.VideoKey, path);
        files.Put(clip.ThumbnailKey, thumbnail);
    }

    private static IQueryable<ClipRow> Rows(StudioDb db, Guid ownerId) =>
        from clip in db.Clips.AsNoTracking()
        where clip.OwnerId == ownerId
        join job in db.Jobs.AsNoTracking() on clip.JobId equals job.Id into jobs
        from job in jobs.DefaultIfEmpty()
        select new ClipRow { Clip = clip, Job = job };

    // In turn: clips that arrive together get places of their own.
    private Task<int> SaveAsync(Clip clip, Func<StudioDb, Clip, Task>? alongside, CancellationToken stop) => databases.InTurnOfAsync(
        clip.OwnerId,
        async db =>
        {
            await EnsureQuotaAsync(db, clip.OwnerId, clip.SongId, stop);
            clip.Index = (await db.Clips.Where(c => c.SongId == clip.SongId).MaxAsync(c => (int?)c.Index, stop) ?? -1) + 1;
            db.Clips.Add(clip);
            await (alongside?.Invoke(db, clip) ?? Task.CompletedTask);
            return await db.SaveChangesAsync(stop);
        },
        stop);

    private async Task EnsureQuotaAsync(StudioDb db, Guid ownerId, Guid songId, CancellationToken stop)
    {
        await EnsureSongAsync(db, ownerId, songId, stop);
        if (await db.Clips.CountAsync(clip => clip.SongId == songId, stop) >= options.Value.MaxPerSong)
        {
            throw new StudioProblem(409, "clip.quota_reached", $"A song has at most {options.Value.MaxPerSong} clips; delete one to make room.");
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

/// <summary>A clip with the job that brings or makes it.</summary>
internal sealed record ClipRow
{
    /// <summary>The clip as it is stored.</summary>
    public required Clip Clip { get; init; }

    /// <summary>Its job; null for what was uploaded.</summary>
    public Job? Job { get; init; }

    /// <summary>The clip as it stands.</summary>
    public Clip ToClip() => Clip.Follow(Job);
}
