using System.Security.Cryptography;
using Downbeat.Http;
using Downbeat.Storage;

namespace Downbeat.Features.Uploads;

/// <summary>
/// Writes parts to the file as they come. What came of a part whose connection broke stays, as the next may go on from there; of a part with a checksum, or of one that is too long, either all stays or nothing.
/// </summary>
internal sealed class PartWriter(FileStore files, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>A sender that is silent for so long has gone, although its connection does not know; nobody else could go on while we wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What to say about a part that goes on beyond the end of the file.</summary>
    public static StudioProblem TooLong() => new(413, "upload.too_long", "The part is longer than what is missing of the file; ask with HEAD where the upload is and send the rest.");

    /// <summary>Adds a part to the end of a file.</summary>
    /// <param name="part">The part.</param>
    /// <param name="file">The file.</param>
    /// <param name="mostBytes">How much is missing.</param>
    /// <exception cref="StudioProblem">408 <c>upload.broken</c>; 413 <c>upload.too_long</c>; 460 <c>upload.checksum_mismatch</c>; 507 <c>storage.full</c>.</exception>
    public async Task WriteAsync(UploadPart part, FileStream file, long mostBytes)
    {
        files.EnsureRoom(part.LengthBytes ?? mostBytes);
        var start = file.Seek(0, SeekOrigin.End);
        if (part.Checksum is not null)
        {
            await WriteCheckedAsync(part, part.Checksum, file, mostBytes);
            return;
        }

        try
        {
            await ReceiveAsync(part, file, mostBytes, _ => { });
        }
        catch (StudioProblem problem) when (problem.Status == 413)
        {
            file.SetLength(start);
            throw;
        }
    }

    // Aside, as the process may die before the checksum is known: the length of the file is what has come for certain.
    private async Task WriteCheckedAsync(UploadPart part, PartChecksum checksum, FileStream file, long mostBytes)
    {
        using var workspace = files.OpenWorkspace($"part-{Guid.NewGuid():N}");
        await using var aside = new FileStream(workspace.File("part"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 0, useAsync: true);
        using var hash = IncrementalHash.CreateHash(checksum.Algorithm);
        await ReceiveAsync(part, aside, mostBytes, bytes => hash.AppendData(bytes));
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(checksum.Hash))
        {
            throw new StudioProblem(460, "upload.checksum_mismatch", "The part is not what its checksum says; nothing of it was kept, send it again.");
        }

        aside.Position = 0;
        await UploadBody.SaveAsync(aside, file, mostBytes, TooLong(), _ => { }, CancellationToken.None);
    }

    // It ends when the connection does, and not when somebody says that it will: what has come is read first.
    private async Task ReceiveAsync(UploadPart part, FileStream file, long mostBytes, Action<ReadOnlySpan<byte>> seen)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        await using var silence = patience.Token.Register(part.HangUp);
        await using var stopping = lifetime.ApplicationStopping.Register(part.HangUp);
        try
        {
            await UploadBody.SaveAsync(
                part.Body,
                file,
                mostBytes,
                TooLong(),
                bytes =>
                {
                    patience.CancelAfter(Patience);
                    seen(bytes);
                },
                CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            throw new StudioProblem(408, "upload.broken", "The connection broke; ask with HEAD where the upload is and go on from there.");
        }
    }
}
