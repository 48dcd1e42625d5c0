using System.Buffers.Binary;

namespace Downbeat.Media;

/// <summary>What the table of contents of an MP4 with one track, such as ffmpeg has just written, says of its pictures: no process, no decoding.</summary>
internal static class Mp4Pictures
{
    private const int SampleTableHeadBytes = 12;
    private const int DescriptionHeadBytes = 8;
    private const int VisualEntryBytes = 78;

    /// <summary>Number of pictures; 0 when the file has no table of contents, as when nothing was written into it.</summary>
    /// <remarks>ISO/IEC 14496-12, 8.7.3: stsz holds version and flags, the common size, then the count, then each size unless they are all the same.</remarks>
    public static int CountOf(string path)
    {
        using var file = File.OpenRead(path);
        return SizesOf(file)?.Count ?? 0;
    }

    /// <summary>Bytes of all pictures together, without their container; 0 when there are none.</summary>
    public static long BytesOf(string path)
    {
        using var file = File.OpenRead(path);
        if (SizesOf(file) is not { } sizes)
        {
            return 0;
        }

        if (sizes.Common > 0)
        {
            return (long)sizes.Common * sizes.Count;
        }

        var each = new byte[4 * sizes.Count];
        file.ReadExactly(each);
        return Enumerable.Range(0, sizes.Count).Sum(i => (long)BinaryPrimitives.ReadUInt32BigEndian(each.AsSpan(4 * i)));
    }

    /// <summary>What an H.264 decoder is set up with, the parameter sets; empty when there are none. Files can be joined uncoded only when these are equal.</summary>
    /// <remarks>ISO/IEC 14496-12, 8.5.2 and 12.1.3; ISO/IEC 14496-15, 5.3.3: avcC stands behind the fields of the entry avc1 in stsd.</remarks>
    public static byte[] ParameterSetsOf(string path)
    {
        using var file = File.OpenRead(path);
        if (Mp4Boxes.Find(file, "moov", "trak", "mdia", "minf", "stbl", "stsd") is not { } description
            || Mp4Boxes.Between(file, description.Start + DescriptionHeadBytes, description.End, "avc1").Cast<(long Start, long End)?>().FirstOrDefault() is not { } entry
            || Mp4Boxes.Between(file, entry.Start + VisualEntryBytes, entry.End, "avcC").Cast<(long Start, long End)?>().FirstOrDefault() is not { } sets)
        {
            return [];
        }

        var bytes = new byte[sets.End - sets.Start];
        file.Position = sets.Start;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static (int Common, int Count)? SizesOf(FileStream file)
    {
        if (Mp4Boxes.Find(file, "moov", "trak", "mdia", "minf", "stbl", "stsz") is not { } table)
        {
            return null;
        }

        Span<byte> head = stackalloc byte[SampleTableHeadBytes];
        file.Position = table.Start;
        file.ReadExactly(head);
        return (BinaryPrimitives.ReadInt32BigEndian(head[4..]), BinaryPrimitives.ReadInt32BigEndian(head[8..]));
    }
}
