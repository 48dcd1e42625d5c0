using Downbeat.Data;
using Downbeat.Http;
using Downbeat.Storage;
using Downbeat.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Uploads;

/// <summary>
/// The room's service: files that come in parts, each going on where the one before ended, on any instance. The row says whose an upload is and how it ended, the file how much of it has come, and
/// whoever holds the file is alone with it.
/// </summary>
internal sealed class UploadDesk(
    IDbContextFactory<StudioDb> databases,
    FileStore files,
    UploadTargets targets,
    PartWriter writer,
    IOptions<UploadOptions> options,
    TimeProvider clock)
{
    /// <summary>Begins an upload. An empty file is whole at once.</summary>
    /// <param name="ownerId">Whose it is.</param>
    /// <param name="lengthBytes">How long the whole file is.</param>
    /// <param name="metadata">What it is to become, as <see cref="UploadWish"/> reads it.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">400 for metadata that cannot be read; what its target refuses; 413 for a file that is too large; 409 <c>upload.quota_reached</c>; 507 <c>storage.full</c>.</exception>
    public async Task<UploadState> OpenAsync(Guid ownerId, long lengthBytes, string metadata, CancellationToken stop)
    {
        var wish = UploadWish.Read(metadata);
        var target = targets.Named(wish.Target);
        _ = Upload.NameOf(wish.FileName);
        await target.AdmitAsync(ownerId, wish.SongId, stop);
        if (lengthBytes > target.MaxBytes)
        {
            throw target.TooLarge;
        }

        // Once for what comes, and once for the copy that is taken.
        files.EnsureRoom(2 * lengthBytes);
        var upload = new ResumableUpload { OwnerId = ownerId, Metadata = metadata, LengthBytes = lengthBytes, ExpiresAt = NewExpiry() };
        await AddAsync(upload, stop);
        return lengthBytes > 0 ? new(upload, 0) : await LookAsync(ownerId, upload.Id, stop);
    }

    /// <summary>How much of an upload is here. One that is whole and was not taken, because the process died or the sender had gone, is taken now.</summary>
    /// <exception cref="StudioProblem">404 <c>upload.not_found</c>; 423 <c>upload.busy</c>; what the target refuses.</exception>
    public async Task<UploadState> LookAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await FindAsync(ownerId, id, stop);
        await using var file = Hold(id);

        // As the one before left it.
        var upload = await FindAsync(ownerId, id, stop);
        return upload.IsOver ? EndOf(upload) : await TakeIfWholeAsync(upload, file ?? throw Gone());
    }

    /// <summary>Adds a part to an upload, and takes the file when it was the last.</summary>
    /// <exception cref="StudioProblem">404 <c>upload.not_found</c>; 409 <c>upload.offset</c>; 413 <c>upload.too_long</c>; 423 <c>upload.busy</c>; 460 <c>upload.checksum_mismatch</c>; 408 <c>upload.broken</c>;
    /// 507 <c>storage.full</c>; what the target refuses.</exception>
    public async Task<UploadState> AppendAsync(Guid ownerId, Guid id, UploadPart part, CancellationToken stop)
    {
        await FindAsync(ownerId, id, stop);
        await using var file = Hold(id);
        var upload = await FindAsync(ownerId, id, stop);
        var offset = upload.IsOver ? EndOf(upload).OffsetBytes : (file ?? throw Gone()).Length;
        if (upload.Problem is { } problem)
        {
            throw problem;
        }

        if (part.OffsetBytes != offset)
        {
            throw new StudioProblem(409, "upload.offset", $"The next part begins at byte {offset}; ask with HEAD where the upload is and go on from there.");
        }

        if (part.LengthBytes > upload.LengthBytes - offset)
        {
            throw PartWriter.TooLong();
        }

        if (upload.IsOver)
        {
            return EndOf(upload);
        }

        await ProlongAsync(upload, stop);
        await writer.WriteAsync(part, file!, upload.LengthBytes - offset);
        return await TakeIfWholeAsync(upload, file!);
    }

    /// <summary>Ends an upload at once, also while a part of it is coming; what it has become stays.</summary>
    /// <exception cref="StudioProblem">404 <c>upload.not_found</c>.</exception>
    public async Task DeleteAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        if (await Rows(db, ownerId, id).ExecuteDeleteAsync(stop) == 0)
        {
            throw Gone();
        }

        files.Delete(ResumableUpload.KeyOf(id));
    }

    /// <summary>Removes what nothing more came for, and files that are nobody's.</summary>
    /// <param name="unusedSince">Younger files stay: another instance may be about to save their row.</param>
    /// <param name="stop">Ends the sweep.</param>
    public async Task SweepAsync(DateTimeOffset unusedSince, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var now = clock.GetUtcNow();
        foreach (var id in await db.Uploads.Where(upload => upload.ExpiresAt <= now).Select(upload => upload.Id).ToListAsync(stop))
        {
            await db.Uploads.Where(upload => upload.Id == id).ExecuteDeleteAsync(stop);
            files.Delete(ResumableUpload.KeyOf(id));
        }

        var names = files.NamesIn(ResumableUpload.Folder, unusedSince).ToList();
        foreach (var name in names.Where(name => !Guid.TryParse(name, out _)))
        {
            files.Delete($"{ResumableUpload.Folder}/{name}");
        }

        await foreach (var id in db.Uploads.Where(upload => upload.Address == null && upload.ProblemCode == null).Select(upload => upload.Id).MissingAsync(names, stop))
        {
            files.Delete(ResumableUpload.KeyOf(id));
        }
    }

    private DateTimeOffset NewExpiry() => clock.GetUtcNow() + TimeSpan.FromHours(options.Value.KeptHours);

    // In turn: of two at the same moment only one gets the last free place.
    private async Task AddAsync(ResumableUpload upload, CancellationToken stop)
    {
        files.MakeFolder(ResumableUpload.Folder);
        await File.WriteAllBytesAsync(files.PathOf(upload.Key), [], stop);
        try
        {
            await databases.InTurnOfAsync(
                upload.OwnerId,
                async db =>
                {
                    var now = clock.GetUtcNow();
                    var limit = options.Value.UnfinishedPerUser;
                    if (await db.Uploads.CountAsync(u => u.OwnerId == upload.OwnerId && u.Address == null && u.ProblemCode == null && u.ExpiresAt > now, stop) >= limit)
                    {
                        throw Refusals.Of(new(409, "upload.quota_reached", $"You have {limit} uploads that are not finished; finish or stop one first."));
                    }

                    db.Uploads.Add(upload);
                    return await db.SaveChangesAsync(stop);
                },
                stop);
        }
        catch
        {
            files.Delete(upload.Key);
            throw;
        }
    }

    private async Task ProlongAsync(ResumableUpload upload, CancellationToken stop)
    {
        upload.ExpiresAt = NewExpiry();
        await using var db = await databases.CreateDbContextAsync(stop);
        await db.Uploads.Where(u => u.Id == upload.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.ExpiresAt, upload.ExpiresAt), stop);
    }

    private async Task<UploadState> TakeIfWholeAsync(ResumableUpload upload, FileStream file)
    {
        if (file.Length < upload.LengthBytes)
        {
            return new(upload, file.Length);
        }

        await targets.TakeAsync(upload, file);
        return EndOf(upload);
    }

    // Nothing is here any more of what was refused: a sender that begins again hears why.
    private static UploadState EndOf(ResumableUpload upload) => new(upload, upload.Address is null ? 0 : upload.LengthBytes);

    private static StudioProblem Gone() => StudioProblem.NotFound("upload");

    private async Task<ResumableUpload> FindAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await Rows(db, ownerId, id).AsNoTracking().FirstOrDefaultAsync(stop) ?? throw Gone();
    }

    private IQueryable<ResumableUpload> Rows(StudioDb db, Guid ownerId, Guid id)
    {
        var now = clock.GetUtcNow();
        return db.Uploads.Where(upload => upload.Id == id && upload.OwnerId == ownerId && upload.ExpiresAt > now);
    }

    /// <summary>The file, for this caller alone; null when there is none.</summary>
    private FileStream? Hold(Guid id)
    {
        try
        {
            return files.TryHold(ResumableUpload.KeyOf(id)) ?? throw new StudioProblem(423, "upload.busy", "A part of this upload is coming, or is being looked at, just now; try again in a moment.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
