using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems.Models;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Stems;

/// <summary>The room's service: have a song split, look at its stems, keep how they are mixed. What they sound like, <see cref="StemSounds"/> gives.</summary>
internal sealed class StemLibrary(IDbContextFactory<StudioDb> databases, SongLibrary songs, Separators separators, JobDesk desk, FileStore files, TimeProvider clock)
{
    private const int MostUnfinished = 20;

    /// <summary>Has a song split. Stems that are there already, made by the engine that would make them now, are not made again: the job that made them is given back.</summary>
    /// <param name="ownerId">Whose song it is.</param>
    /// <param name="songId">The song.</param>
    /// <param name="stems">Into how many: 2, 4 or 5.</param>
    /// <param name="engine">Name of the engine that is to do it; null for the best.</param>
    /// <param name="priority">0 (last) to 9 (first).</param>
    /// <param name="idempotencyKey">The same key gives the same job.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">
    /// 404 <c>song.not_found</c>; 400 for another number or engine; 429 <c>stems.too_many</c>; 409 <c>request.idempotency_key</c>; 507 <c>storage.full</c>.
    /// </exception>
    public async Task<Job> RequestAsync(Guid ownerId, Guid songId, int stems, string? engine, int priority, string? idempotencyKey, CancellationToken stop)
    {
        _ = StemNames.Of(stems);
        if (await desk.FindByKeyAsync(ownerId, JobKind.Separation, songId, idempotencyKey, stop) is { } known)
        {
            return known;
        }

        var chosen = separators.Choose(stems, engine).Name;
        var (job, isNew) = await databases.InTurnOfAsync(ownerId, db => FindOrAddAsync(db, ownerId, songId, stems, chosen, priority, idempotencyKey, stop), stop);
        if (isNew)
        {
            await desk.AnnounceAsync(job);
        }

        return job;
    }

    /// <summary>The splittings of a song, newest first: of each number of stems the newest, and the newest finished one when that is another.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<IReadOnlyList<StemSetView>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var all = await Views(db, ownerId).Where(set => set.SongId == songId).OrderByDescending(set => set.CreatedAt).ThenByDescending(set => set.Id).ToListAsync(stop);
        if (all.Count == 0 && !await db.Songs.AnyAsync(song => song.Id == songId && song.OwnerId == ownerId, stop))
        {
            throw StudioProblem.NotFound("song");
        }

        return [.. all.Where(set => set == all.First(newest => newest.Stems == set.Stems) || set == all.FirstOrDefault(newest => newest.Stems == set.Stems && newest.PublishedAttempt is not null))];
    }

    /// <summary>The finished stems of a song.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, <c>stems.not_found</c>: nobody asked for them; 400 for another number; 409 <c>stems.not_ready</c>.</exception>
    public async Task<StemSetView> GetReadyAsync(Guid ownerId, Guid songId, int stems, CancellationToken stop)
    {
        _ = StemNames.Of(stems);
        var sets = (await ListAsync(ownerId, songId, stop)).Where(set => set.Stems == stems).ToList();
        return sets.FirstOrDefault(set => set.PublishedAttempt is not null)
            ?? throw (sets.Count == 0
                ? NotSplit(stems)
                : new StudioProblem(409, "stems.not_ready", sets[0] switch
                {
                    { Error: { } error } => $"Splitting failed: {error.Message}",
                    { Status: JobStatus.Cancelled } => "Splitting was cancelled; ask for it again.",
                    _ => "The song is not split yet; wait for its job.",
                }));
    }

    /// <summary>The finished stems of a song, of several splittings those that tell most voices apart; null when it has none.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<StemSetView?> FindReadyAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
        (await ListAsync(ownerId, songId, stop)).Where(set => set.PublishedAttempt is not null).MaxBy(set => set.Stems);

    /// <summary>The finished stems whose mix was changed last; those that tell most voices apart when no mix was, null when there are none.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<StemSetView?> FindMixedAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        var ready = (await ListAsync(ownerId, songId, stop)).Where(set => set.PublishedAttempt is not null).ToList();
        await using var db = await databases.CreateDbContextAsync(stop);
        var changes = await db.StemMixes.Where(mix => mix.SongId == songId).ToDictionaryAsync(mix => mix.Stems, mix => mix.ChangedAt, stop);
        return ready.MaxBy(set => (changes.GetValueOrDefault(set.Stems), set.Stems));
    }

    /// <summary>Removes the stems of a song that is split into so many, and their mix; work on them is stopped first.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, <c>stems.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid songId, int stems, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var sets = await db.StemSets.AsNoTracking().Where(set => set.SongId == songId && set.OwnerId == ownerId && set.Stems == stems).ToListAsync(stop);
        if (sets.Count == 0)
        {
            _ = await ListAsync(ownerId, songId, stop);
            throw NotSplit(stems);
        }

        foreach (var set in sets)
        {
            await RemoveAsync(set);
        }

        // In turn, for a mix that is being kept at this moment goes too; unless the song is being split again by now.
        await databases.InTurnOfAsync(
            ownerId,
            turn =>
            {
                var left = turn.StemSets;
                return turn.StemMixes
                    .Where(mix => mix.SongId == songId && mix.Stems == stems && !left.Any(set => set.SongId == songId && set.Stems == stems))
                    .ExecuteDeleteAsync(CancellationToken.None);
            },
            CancellationToken.None);
    }

    /// <summary>Removes a splitting with its jobs and files, whatever state it is in; work on it is stopped first. Who goes away meanwhile leaves nothing half removed.</summary>
    public async Task RemoveAsync(StemSet set)
    {
        await desk.StopWorkOnAsync(set.OwnerId, set.Id, CancellationToken.None);
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Jobs.Where(job => job.SubjectId == set.Id).ExecuteDeleteAsync(CancellationToken.None);
        await db.StemSets.Where(stored => stored.Id == set.Id).ExecuteDeleteAsync(CancellationToken.None);
        await DropAttemptsAsync(set, int.MaxValue);
        if (set.SongId is null)
        {
            files.DeleteFolder(set.SourceFolder);
        }
    }

    /// <summary>How the stems of a song are mixed; as they came when nobody has changed that.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, <c>stems.not_found</c>.</exception>
    public async Task<StemMix> MixAsync(Guid ownerId, Guid songId, int stems, CancellationToken stop)
    {
        _ = StemNames.Of(stems);
        await using var db = await databases.CreateDbContextAsync(stop);
        var sets = db.StemSets;
        var rows = from song in db.Songs
                   where song.Id == songId && song.OwnerId == ownerId
                   join mix in db.StemMixes.Where(mix => mix.Stems == stems) on song.Id equals mix.SongId into mixes
                   from mix in mixes.DefaultIfEmpty()
                   select new { Json = (string?)mix.Json, IsSplit = sets.Any(set => set.SongId == songId && set.Stems == stems) };
        var row = await rows.FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("song");
        return !row.IsSplit ? throw NotSplit(stems) : row.Json is null ? StemMix.Flat : JsonSerializer.Deserialize<StemMix>(row.Json, ApiJson.Options)!;
    }

    /// <summary>Keeps how the stems of a song are mixed.</summary>
    /// <returns>What is kept.</returns>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, <c>stems.not_found</c>; 400 by field for what cannot be mixed.</exception>
    public async Task<StemMix> SaveMixAsync(Guid ownerId, Guid songId, int stems, StemMix mix, CancellationToken stop)
    {
        var kept = StemMixRules.Check(mix, StemNames.Of(stems), (await songs.GetAsync(ownerId, songId, stop)).DurationSeconds);
        return await databases.InTurnOfAsync(ownerId, db => KeepAsync(db, ownerId, songId, stems, kept, stop), stop);
    }

    /// <summary>A splitting as its step needs it.</summary>
    /// <exception cref="StudioProblem">404 <c>stems.not_found</c>.</exception>
    public async Task<StemSet> SetAsync(Guid ownerId, Guid setId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.StemSets.AsNoTracking().FirstOrDefaultAsync(set => set.Id == setId && set.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("stems");
    }

    /// <summary>One splitting of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>stems.not_found</c>.</exception>
    public async Task<StemSetView> GetAsync(Guid ownerId, Guid setId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await Views(db, ownerId).FirstOrDefaultAsync(set => set.Id == setId, stop) ?? throw StudioProblem.NotFound("stems");
    }

    /// <summary>Finished stems of the same file by the same engine, of whomever; null when there are none.</summary>
    public async Task<StemSet?> TwinAsync(StemSet set, string engine, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.StemSets.AsNoTracking().FirstOrDefaultAsync(
            other => other.ContentHash == set.ContentHash && other.Stems == set.Stems && other.Engine == engine && other.PublishedAttempt != null && other.Id != set.Id, stop);
    }

    /// <summary>Removes what attempts at a splitting wrote; with the song's folder, when the song has gone meanwhile.</summary>
    /// <param name="set">The splitting.</param>
    /// <param name="upTo">The last of these attempts: a late one must not touch what a later one made.</param>
    public async ValueTask DropAttemptsAsync(StemSet set, int upTo)
    {
        var home = StemSet.HomeOf(set.SongId);
        foreach (var name in files.FoldersIn(home).Where(name => StemSet.AttemptOf(name) is { } attempt && attempt.Id == set.Id && attempt.Attempt >= 1 && attempt.Attempt <= upTo).ToList())
        {
            files.DeleteFolder($"{home}/{name}");
        }

        if (set.SongId is { } songId)
        {
            await songs.DropIfGoneAsync(songId);
        }
    }

    /// <summary>Removes what nobody will take up any more: attempts that are not the result of a splitting whose job has ended, such as one that was broken off and then cancelled.</summary>
    public async Task SweepAsync(CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        foreach (var piece in files.FoldersIn("songs", "stems").Select(key => (Key: key, Attempt: StemSet.AttemptOf(key[(key.LastIndexOf('/') + 1)..]))).Where(folder => folder.Attempt is not null).Chunk(Sweeping.Piece))
        {
            Guid[] ids = [.. piece.Select(folder => folder.Attempt!.Value.Id).Distinct()];
            var rows = from set in db.StemSets
                       where ids.Contains(set.Id)
                       join job in db.Jobs on set.JobId equals job.Id
                       select new { set.Id, set.PublishedAttempt, IsUnderWay = job.Status == JobStatus.Queued || job.Status == JobStatus.Running };
            var sets = await rows.ToDictionaryAsync(row => row.Id, stop);
            foreach (var (key, _) in piece.Where(folder => !(sets.TryGetValue(folder.Attempt!.Value.Id, out var set) && (set.IsUnderWay || set.PublishedAttempt == folder.Attempt.Value.Attempt))))
            {
                files.DeleteFolder(key);
            }
        }
    }

    private static StudioProblem NotSplit(int stems) => new(404, "stems.not_found", $"This song has not been split into {stems} stems; ask for that first.");

    private async Task<StemMix> KeepAsync(StudioDb db, Guid ownerId, Guid songId, int stems, StemMix mix, CancellationToken stop)
    {
        if (!await db.StemSets.AnyAsync(set => set.SongId == songId && set.OwnerId == ownerId && set.Stems == stems, stop))
        {
            throw NotSplit(stems);
        }

        var row = await db.StemMixes.FirstOrDefaultAsync(stored => stored.SongId == songId && stored.Stems == stems, stop) ?? db.StemMixes.Add(new() { SongId = songId, Stems = stems }).Entity;
        row.Json = JsonSerializer.Serialize(mix, ApiJson.Options);
        row.ChangedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(stop);
        return mix;
    }

    private async Task<(Job Job, bool IsNew)> FindOrAddAsync(StudioDb db, Guid ownerId, Guid songId, int stems, string engine, int priority, string? idempotencyKey, CancellationToken stop)
    {
        var song = await db.Songs.AsNoTracking().FirstOrDefaultAsync(song => song.Id == songId && song.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("song");
        var rows = from set in db.StemSets
                   where set.SongId == songId && set.Stems == stems
                   join job in db.Jobs on set.JobId equals job.Id
                   orderby set.CreatedAt descending
                   select new { set.JobId, set.Engine, IsDone = set.PublishedAttempt != null, IsUnderWay = job.Status == JobStatus.Queued || job.Status == JobStatus.Running };
        if (await rows.FirstOrDefaultAsync(stop) is { } newest && (newest.IsUnderWay || (newest.IsDone && newest.Engine == engine)))
        {
            return (await desk.GetAsync(ownerId, newest.JobId, stop), false);
        }

        files.EnsureRoom(SeparateSongHandler.BytesFor(song.DurationSeconds, stems));
        var added = new StemSet
        {
            OwnerId = ownerId,
            SongId = songId,
            Stems = stems,
            ContentHash = song.ContentHash,
            DurationSeconds = song.DurationSeconds,
            Engine = engine,
            CreatedAt = clock.GetUtcNow(),
        };
        return (await AddAsync(db, added, songId, priority, idempotencyKey, stop), true);
    }

    /// <summary>Adds a splitting and its job, in its owner's turn; the caller announces the job.</summary>
    /// <exception cref="StudioProblem">429 <c>stems.too_many</c>.</exception>
    public async Task<Job> AddAsync(StudioDb db, StemSet set, Guid rootId, int priority, string? idempotencyKey, CancellationToken stop)
    {
        var unfinished = await db.Jobs.CountAsync(job => job.OwnerId == set.OwnerId && job.Kind == JobKind.Separation && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running), stop);
        if (unfinished >= MostUnfinished)
        {
            throw Refusals.Of(new(429, "stems.too_many", $"{MostUnfinished} of your songs are waiting to be split, which is all that one account may have; wait for one, or cancel one."));
        }

        await desk.AdmitAsync(db, set.OwnerId, 1, stop);
        var job = desk.Add(db, set.OwnerId, set.Id, rootId, new SeparateSong(set.Id), priority, idempotencyKey);
        set.JobId = job.Id;
        db.StemSets.Add(set);
        await db.SaveChangesAsync(stop);
        return job;
    }

    private static IQueryable<StemSetView> Views(StudioDb db, Guid ownerId) =>
        from set in db.StemSets.AsNoTracking()
        where set.OwnerId == ownerId
        join job in db.Jobs.AsNoTracking() on set.JobId equals job.Id
        select new StemSetView
        {
            Id = set.Id,
            OwnerId = set.OwnerId,
            SongId = set.SongId,
            Stems = set.Stems,
            Engine = set.Engine,
            Status = job.Status,
            Stage = job.Stage,
            Progress = job.Progress,
            EtaSeconds = job.EtaSeconds,
            JobId = set.JobId,
            ErrorCode = job.ErrorCode,
            ErrorMessage = job.ErrorMessage,
            ReportJson = set.ReportJson,
            PublishedAttempt = set.PublishedAttempt,
            CreatedAt = set.CreatedAt,
        };
}
