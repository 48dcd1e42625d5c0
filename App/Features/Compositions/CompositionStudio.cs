using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Compositions;

/// <summary>The room's service: plan a video, have it rendered, look at it, stop it, remove it.</summary>
internal sealed class CompositionStudio(
    IDbContextFactory<StudioDb> databases, SongAnalyst analyst, ClipLibrary clips, JobDesk desk, FileStore files, TimeProvider clock)
{
    /// <summary>The cut that these settings give, without rendering anything.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>, 409 <c>analysis.not_ready</c>, 400 for settings, 422 <c>cut.infeasible</c>.</exception>
    public async Task<Cut> PlanAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop) =>
        (await DraftAsync(ownerId, songId, settings, stop)).Cut;

    /// <summary>Plans a video and puts its render into the queue. The same key gives the same composition.</summary>
    /// <inheritdoc cref="PlanAsync" path="/exception"/>
    public async Task<CompositionView> StartAsync(Guid ownerId, Guid songId, CompositionSettings settings, string? idempotencyKey, CancellationToken stop)
    {
        if (await desk.FindByKeyAsync(ownerId, idempotencyKey, stop) is { } known)
        {
            return await GetAsync(ownerId, known.SubjectId, stop);
        }

        var (cut, analysis) = await DraftAsync(ownerId, songId, settings, stop);
        var composition = new Composition { OwnerId = ownerId, SongId = songId, CreatedAt = clock.GetUtcNow() };
        await using var db = await databases.CreateDbContextAsync(stop);
        var job = desk.Add(db, ownerId, composition.Id, songId, new RenderComposition(composition.Id), settings.Priority ?? 5, idempotencyKey);
        composition.JobId = job.Id;
        composition.SettingsJson = JsonSerializer.Serialize(settings, ApiJson.Options);
        composition.CutJson = cut.ToJson();
        composition.AnalysisVersion = analysis.Version;
        db.Compositions.Add(composition);
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException) when (idempotencyKey is not null)
        {
            // Two requests with one key at the same moment: the other one was first.
            var first = await desk.FindByKeyAsync(ownerId, idempotencyKey, stop);
            return first is null ? throw StudioProblem.NotFound("song") : await GetAsync(ownerId, first.SubjectId, stop);
        }

        await desk.AnnounceAsync(job);
        return await GetAsync(ownerId, composition.Id, stop);
    }

    /// <summary>One composition of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<CompositionView> GetAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var found = await Rows(db, ownerId).FirstOrDefaultAsync(row => row.Composition.Id == id, stop) ?? throw StudioProblem.NotFound("composition");
        return found.View();
    }

    /// <summary>The videos of a song, newest first, at most a hundred.</summary>
    public async Task<IReadOnlyList<CompositionView>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = await Newest(Rows(db, ownerId).Where(row => row.Composition.SongId == songId)).Take(100).ToListAsync(stop);
        return [.. rows.Select(row => row.View())];
    }

    /// <summary>All videos of the caller, or those of one song, newest first.</summary>
    public async Task<Page<CompositionView>> ListAsync(Guid ownerId, Guid? songId, Paging paging, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var rows = Rows(db, ownerId);
        var page = await paging.ReadAsync(Newest(songId is { } id ? rows.Where(row => row.Composition.SongId == id) : rows), stop);
        return new([.. page.Items.Select(row => row.View())], page.PageNumber, page.PageSize, page.Total);
    }

    /// <summary>The cut that a composition was rendered from.</summary>
    public async Task<Cut> CutOfAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var json = await db.Compositions.Where(c => c.Id == id && c.OwnerId == ownerId).Select(c => c.CutJson).FirstOrDefaultAsync(stop);
        return json is null ? throw StudioProblem.NotFound("composition") : Cut.FromJson(json);
    }

    /// <summary>How well the cuts of a finished video meet their beats, measured on the file when it was made.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>; 409 <c>composition.not_ready</c>.</exception>
    public async Task<SyncReport> SyncOfAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var row = await db.Compositions.Where(c => c.Id == id && c.OwnerId == ownerId).Select(c => new { c.SyncJson }).FirstOrDefaultAsync(stop);
        return (row ?? throw StudioProblem.NotFound("composition")).SyncJson is { } json
            ? JsonSerializer.Deserialize<SyncReport>(json)!
            : throw new StudioProblem(409, "composition.not_ready", "The video is not finished yet.");
    }

    /// <summary>Stops a render.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>; 409 <c>job.not_cancellable</c>.</exception>
    public async Task<CompositionView> CancelAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var composition = await GetAsync(ownerId, id, stop);
        return composition.With(await desk.CancelAsync(ownerId, composition.JobId, stop));
    }

    /// <summary>Removes a composition, its job and its files; a running render is stopped first.</summary>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var composition = await db.Compositions.FirstOrDefaultAsync(c => c.Id == id && c.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("composition");
        await desk.StopWorkOnAsync(ownerId, id, stop);
        await db.Jobs.Where(job => job.Id == composition.JobId).ExecuteDeleteAsync(stop);
        db.Compositions.Remove(composition);
        await db.SaveChangesAsync(stop);
        files.Delete(composition.VideoKey);
        files.Delete(composition.PosterKey);
    }

    /// <summary>The finished file of a composition, or null while there is none.</summary>
    public string? FindVideo(CompositionView composition) => files.Find(Composition.VideoKeyOf(composition.SongId, composition.Id));

    /// <summary>The poster of a composition, or null while there is none.</summary>
    public string? FindPoster(CompositionView composition) => files.Find(Composition.PosterKeyOf(composition.SongId, composition.Id));

    private async Task<(Cut Cut, SongAnalysis Analysis)> DraftAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop)
    {
        var analysis = await analyst.GetAsync(ownerId, songId, stop);
        var ready = (await clips.ListAsync(ownerId, songId, stop)).Where(clip => clip.Status == ClipStatus.Completed);
        return (CutPlanner.Plan(settings.ToRequest(analysis, [.. ready])), analysis);
    }

    private static IQueryable<Row> Rows(StudioDb db, Guid ownerId) =>
        from composition in db.Compositions.AsNoTracking()
        where composition.OwnerId == ownerId
        join job in db.Jobs.AsNoTracking() on composition.JobId equals job.Id
        join song in db.Songs.AsNoTracking() on composition.SongId equals song.Id
        select new Row { Composition = composition, Job = job, SongTitle = song.Title, SongArtist = song.Artist };

    private static IQueryable<Row> Newest(IQueryable<Row> rows) => rows.OrderByDescending(row => row.Composition.CreatedAt).ThenByDescending(row => row.Composition.Id);

    private sealed class Row
    {
        public required Composition Composition { get; init; }

        public required Job Job { get; init; }

        public required string SongTitle { get; init; }

        public required string SongArtist { get; init; }

        public CompositionView View() => CompositionView.Of(Composition, Job, SongTitle, SongArtist);
    }
}
