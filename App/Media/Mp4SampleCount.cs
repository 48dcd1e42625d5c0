using System.Buffers.Binary;

namespace Downbeat.Media;

/// <summary>Counts the pictures of an MP4 with one track, such as ffmpeg has just written, from its table of contents: no process, no decoding.</summary>
internal static class Mp4SampleCount
{
    private static readonly string[] PathToSizes = ["moov", "trak", "mdia", "minf", "stbl", "stsz"];

    /// <summary>Number of samples of the first track; 0 when the file has no table of contents, as when nothing was written into it.</summary>
    /// <remarks>ISO/IEC 14496-12, 8.7.3: stsz holds version and flags, the common size, then the count.</remarks>
    public static int Of(string path)
    {
        using var file = File.OpenRead(path);
        var end = file.Length;
        foreach (var type in PathToSizes)
        {
            if (Enter(file, type, end) is not { } boxEnd)
            {
                return 0;
            }

            end = boxEnd;
        }

        Span<byte> head = stackalloc byte[12];
        file.ReadExactly(head);
        return BinaryPrimitives.ReadInt32BigEndian(head[8..]);
    }

    private static long? Enter(FileStream file, string type, long end)
    {
        Span<byte> head = stackalloc byte[16];
        while (file.Position + 8 <= end)
        {
            var start = file.Position;
            file.ReadExactly(head[..8]);
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var isWanted = System.Text.Encoding.ASCII.GetString(head[4..8]) == type;
            if (size == 1)
            {
                file.ReadExactly(head[8..]);
                size = BinaryPrimitives.ReadInt64BigEndian(head[8..]);
            }

            if (size < 8 || start + size > end)
            {
                return null;
            }

            if (isWanted)
            {
                return start + size;
            }

            file.Position = start + size;
        }

        return null;
    }
}
