using Downbeat.Data;
using Downbeat.Http;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Clips.Library;

/// <summary>
/// Which footage is stored, and until when. The same file of one owner is there once, and nobody learns what others have. It goes with its last clip, unless it was brought to the library itself.
/// Whoever adds, uses or removes footage does so in its owner's turn, so that nothing is removed that is about to be used.
/// </summary>
internal sealed class FootageShelf(IDbContextFactory<StudioDb> databases, FootageIntake intake, FileStore files, IOptions<ClipOptions> options)
{
    /// <summary>Longest title, in characters.</summary>
    public const int TitleLength = 256;

    /// <summary>Largest file that is taken.</summary>
    public long MaxBytes => options.Value.MaxBytes;

    /// <summary>What to say about a larger one.</summary>
    public StudioProblem TooLarge => new(413, "clip.too_large", $"The file is larger than {options.Value.MaxMegabytes} MB; cut out the part that you want and upload that.");

    /// <summary>Finds a file that was brought among what its owner has, or takes it in, and uses it.</summary>
    /// <param name="clip">What brings it.</param>
    /// <param name="upload">The file.</param>
    /// <param name="workspace">Where it lies.</param>
    /// <param name="use">Uses the footage, in the transaction that keeps it.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="StudioProblem">What <see cref="FootageIntake"/> refuses. Nothing is kept then.</exception>
    public async Task<Footage> KeepAsync(Clip clip, Upload upload, Workspace workspace, Func<StudioDb, Footage, Task> use, CancellationToken stop)
    {
        if (await UseAsync(null) is { } known)
        {
            return known;
        }

        var fresh = await intake.TakeAsync(clip, upload, workspace, stop);
        try
        {
            return (await UseAsync(fresh))!;
        }
        finally
        {
            await DropIfUnknownAsync(fresh.Id);
        }

        Task<Footage?> UseAsync(Footage? fresh) => databases.InTurnOfAsync(
            clip.OwnerId,
            async db =>
            {
                var footage = await FindAsync(db, clip.OwnerId, upload.ContentHash, stop) ?? Add(db, fresh);
                if (footage is not null)
                {
                    await use(db, footage);
                    await db.SaveChangesAsync(stop);
                }

                return footage;
            },
            stop);
    }

    /// <summary>Takes in a file that a job brought or made. Its row is saved by <see cref="FindOrAddAsync"/>; after that, or when it does not come to that, <see cref="DropIfUnknownAsync"/> clears up.</summary>
    /// <exception cref="StudioProblem">What <see cref="FootageIntake"/> refuses. Nothing is kept then.</exception>
    public Task<Footage> TakeAsync(Clip clip, Upload upload, Workspace workspace, CancellationToken stop) => intake.TakeAsync(clip, upload, workspace, stop);

    /// <summary>The same file as its owner has it already, or this one, which is then added. For a transaction that has begun.</summary>
    public static async Task<Footage> FindOrAddAsync(StudioDb db, Footage fresh, CancellationToken stop)
    {
        await db.TakeTurnOfAsync(fresh.OwnerId, stop);
        return await FindAsync(db, fresh.OwnerId, fresh.ContentHash, stop) ?? Add(db, fresh)!;
    }

    /// <summary>Removes the files of footage that was not saved.</summary>
    public async Task DropIfUnknownAsync(Guid id)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        if (!await db.Footage.AnyAsync(footage => footage.Id == id))
        {
            files.DeleteFolder(Footage.FolderOf(id));
        }
    }

    /// <summary>Removes the rows of a user's footage that has lost its last clip. For a transaction in its owner's turn; the files go with <see cref="DropFiles"/> when that has ended well.</summary>
    public static async Task<IReadOnlyList<Guid>> RemoveUnusedAsync(StudioDb db, Guid ownerId)
    {
        var clips = db.Clips;
        var unused = await db.Footage
            .Where(footage => footage.OwnerId == ownerId && !footage.IsKept && !clips.Any(clip => clip.FootageId == footage.Id))
            .Select(footage => footage.Id)
            .ToListAsync(CancellationToken.None);
        if (unused.Count > 0)
        {
            await db.Footage.Where(footage => unused.Contains(footage.Id)).ExecuteDeleteAsync(CancellationToken.None);
        }

        return unused;
    }

    /// <summary>Removes the files of footage whose rows are gone.</summary>
    public void DropFiles(IReadOnlyList<Guid> ids)
    {
        foreach (var id in ids)
        {
            files.DeleteFolder(Footage.FolderOf(id));
        }
    }

    /// <summary>Removes a user's footage that has lost its last clip.</summary>
    public async Task DropUnusedAsync(Guid ownerId) => DropFiles(await databases.InTurnOfAsync(ownerId, db => RemoveUnusedAsync(db, ownerId), CancellationToken.None));

    /// <summary>The name of a clip, made of the name of its file.</summary>
    public static string TitleOf(string fileName) => DisplayName.Clean(fileName, TitleLength) is { Length: > 0 } name ? name : "Untitled clip";

    /// <summary>A user's footage of this content, to be changed; null when there is none.</summary>
    internal static Task<Footage?> FindAsync(StudioDb db, Guid ownerId, string contentHash, CancellationToken stop) =>
        db.Footage.FirstOrDefaultAsync(footage => footage.OwnerId == ownerId && footage.ContentHash == contentHash, stop);

    private static Footage? Add(StudioDb db, Footage? fresh) => fresh is null ? null : db.Footage.Add(fresh).Entity;
}
