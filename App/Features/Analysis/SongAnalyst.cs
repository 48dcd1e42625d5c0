using System.Text.Json;
using Downbeat.Caching;
using Downbeat.Data;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Analysis;

/// <summary>The room's service: have a song listened to, read what was heard, and put it right.</summary>
internal sealed class SongAnalyst(
    IDbContextFactory<StudioDb> databases, JobDesk desk, JobBoard board, CacheRegions caches, TimeProvider clock, ILogger<SongAnalyst> logger)
{
    private const int MostAttempts = 10;

    private readonly CacheRegion analyses = caches.Open("analysis", TimeSpan.FromMinutes(10), mostMegabytes: 32, tag: "song");

    /// <summary>What was heard, or null when the song has not been listened to yet.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<SongAnalysis?> FindAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = from song in db.Songs
                   where song.Id == songId && song.OwnerId == ownerId
                   join analysis in db.Analyses on song.Id equals analysis.SongId into analyses
                   select new { IsHeard = analyses.Any() };
        var row = await rows.FirstOrDefaultAsync(stop);
        return (row ?? throw StudioProblem.NotFound("song")).IsHeard ? await GetAsync(ownerId, songId, stop) : null;
    }

    /// <summary>What was heard.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>.</exception>
    public async Task<SongAnalysis> GetAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        // The owner is part of the tag: what one user may read is never found under another's name.
        var json = await analyses.GetAsync("", CacheRegions.TagOfSong(ownerId, songId), stop => ReadAsync(ownerId, songId, stop), stop);
        return JsonSerializer.Deserialize<SongAnalysis>(json)!;
    }

    /// <summary>Tempo and key of many songs at once, for lists.</summary>
    public async Task<IReadOnlyDictionary<Guid, SongSummary>> SummariesAsync(Guid ownerId, IReadOnlyCollection<Guid> songIds, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = from song in db.Songs
                   where song.OwnerId == ownerId && songIds.Contains(song.Id)
                   join analysis in db.Analyses on song.Id equals analysis.SongId
                   select new { song.Id, Summary = new SongSummary(analysis.Bpm, analysis.Key, analysis.Mode) };
        return await rows.ToDictionaryAsync(row => row.Id, row => row.Summary, stop);
    }

    /// <summary>Has a song listened to again. While that is already under way, the present job is given back.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<Job> RequestAsync(Guid ownerId, Guid songId, string? idempotencyKey, CancellationToken stop)
    {
        if (await desk.FindByKeyAsync(ownerId, JobKind.Analysis, songId, idempotencyKey, stop) is { } known)
        {
            return known;
        }

        var (job, isNew) = await databases.InTurnOfAsync(ownerId, db => FindOrAddAsync(db, ownerId, songId, idempotencyKey, stop), stop);
        if (isNew)
        {
            await desk.AnnounceAsync(job);
        }

        return job;
    }

    private async Task<(Job Job, bool IsNew)> FindOrAddAsync(StudioDb db, Guid ownerId, Guid songId, string? idempotencyKey, CancellationToken stop)
    {
        var song = await db.Songs.FirstOrDefaultAsync(s => s.Id == songId && s.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("song");
        if (await db.Jobs.AsNoTracking().Where(j => j.Id == song.AnalysisJobId).Select(Job.Shown).FirstOrDefaultAsync(stop) is { IsFinished: false } present)
        {
            return (present, false);
        }

        await desk.AdmitAsync(db, ownerId, 1, stop);
        var job = AddFirstStep(db, song, idempotencyKey);
        song.AnalysisJobId = job.Id;
        await db.SaveChangesAsync(stop);
        return (job, true);
    }

    /// <summary>
    /// Puts every song into the queue, last of all, whose analysis was made by an older revision of the engine; the old result can be read until then. For the start, before
    /// the doors open: nobody is told and no worker woken, the first sweep does that.
    /// </summary>
    public async Task RedoOutdatedAsync(CancellationToken stop)
    {
        try
        {
            foreach (var piece in (await OutdatedAsync(stop)).Chunk(Sweeping.Piece))
            {
                await RedoAsync(piece, stop);
            }
        }
        catch (DbUpdateConcurrencyException e)
        {
            // Another instance is open already and a song of the list has just been deleted. The next start asks again.
            logger.LogWarning(e, "Songs heard by an older engine are not heard again this time");
        }
    }

    private async Task<List<Guid>> OutdatedAsync(CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Analyses.Where(analysis => analysis.Revision < AnalyseSongHandler.Revision).Select(analysis => analysis.SongId).ToListAsync(stop);
    }

    private async Task RedoAsync(Guid[] songIds, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var resting = from song in db.Songs
                      where songIds.Contains(song.Id)
                      join job in db.Jobs on song.AnalysisJobId equals job.Id
                      where job.Status != JobStatus.Queued && job.Status != JobStatus.Running
                      select song;
        var songs = await resting.ToListAsync(stop);
        foreach (var song in songs)
        {
            song.AnalysisJobId = AddFirstStep(db, song, priority: 0).Id;
        }

        await db.SaveChangesAsync(stop);
        foreach (var ownerId in songs.Select(song => song.OwnerId).Distinct())
        {
            await caches.ForgetAsync(ownerId);
        }
    }

    /// <summary>Adds the listening job of a song to <paramref name="db"/>; the caller saves and announces.</summary>
    public Job AddFirstStep(StudioDb db, Song song, string? idempotencyKey = null, int priority = 5) =>
        desk.Add(db, song.OwnerId, song.Id, song.Id, new AnalyseSong(song.Id), priority, idempotencyKey);

    /// <summary>Makes a correction; it is kept at once.</summary>
    /// <returns>The analysis in effect after it.</returns>
    /// <exception cref="StudioProblem">
    /// 404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>analysis.changed</c>; 400 <c>request.field</c>; 422 <c>correction.infeasible</c>.
    /// </exception>
    public Task<SongAnalysis> CorrectAsync(Guid ownerId, Guid songId, Correction correction, CancellationToken stop) => ChangeAsync(
        ownerId,
        songId,
        found => Corrector.Apply(found.Stored.InEffect(), found.Standing, correction, found.Stored.Curves()) is var next && next.ToJson() == found.Standing.ToJson()
            ? null
            : new Step(found.Stored.History().Do(), next),
        stop);

    /// <summary>Takes the last correction back.</summary>
    /// <inheritdoc cref="CorrectAsync" path="/returns"/>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>analysis.nothing_to_undo</c>.</exception>
    public Task<SongAnalysis> UndoAsync(Guid ownerId, Guid songId, CancellationToken stop) => ChangeAsync(ownerId, songId, found => new Step(found.Stored.History().Undo(), null), stop);

    /// <summary>Makes the correction again that was taken back last.</summary>
    /// <inheritdoc cref="CorrectAsync" path="/returns"/>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>analysis.nothing_to_redo</c>.</exception>
    public Task<SongAnalysis> RedoAsync(Guid ownerId, Guid songId, CancellationToken stop) => ChangeAsync(ownerId, songId, found => new Step(found.Stored.History().Redo(), null), stop);

    /// <summary>Takes all corrections back, to what was heard; that can itself be undone.</summary>
    /// <inheritdoc cref="CorrectAsync" path="/returns"/>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>.</exception>
    public Task<SongAnalysis> RestoreAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
        ChangeAsync(ownerId, songId, found => found.Standing.IsNone ? null : new Step(found.Stored.History().Do(), Corrections.None), stop);

    /// <summary>Takes into use what was heard in the stems: hits, curves and voice are theirs from now on, also when the song is heard again; corrections stay over them.</summary>
    /// <inheritdoc cref="CorrectAsync" path="/returns"/>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>analysis.not_ready</c>, <c>analysis.no_stems</c>.</exception>
    public Task<SongAnalysis> AcceptStemsAsync(Guid ownerId, Guid songId, CancellationToken stop) => ChangeStemsAsync(ownerId, songId, stems => stems.Accept(), stop);

    /// <summary>Puts aside what was heard in the stems; it can be taken into use later.</summary>
    /// <inheritdoc cref="AcceptStemsAsync"/>
    public Task<SongAnalysis> DismissStemsAsync(Guid ownerId, Guid songId, CancellationToken stop) => ChangeStemsAsync(ownerId, songId, stems => stems.Dismiss(), stop);

    /// <summary>Takes what was heard in the stems out of use: everything is again as it was heard in the whole song.</summary>
    /// <inheritdoc cref="AcceptStemsAsync"/>
    public Task<SongAnalysis> TakeStemsBackAsync(Guid ownerId, Guid songId, CancellationToken stop) => ChangeStemsAsync(ownerId, songId, stems => stems.TakeBack(), stop);

    /// <summary>Lets everybody look again at a song whose stems have been heard.</summary>
    public async Task TellOfStemsAsync(Guid ownerId, Guid songId)
    {
        await ForgetAsync(ownerId, songId);
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await TellAsync(db, await db.Songs.Where(song => song.Id == songId).Select(song => song.AnalysisJobId).FirstOrDefaultAsync(CancellationToken.None));
    }

    /// <summary>Forgets the cached analysis of a song, and what follows from it.</summary>
    public async ValueTask ForgetAsync(Guid ownerId, Guid songId)
    {
        await analyses.ForgetAsync(CacheRegions.TagOfSong(ownerId, songId));
        await caches.ForgetAsync(ownerId);
    }

    private Task<SongAnalysis> ChangeStemsAsync(Guid ownerId, Guid songId, Action<StoredStems> change, CancellationToken stop) => ChangeAsync(
        ownerId,
        songId,
        found =>
        {
            change(found.Stems ?? throw StoredStems.Nothing());
            return new Step(found.Stored.History(), null);
        },
        stop);

    private async Task<SongAnalysis> ChangeAsync(Guid ownerId, Guid songId, Func<FoundAnalysis, Step?> change, CancellationToken stop)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await TryChangeAsync(ownerId, songId, change, stop) is { } analysis)
            {
                return analysis;
            }
        }

        throw Corrector.Changed();
    }

    /// <summary>Works out a change, with nothing locked, and keeps it. Null: somebody else has changed the analysis meanwhile.</summary>
    private async Task<SongAnalysis?> TryChangeAsync(Guid ownerId, Guid songId, Func<FoundAnalysis, Step?> change, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var song = await db.Songs.AsNoTracking().FirstOrDefaultAsync(s => s.Id == songId && s.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("song");
        var found = await db.FindAnalysisAsync(songId, stop) ?? throw NotHeard();
        var stored = found.Stored;
        if (change(found) is not { } step)
        {
            return stored.InEffect();
        }

        var seen = stored.Version;
        var analysis = stored.Correct(found.Stems, step.History, step.Added ?? await db.FindCorrectionsAsync(songId, step.History.Current, stop), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await db.LockAnalysisAsync(songId, seen, stop))
        {
            return null;
        }

        if (step.Added is { } added)
        {
            await db.AddCorrectionsAsync(songId, step.History, added, stop);
        }

        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(CancellationToken.None);
        await ForgetAsync(ownerId, songId);
        await TellAsync(db, song.AnalysisJobId);
        return analysis;
    }

    /// <summary>Other pages learn of a correction as they learn of a new analysis: a push says "look again". While the song is being heard again, the end of that says it.</summary>
    private async Task TellAsync(StudioDb db, Guid? jobId)
    {
        if (await db.Jobs.AsNoTracking().Where(job => job.Id == jobId).Select(Job.Shown).FirstOrDefaultAsync(CancellationToken.None) is { IsFinished: true } job)
        {
            board.Publish(job);
        }
    }

    private async ValueTask<string> ReadAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = from song in db.Songs
                   where song.Id == songId && song.OwnerId == ownerId
                   join analysis in db.Analyses on song.Id equals analysis.SongId into analyses
                   from analysis in analyses.DefaultIfEmpty()
                   select new { Json = (string?)analysis.Json };
        var row = await rows.FirstOrDefaultAsync(stop) ?? throw StudioProblem.NotFound("song");
        return row.Json ?? throw NotHeard();
    }

    private static StudioProblem NotHeard() =>
        new(409, "analysis.not_ready", "The song has not been listened to yet; wait until its status is ready, or start the analysis again if it failed.");

    /// <summary>A change of the corrections.</summary>
    /// <param name="History">The history after it.</param>
    /// <param name="Added">What it puts into the history; null when it goes to what is there.</param>
    private sealed record Step(CorrectionHistory History, Corrections? Added);
}

/// <summary>A song's analysis in three words.</summary>
/// <param name="Bpm">Tempo; 0 when there is no steady beat.</param>
/// <param name="Key">Tonic; empty when unknown.</param>
/// <param name="Mode">major or minor; empty when unknown.</param>
public sealed record SongSummary(double Bpm, string Key, string Mode);
