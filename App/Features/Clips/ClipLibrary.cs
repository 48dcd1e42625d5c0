using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips;

/// <summary>The room's service: everything one can do with clips.</summary>
internal sealed class ClipLibrary(
    IDbContextFactory<StudioDb> databases, FileStore files, ClipCheck check, Remux remux, Pictures pictures, IOptions<ClipOptions> options, TimeProvider clock)
{
    private const int ThumbnailWidth = 480;

    /// <summary>Largest file that is taken.</summary>
    public long MaxBytes => options.Value.MaxBytes;

    /// <summary>What to say about a larger one.</summary>
    public StudioProblem TooLarge => new(413, "clip.too_large", $"The file is larger than {options.Value.MaxMegabytes} MB; cut out the part that you want and upload that.");

    /// <summary>Refuses a song of somebody else, and one that has all the clips it may have.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 409 <c>clip.quota_reached</c>.</exception>
    public async Task EnsureQuotaAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureQuotaAsync(db, ownerId, songId, stop);
    }

    /// <summary>Checks an uploaded film or still and keeps it, with a thumbnail, as the last clip of the song.</summary>
    /// <exception cref="StudioProblem">What <see cref="ClipCheck"/> refuses; 413 <c>clip.too_large</c>; 404 <c>song.not_found</c>. Nothing is kept then.</exception>
    public async Task<Clip> AddAsync(Guid ownerId, Guid songId, Upload upload, Workspace workspace, CancellationToken stop, ClipSource source = ClipSource.Upload)
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

        var clip = new Clip
        {
            OwnerId = ownerId,
            SongId = songId,
            Source = source,
            Status = ClipStatus.Completed,
            Title = upload.FileName is { Length: > 0 } name ? name : "Untitled clip",
            DurationSeconds = facts.IsStill ? null : facts.DurationSeconds,
            Width = facts.Video!.Width,
            Height = facts.Video.Height,
            Fps = facts.IsStill ? null : facts.Video.FrameRate?.PerSecond,
            SizeBytes = new FileInfo(path).Length,
            Extension = facts.Kind.Extension,
            ContentType = facts.Kind.ContentType,
            ContentHash = upload.ContentHash,
            FactsJson = JsonSerializer.Serialize(facts),
            CreatedAt = clock.GetUtcNow(),
        };
        var thumbnail = workspace.File("thumbnail");
        await pictures.MakeAsync(path, facts, thumbnail, ThumbnailWidth, stop);
        try
        {
            files.Put(clip.VideoKey, path);
            files.Put(clip.ThumbnailKey, thumbnail);
            await SaveAsync(clip, stop);
            return clip;
        }
        catch
        {
            DeleteFiles(clip);
            throw;
        }
    }

    /// <summary>The clips of a song, in the user's order; empty when the song has none or is not the caller's.</summary>
    public async Task<IReadOnlyList<Clip>> ListAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Clips.AsNoTracking()
            .Where(clip => clip.SongId == songId && clip.OwnerId == ownerId)
            .OrderBy(clip => clip.Index).ThenBy(clip => clip.Id)
            .ToListAsync(stop);
    }

    /// <summary>A page of the clips of a song, in the user's order.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>.</exception>
    public async Task<Page<Clip>> ListAsync(Guid ownerId, Guid songId, Paging paging, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureSongAsync(db, ownerId, songId, stop);
        return await paging.ReadAsync(db.Clips.AsNoTracking().Where(clip => clip.SongId == songId).OrderBy(clip => clip.Index).ThenBy(clip => clip.Id), stop);
    }

    /// <summary>One clip of the caller.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>.</exception>
    public async Task<Clip> GetAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Clips.AsNoTracking().FirstOrDefaultAsync(clip => clip.Id == id && clip.OwnerId == ownerId, stop) ?? throw StudioProblem.NotFound("clip");
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

    /// <summary>Removes a clip and its files; those behind it move up.</summary>
    /// <exception cref="StudioProblem">404 <c>clip.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var clip = await GetAsync(ownerId, id, stop);
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

    // In turn: clips that arrive together get places of their own.
    private Task<int> SaveAsync(Clip clip, CancellationToken stop) => databases.InTurnOfAsync(
        clip.OwnerId,
        async db =>
        {
            await EnsureQuotaAsync(db, clip.OwnerId, clip.SongId, stop);
            clip.Index = (await db.Clips.Where(c => c.SongId == clip.SongId).MaxAsync(c => (int?)c.Index, stop) ?? -1) + 1;
            db.Clips.Add(clip);
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
