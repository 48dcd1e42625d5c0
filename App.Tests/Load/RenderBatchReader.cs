using System.Buffers.Binary;
using System.Text;

namespace Downbeat.Tests.Load;

/// <summary>
/// Reads of a picture that a page sends what a browser needs to answer it: the numbers by which events are told to the page. The format is that of Blazor's own script (OutOfProcessRenderBatch.ts): five parts,
/// whose places the last twenty bytes say.
/// </summary>
internal static class RenderBatchReader
{
    private const int FrameBytes = 20;
    private const int AttributeFrame = 3;

    /// <summary>Numbers of all handlers of an event that are in the picture.</summary>
    /// <param name="batch">The picture.</param>
    /// <param name="attribute">Name of the attribute, such as <c>ontoggle</c>.</param>
    public static List<ulong> Handlers(ReadOnlySpan<byte> batch, string attribute)
    {
        var name = Encoding.UTF8.GetBytes(attribute);
        var frames = batch[Number(batch[^16..])..];
        List<ulong> handlers = [];
        for (var i = 0; i < Number(frames); i++)
        {
            var frame = frames.Slice(sizeof(int) + (i * FrameBytes), FrameBytes);
            if (Number(frame) == AttributeFrame && BinaryPrimitives.ReadUInt64LittleEndian(frame[12..]) is var handler and > 0 && Text(batch, Number(frame[4..])).SequenceEqual(name))
            {
                handlers.Add(handler);
            }
        }

        return handlers;
    }

    /// <summary>Numbers of handlers that are no more.</summary>
    public static List<ulong> GoneHandlers(ReadOnlySpan<byte> batch)
    {
        var gone = batch[Number(batch[^8..])..];
        List<ulong> handlers = [];
        for (var i = 0; i < Number(gone); i++)
        {
            handlers.Add(BinaryPrimitives.ReadUInt64LittleEndian(gone[(sizeof(int) + (i * sizeof(ulong)))..]));
        }

        return handlers;
    }

    // A text has its length before it, seven bits to a byte, the lowest first.
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> batch, int index)
    {
        if (index < 0)
        {
            return [];
        }

        var at = Number(batch[(Number(batch[^4..]) + (index * sizeof(int)))..]);
        var (length, shift, isMore) = (0, 0, true);
        while (isMore)
        {
            var next = batch[at++];
            length |= (next & 0x7F) << shift;
            shift += 7;
            isMore = (next & 0x80) != 0;
        }

        return batch.Slice(at, length);
    }

    private static int Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
