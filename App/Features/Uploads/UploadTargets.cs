using Downbeat.Data;
using Downbeat.Http;
using Downbeat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Features.Uploads;

/// <summary>What uploads may become, and how a whole one becomes it: once, whoever asks how often, and whatever is killed between.</summary>
internal sealed class UploadTargets(IDbContextFactory<StudioDb> databases, FileStore files, IEnumerable<UploadTarget> targets, IHostApplicationLifetime lifetime)
{
    /// <summary>Size of the largest file that anything takes.</summary>
    public long MaxBytes => targets.Max(target => target.MaxBytes);

    /// <summary>The target of a name.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    public UploadTarget Named(string name) => targets.FirstOrDefault(target => target.Name == name)
        ?? throw StudioProblem.Field("target", $"target is one of {string.Join(", ", targets.Select(target => target.Name))}.");

    /// <summary>Has a whole file taken, and ends the upload: with its address, or with the reason why it was refused. It stays as it is when only the studio is to blame.</summary>
    /// <param name="upload">The upload, which says afterwards how it ended.</param>
    /// <param name="file">Its file, held by the caller.</param>
    /// <exception cref="StudioProblem">What the target refuses.</exception>
    public async Task TakeAsync(ResumableUpload upload, FileStream file)
    {
        try
        {
            // Also when the sender has gone: the answer may be lost, what was sent may not.
            await TakeAsync(upload, file, lifetime.ApplicationStopping);
        }
        catch (StudioProblem problem) when (problem.Status < 500)
        {
            await RefuseAsync(upload, problem);
            throw;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new StudioProblem(503, "server.stopping", "The studio is going down; ask again in a moment. Nothing of the upload is lost.");
        }

        files.Delete(upload.Key);
    }

    private async Task TakeAsync(ResumableUpload upload, FileStream file, CancellationToken stop)
    {
        var wish = UploadWish.Read(upload.Metadata);
        files.EnsureRoom(upload.LengthBytes);
        using var workspace = files.OpenWorkspace($"upload-{Guid.NewGuid():N}");
        file.Position = 0;
        var copy = await Upload.CopyAsync(file, wish.FileName, wish.Fields, workspace, stop);
        var address = await Named(wish.Target).TakeAsync(new(upload.OwnerId, wish.SongId, copy, workspace, NoteAsync), stop);
        if (upload.Address is null)
        {
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await NoteAsync(db, address);
        }

        async Task NoteAsync(StudioDb db, string made)
        {
            if (await db.Uploads.Where(row => row.Id == upload.Id && row.Address == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, made), CancellationToken.None) == 0)
            {
                // Stopped meanwhile.
                throw StudioProblem.NotFound("upload");
            }

            upload.Address = made;
        }
    }

    private async Task RefuseAsync(ResumableUpload upload, StudioProblem problem)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Uploads.Where(row => row.Id == upload.Id && row.Address == null).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.ProblemStatus, problem.Status)
                .SetProperty(row => row.ProblemCode, problem.Code)
                .SetProperty(row => row.ProblemMessage, problem.Message),
            CancellationToken.None);
        files.Delete(upload.Key);
    }
}
