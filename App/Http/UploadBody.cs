using System.Buffers;
using System.Diagnostics.Metrics;
using Downbeat.Storage;
using Downbeat.Telemetry;

namespace Downbeat.Http;

/// <summary>What comes over the wire on its way to the disk: counted, and in flat memory whatever its size.</summary>
internal static class UploadBody
{
    private const int BufferBytes = 1 << 17;

    private static readonly UpDownCounter<int> Active = StudioMeter.Instance.CreateUpDownCounter<int>("downbeat.uploads.active", "{upload}", "Uploads, or parts of them, that are coming in.");
    private static readonly Counter<long> Bytes = StudioMeter.Instance.CreateCounter<long>("downbeat.uploads.bytes", "By", "Bytes that came in uploads.");

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
        long size = 0;
        Active.Add(1);
        try
        {
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
            Active.Add(-1);
            Bytes.Add(size);
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
