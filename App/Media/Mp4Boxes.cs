using System.Buffers.Binary;

namespace Downbeat.Media;

/// <summary>Finds the boxes that an MP4 is made of. ISO/IEC 14496-12, 4.2: each begins with its size and its type; a size of 1 says that the real one follows in eight bytes.</summary>
internal static class Mp4Boxes
{
    private const int HeadBytes = 8;

    /// <summary>The boxes directly between two places, in order, each with the places where its contents begin and end. A box that is not whole ends the list.</summary>
    public static IEnumerable<(string Type, long Start, long End)> Between(FileStream file, long from, long to)
    {
        var head = new byte[2 * HeadBytes];
        while (from + HeadBytes <= to)
        {
            file.Position = from;
            file.ReadExactly(head, 0, HeadBytes);
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var headBytes = HeadBytes;
            if (size == 1)
            {
                file.ReadExactly(head, HeadBytes, HeadBytes);
                size = BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(HeadBytes));
                headBytes = 2 * HeadBytes;
            }

            if (size < headBytes || from + size > to)
            {
                yield break;
            }

            yield return (System.Text.Encoding.ASCII.GetString(head, 4, 4), from + headBytes, from + size);
            from += size;
        }
    }

    /// <summary>The boxes of a type directly between two places.</summary>
    public static IEnumerable<(long Start, long End)> Between(FileStream file, long from, long to, string type) =>
        Between(file, from, to).Where(box => box.Type == type).Select(box => (box.Start, box.End));

    /// <summary>The first box at the end of a path of types, each within the one before; null when there is none.</summary>
    public static (long Start, long End)? Find(FileStream file, params ReadOnlySpan<string> path)
    {
        (long Start, long End)? found = (0, file.Length);
        foreach (var type in path)
        {
            found = Between(file, found.Value.Start, found.Value.End, type).Cast<(long, long)?>().FirstOrDefault();
            if (found is null)
            {
                return null;
            }
        }

        return found;
    }
}
