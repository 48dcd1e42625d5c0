using System.Collections.Concurrent;
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
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    // What is being sent by this instance stays for so long, however many others have come.
    private readonly ConcurrentDictionary<Guid, int> sending = [];

    // Only for changes that another instance made and that did not come through.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Splits an uploaded file and waits for it. When the caller goes away, the work ends.</summary>
    /// <returns>The stems, which this instance keeps at least until they are disposed.</returns>
    /// <exception cref="StudioProblem">400 for another number of stems; what <see cref="SongCheck"/> refuses; 429 <c>stems.too_many</c>; 507 <c>storage.full</c>; 422 with what went wrong, when it failed.</exception>
    public async Task<HeldStems> SplitAsync(Guid ownerId, Upload upload, int stems, CancellationToken stop)
    {
        await Task.Run(separators.Look, stop);
        var engine = separators.Choose(StemNames.Of(stems).Count).Name;
        if (await HoldKnownAsync(ownerId, upload.ContentHash, stems, engine, stop) is { } known)
        {
            return known;
        }

        var heard = await check.RunAsync(upload.Path, songs.Value.MaxMinutes * 60, stop);
        files.EnsureRoom(SeparateSongHandler.BytesFor(heard.Facts.DurationSeconds, stems));
        await ClearAsync(ownerId, options.Value.KeptPerUser - 1, stop);
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
        var held = Hold(set.Id);
        try
        {
            var job = await databases.InTurnOfAsync(ownerId, db => library.AddAsync(db, set, set.Id, 5, null, stop), stop);
            await desk.AnnounceAsync(job);
            var end = await EndAsync(ownerId, job.Id, stop);
            if (end.Status != JobStatus.Succeeded)
            {
                throw WhyNot(end);
            }

            // Of several at the same moment each may have been the last that there was room for.
            await ClearAsync(ownerId, options.Value.KeptPerUser, stop);
            return new(await library.GetAsync(ownerId, set.Id, stop), held);
        }
        catch
        {
            held.Dispose();
            await library.RemoveAsync(set);
            throw;
        }
        finally
        {
            files.DeleteFolder(set.SourceFolder);
        }
    }

    /// <summary>Removes what is older than it is kept, of all users, what nobody waits for any more, and files that have no row.</summary>
    /// <param name="abandonedSince">Whoever asked before this for what is not finished has gone.</param>
    /// <param name="stop">Ends the sweep.</param>
    public async Task SweepAsync(DateTimeOffset abandonedSince, CancellationToken stop)
    {
        var keptSince = clock.GetUtcNow() - TimeSpan.FromHours(options.Value.KeptHours);
        await using var db = await databases.CreateDbContextAsync(stop);
        var old = db.StemSets.AsNoTracking().Where(set => set.SongId == null && (set.CreatedAt < keptSince || (set.PublishedAttempt == null && set.CreatedAt < abandonedSince)));
        foreach (var set in (await old.ToListAsync(stop)).Where(set => !IsSent(set.Id)))
        {
            await library.RemoveAsync(set);
        }

        var known = (await db.StemSets.Where(set => set.SongId == null).Select(set => set.Id).ToListAsync(stop)).ToHashSet();
        foreach (var folder in files.FoldersIn(StemSet.HomeOf(null), keptSince < abandonedSince ? abandonedSince : keptSince).ToList())
        {
            if (StemSet.AttemptOf(folder) is not { } attempt || !known.Contains(attempt.Id))
            {
                files.DeleteFolder($"{StemSet.HomeOf(null)}/{folder}");
            }
        }
    }

    /// <summary>Holds what was split before; null when it is not there, or goes away meanwhile.</summary>
    private async Task<HeldStems?> HoldKnownAsync(Guid ownerId, string contentHash, int stems, string engine, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var id = await db.StemSets
            .Where(set => set.OwnerId == ownerId && set.ContentHash == contentHash && set.Stems == stems && set.Engine == engine && set.PublishedAttempt != null)
            .Select(set => set.Id)
            .FirstOrDefaultAsync(stop);
        if (id == Guid.Empty)
        {
            return null;
        }

        var held = Hold(id);
        try
        {
            return new(await library.GetAsync(ownerId, id, stop), held);
        }
        catch (StudioProblem problem) when (problem.Code == "stems.not_found")
        {
            // Cleared away before it was held.
            held.Dispose();
            return null;
        }
        catch
        {
            held.Dispose();
            throw;
        }
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
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.ApplicationStopping);
        while (true)
        {
            if (await desk.GetAsync(ownerId, jobId, stop) is { IsFinished: true } job)
            {
                return job;
            }

            await Task.WhenAny(ended.Task, Task.Delay(LookAgain, clock, ends.Token));
            stop.ThrowIfCancellationRequested();
            if (ends.IsCancellationRequested)
            {
                throw new StudioProblem(503, "server.stopping", "The studio is going down; ask again in a moment.");
            }
        }
    }

    private static StudioProblem WhyNot(Job end) => end.Error switch
    {
        null => new(409, "stems.cancelled", "Splitting was cancelled; ask again."),
        { Code: "storage.full" } error => new(507, error.Code, error.Message),
        { Code: "song.undecodable" } error => new(422, error.Code, error.Message),
        var error => new(500, error.Code, error.Message),
    };

    /// <summary>Removes the oldest results of a user.</summary>
    private async Task ClearAsync(Guid ownerId, int kept, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var sets = await db.StemSets.AsNoTracking()
            .Where(set => set.OwnerId == ownerId && set.SongId == null && set.PublishedAttempt != null)
            .OrderByDescending(set => set.CreatedAt)
            .Skip(kept)
            .ToListAsync(stop);
        foreach (var set in sets.Where(set => !IsSent(set.Id)))
        {
            await library.RemoveAsync(set);
        }
    }

    private Release Hold(Guid setId)
    {
        sending.AddOrUpdate(setId, 1, (_, holders) => holders + 1);
        return new(() =>
        {
            sending.AddOrUpdate(setId, 0, (_, holders) => holders - 1);
            sending.TryRemove(new(setId, 0));
        });
    }

    private bool IsSent(Guid setId) => sending.GetValueOrDefault(setId) > 0;

    private sealed class Release(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>Stems that this instance does not clear away before this is disposed.</summary>
/// <param name="Set">The stems.</param>
/// <param name="Hold">What keeps them.</param>
internal sealed record HeldStems(StemSetView Set, IDisposable Hold) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Hold.Dispose();
}
