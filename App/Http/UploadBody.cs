using System.Buffers;
using Downbeat.Storage;

namespace Downbeat.Http;

/// <summary>What comes over the wire on its way to the disk: counted, and in flat memory whatever its size.</summary>
internal static class UploadBody
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Writes all that comes to a file.</summary>
    /// <param name="body">What comes.</param>
    /// <param name="file">Where it goes, from where it stands; it has no buffer of its own.</param>
    /// <param name="limitBytes">The most that may come.</param>
    /// <param name="limitReached">What to say when more comes; nothing of the piece that is too much is written then.</param>
    /// <param name="seen">Gets each piece before it is written.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>How much came.</returns>
    /// <exception cref="StudioProblem">As <paramref name="limitReached"/> says; 507 <c>storage.full</c>.</exception>
    public static async Task<long> SaveAsync(Stream body, FileStream file, long limitBytes, StudioProblem limitReached, Action<ReadOnlySpan<byte>> seen, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long size = 0;
            int count;
            while ((count = await body.ReadAsync(buffer, stop)) > 0)
            {
                size += count;
                if (size > limitBytes)
                {
                    throw limitReached;
                }

                seen(buffer.AsSpan(0, count));
                await WriteAsync(file, buffer.AsMemory(0, count));
            }

            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // To the end, also when the sender has gone: what came is kept.
    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await file.WriteAsync(bytes, CancellationToken.None);
        }
        catch (IOException e) when (FileStore.IsFull(e))
        {
            throw FileStore.Full();
        }
        catch (IOException e)
        {
            // Not the sender's fault, so not to be taken for a broken request.
            throw new InvalidOperationException("The upload could not be written.", e);
        }
    }
}
