using Downbeat.Data;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Clips.Library;

/// <summary>What is done about footage when the studio starts.</summary>
internal sealed class FootageSweep(IDbContextFactory<StudioDb> databases, FootageShelf shelf, FileStore files)
{
    /// <summary>Takes over clips that are older than the library; then removes what has lost its last clip, and folders without a row: a process died between the one and the other.</summary>
    /// <param name="unusedSince">Younger folders stay: another instance may be about to save their row.</param>
    /// <param name="stop">Ends the sweep.</param>
    public async Task RunAsync(DateTimeOffset unusedSince, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var old = await db.Clips.Where(clip => clip.FootageId == null && clip.Status == ClipStatus.Completed && clip.ContentHash != "").Select(clip => new { clip.Id, clip.OwnerId }).ToListAsync(stop);
        foreach (var clip in old)
        {
            foreach (var key in await databases.InTurnOfAsync(clip.OwnerId, turn => TakeOverAsync(turn, clip.Id, stop), stop))
            {
                files.Delete(key);
            }
        }

        var clips = db.Clips;
        foreach (var ownerId in await db.Footage.Where(footage => !footage.IsKept && !clips.Any(clip => clip.FootageId == footage.Id)).Select(footage => footage.OwnerId).Distinct().ToListAsync(stop))
        {
            await shelf.DropUnusedAsync(ownerId);
        }

        await foreach (var id in db.Footage.Select(footage => footage.Id).MissingAsync([.. files.FoldersIn(Footage.Home, unusedSince)], stop))
        {
            files.DeleteFolder(Footage.FolderOf(id));
        }
    }

    /// <summary>Has a clip show footage of the library: its own files, moved there, or the same that is there already.</summary>
    /// <returns>Keys of files that nothing needs any more when this has ended well.</returns>
    private async Task<IReadOnlyList<string>> TakeOverAsync(StudioDb db, Guid clipId, CancellationToken stop)
    {
        if (await db.Clips.FirstOrDefaultAsync(clip => clip.Id == clipId && clip.FootageId == null, stop) is not { } clip)
        {
            return [];
        }

        var footage = await FootageShelf.FindAsync(db, clip.OwnerId, clip.ContentHash, stop);
        string[] old = footage is null ? [] : [clip.OldVideoKey, clip.OldThumbnailKey];
        footage ??= Move(db, clip);
        if (footage is not null)
        {
            clip.Show(footage);
            await db.SaveChangesAsync(stop);
        }

        return footage is null ? [] : old;
    }

    /// <summary>Null when its file is lost: then there is nothing to take over.</summary>
    private Footage? Move(StudioDb db, Clip clip)
    {
        // Called like the clip, so that the next start finds the files when this one is killed before the row is saved.
        var footage = Footage.Of(clip, clip.Id, hasPreview: false);
        foreach (var (from, to) in ((string, string)[])[(clip.OldThumbnailKey, Footage.JpegThumbnailKeyOf(footage.Id)), (clip.OldVideoKey, footage.VideoKey)])
        {
            if (files.Find(from) is { } path)
            {
                files.Put(to, path);
            }
        }

        return files.Find(footage.VideoKey) is null ? null : db.Footage.Add(footage).Entity;
    }
}
