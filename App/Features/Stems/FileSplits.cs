using Downbeat.Data;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems.Models;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Stems;

/// <summary>Splits files that belong to no song, for programs that want the stems and nothing else. The newest results are kept for a while, so that asking again costs nothing.</summary>
internal sealed class FileSplits(
    IDbContextFactory<StudioDb> databases,
    StemLibrary library,
    Separators separators,
    SongCheck check,
    JobDesk desk,
    JobBoard board,
    FileStore files,
    IOptions<StemOptions> options,
    IOptions<SongOptions> songs,
    TimeProvider clock)
{
    // Only for changes that another instance made and that did not come through.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Splits an uploaded file and waits for it. When the caller goes away, the work ends.</summary>
    /// <exception cref="StudioProblem">400 for another number of stems; what <see cref="SongCheck"/> refuses; 429 <c>stems.too_many</c>; 507 <c>storage.full</c>; 422 with what went wrong, when it failed.</exception>
    public async Task<StemSetView> SplitAsync(Guid ownerId, Upload upload, int stems, CancellationToken stop)
    {
        var engine = separators.Choose(StemNames.Of(stems).Count).Name;
        if (await FindAsync(ownerId, upload.ContentHash, stems, engine, stop) is { } known)
        {
            return known;
        }

        var heard = await check.RunAsync(upload.Path, songs.Value.MaxMinutes * 60, stop);
        files.EnsureRoom(SeparateSongHandler.BytesFor(heard.Facts.DurationSeconds, stems));
        await ClearAsync(ownerId, stop);
        var set = new StemSet
        {
            OwnerId = ownerId,
            Stems = stems,
            ContentHash = upload.ContentHash,
            Extension = heard.Facts.Kind.Extension,
            DurationSeconds = heard.Facts.DurationSeconds,
            Engine = engine,
            CreatedAt = clock.GetUtcNow(),
        };
        files.Put(set.SourceKey, upload.Path);
        try
        {
            var job = await databases.InTurnOfAsync(ownerId, db => library.AddAsync(db, set, set.Id, 5, null, stop), stop);
            await desk.AnnounceAsync(job);
            return await EndAsync(ownerId, job.Id, stop) is { Status: JobStatus.Succeeded }
                ? await library.GetAsync(ownerId, set.Id, stop)
                : throw await WhyAsync(ownerId, job.Id, stop);
        }
        catch
        {
            await RemoveAsync(set);
            throw;
        }
        finally
        {
            files.Delete(set.SourceKey);
        }
    }

    /// <summary>Removes what is older than it is kept, of all users: rows and files, and files that have no row.</summary>
    public async Task SweepAsync(CancellationToken stop)
    {
        var keptSince = clock.GetUtcNow() - TimeSpan.FromHours(options.Value.KeptHours);
        await using var db = await databases.CreateDbContextAsync(stop);
        foreach (var set in await db.StemSets.AsNoTracking().Where(set => set.SongId == null && set.CreatedAt < keptSince).ToListAsync(stop))
        {
            await RemoveAsync(set);
        }

        var known = (await db.StemSets.Where(set => set.SongId == null).Select(set => set.Id).ToListAsync(stop)).Select(id => $"{id:N}").ToHashSet();
        foreach (var folder in files.FoldersIn(StemSet.HomeOf(null), keptSince).Where(name => !known.Contains(name.Split('-')[0])).ToList())
        {
            files.DeleteFolder($"{StemSet.HomeOf(null)}/{folder}");
        }
    }

    private async Task<StemSetView?> FindAsync(Guid ownerId, string contentHash, int stems, string engine, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var id = await db.StemSets
            .Where(set => set.OwnerId == ownerId && set.ContentHash == contentHash && set.Stems == stems && set.Engine == engine && set.PublishedAttempt != null)
            .Select(set => (Guid?)set.Id)
            .FirstOrDefaultAsync(stop);
        return id is { } found ? await library.GetAsync(ownerId, found, stop) : null;
    }

    private async Task<Job> EndAsync(Guid ownerId, Guid jobId, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = board.Subscribe(ownerId, job =>
        {
            if (job.Id == jobId && job.IsFinished)
            {
                ended.TrySetResult();
            }
        });
        while (true)
        {
            if (await desk.GetAsync(ownerId, jobId, stop) is { IsFinished: true } job)
            {
                return job;
            }

            await Task.WhenAny(ended.Task, Task.Delay(LookAgain, clock, stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    private async Task<StudioProblem> WhyAsync(Guid ownerId, Guid jobId, CancellationToken stop) => await desk.GetAsync(ownerId, jobId, stop) switch
    {
        { Error: { } error } => new(error.Code == "storage.full" ? 507 : 422, error.Code, error.Message),
        _ => new(409, "stems.cancelled", "Splitting was cancelled; ask again."),
    };

    /// <summary>Makes room for one more of this user.</summary>
    private async Task ClearAsync(Guid ownerId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var sets = await db.StemSets.AsNoTracking()
            .Where(set => set.OwnerId == ownerId && set.SongId == null && set.PublishedAttempt != null)
            .OrderByDescending(set => set.CreatedAt)
            .Skip(options.Value.KeptPerUser - 1)
            .ToListAsync(stop);
        foreach (var set in sets)
        {
            await RemoveAsync(set);
        }
    }

    /// <summary>Removes a splitting, whatever state it is in; work on it is stopped first.</summary>
    private async Task RemoveAsync(StemSet set)
    {
        await desk.StopWorkOnAsync(set.OwnerId, set.Id, CancellationToken.None);
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Jobs.Where(job => job.SubjectId == set.Id).ExecuteDeleteAsync(CancellationToken.None);
        await db.StemSets.Where(stored => stored.Id == set.Id).ExecuteDeleteAsync(CancellationToken.None);
        files.Delete(set.SourceKey);
        await library.DropAttemptsAsync(set, but: null);
    }
}
