using System.Buffers.Binary;

namespace Downbeat.Media;

/// <summary>
/// Tells a file whose end is missing by the byte lengths that the container itself states. Decoders conceal that: ffmpeg plays the first half of a cut MP3, WAV,
/// Ogg or Matroska file and reports success.
/// </summary>
internal static class ContainerEnd
{
    private const int MaxBoxes = 100_000;
    private const int TailBytes = 8192;
    private const int MaxOggPageBytes = 65307;
    private const uint StreamedLength = 0x7FFF0000;

    /// <summary>Whether the file stops before the place where its container says it does. False for containers that state no length (MPEG-TS, AAC, FLV, GIF, pictures).</summary>
    public static bool IsCutOff(string path, MediaKind kind)
    {
        using var file = File.OpenRead(path);
        if (kind == MediaKind.Mp3)
        {
            return Mp3Frames.IsCutOff(Tail(file, TailBytes));
        }

        if (kind == MediaKind.Ogg || kind == MediaKind.OggVideo)
        {
            return EndsInsideOggPage(Tail(file, 2 * MaxOggPageBytes));
        }

        var end = kind.Demuxer switch
        {
            "mov" => EndOfBoxes(file),
            "matroska" => EndOfSegment(file),
            "wav" => EndOfWaveData(file),
            "avi" or "webp_pipe" => EndOfRiff(file),
            _ => 0,
        };

        // Writers of headers err by a few bytes; a cut file lacks more.
        return end - file.Length > Math.Max(256, file.Length / 100);
    }

    /// <summary>
    /// Whether a wave file holds more after the sound that its header tells of than that sound, and it is not further chunks: the header is wrong about the length, and players would
    /// stop where it says. False for everything else.
    /// </summary>
    public static bool HidesMost(string path, MediaKind kind)
    {
        if (kind.Demuxer != "wav")
        {
            return false;
        }

        using var file = File.OpenRead(path);
        return FindWaveData(file) is (var start, > 0 and < StreamedLength and var size) && EndOfChunks(file, start + size + (size & 1)) is var told && file.Length - told > size;
    }

    // ISO 14496-12 4.2: length in 32 bits and type; 1 says that 64 bits follow, 0 that the box reaches to the end.
    private static long EndOfBoxes(FileStream file)
    {
        long at = 0;
        Span<byte> header = stackalloc byte[16];
        for (var boxes = 0; boxes < MaxBoxes && at < file.Length - 8; boxes++)
        {
            file.Position = at;
            var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            long size = BinaryPrimitives.ReadUInt32BigEndian(header);
            size = size == 1 && read == header.Length ? BinaryPrimitives.ReadInt64BigEndian(header[8..]) : size;
            if (size < 8 || size > long.MaxValue - at)
            {
                return at;
            }

            at += size;
        }

        return at;
    }

    // RFC 8794 6: the EBML header, then one Segment whose length is known or, live, all ones.
    private static long EndOfSegment(FileStream file)
    {
        file.Position = 4;
        if (Vint(file) is not { } headerLength || headerLength > file.Length)
        {
            return 0;
        }

        file.Position += headerLength + 4;
        return Vint(file) is { } segmentLength ? file.Position + segmentLength : 0;
    }

    // RFC 8794 4: the number of leading zeros of the first byte is the number of further bytes. Null when all value bits are ones (unknown).
    private static long? Vint(FileStream file)
    {
        var first = file.ReadByte();
        if (first <= 0)
        {
            return null;
        }

        var further = System.Numerics.BitOperations.LeadingZeroCount((uint)first) - 24;
        long value = first & ((1 << (7 - further)) - 1);
        for (var i = 0; i < further; i++)
        {
            value = value << 8 | (uint)Math.Max(file.ReadByte(), 0);
        }

        return value == (1L << (7 * (further + 1))) - 1 ? null : value;
    }

    private static long EndOfRiff(FileStream file)
    {
        Span<byte> header = stackalloc byte[8];
        return file.ReadAtLeast(header, 8, throwOnEndOfStream: false) < 8 ? 0 : EndOfChunk(8, BinaryPrimitives.ReadUInt32LittleEndian(header[4..]));
    }

    private static long EndOfWaveData(FileStream file) => FindWaveData(file) is var (start, size) ? EndOfChunk(start, size) : 0;

    private static (long Start, uint Size)? FindWaveData(FileStream file)
    {
        Span<byte> chunk = stackalloc byte[8];
        for (long at = 12; at < file.Length - 8;)
        {
            file.Position = at;
            file.ReadExactly(chunk);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk[..4].SequenceEqual("data"u8))
            {
                return (at + 8, size);
            }

            at += 8L + size + (size & 1);
        }

        return null;
    }

    /// <summary>Where chunks end that follow each other from a place on: at the first that has no name in letters or reaches beyond the file.</summary>
    private static long EndOfChunks(FileStream file, long at)
    {
        Span<byte> chunk = stackalloc byte[8];
        while (at < file.Length - 8)
        {
            file.Position = at;
            file.ReadExactly(chunk);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~') || size > file.Length - at - 8)
            {
                return at;
            }

            at += 8L + size + (size & 1);
        }

        return at;
    }

    // A program that writes into a pipe cannot know the length and puts the largest number there, signed or not.
    private static long EndOfChunk(long start, uint size) => size >= StreamedLength ? 0 : start + size;

    // RFC 3533 6: 27 bytes, a table of segment lengths, the segments.
    private static bool EndsInsideOggPage(ReadOnlySpan<byte> tail)
    {
        var page = tail[Math.Max(tail.LastIndexOf("OggS"u8), 0)..];
        if (!page.StartsWith("OggS"u8))
        {
            return false;
        }

        if (page.Length < 27 || page.Length < 27 + page[26])
        {
            return true;
        }

        var length = 27 + page[26];
        foreach (var segment in page.Slice(27, page[26]))
        {
            length += segment;
        }

        return length > page.Length;
    }

    private static byte[] Tail(FileStream file, int bytes)
    {
        file.Position = Math.Max(0, file.Length - bytes);
        var tail = new byte[file.Length - file.Position];
        file.ReadExactly(tail);
        return tail;
    }
}
