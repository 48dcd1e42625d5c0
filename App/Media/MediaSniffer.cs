using System.Buffers.Binary;

namespace Downbeat.Media;

/// <summary>Tells a container by its first bytes. Neither the name nor the content type that came with an upload is ever asked.</summary>
internal static class MediaSniffer
{
    private const int HeadBytes = 8192;
    private const int Id3HeaderBytes = 10;
    private const int TransportPacketBytes = 188;

    /// <summary>Tells the kind of a file.</summary>
    /// <exception cref="StudioProblem"><c>media.empty</c> or <c>media.not_supported</c>, both 415.</exception>
    public static MediaKind Identify(string path)
    {
        using var file = File.OpenRead(path);
        return file.Length == 0
            ? throw new StudioProblem(415, "media.empty", "The file is empty. Choose the file again; if it stays empty, export it anew.")
            : Identify(file) ?? throw new StudioProblem(
                415,
                "media.not_supported",
                "This is no sound, film or picture that Downbeat can read. Songs may be MP3, WAV, FLAC, OGG, Opus or M4A; "
                    + "clips MP4, MOV, WebM, MKV, AVI, MPEG, FLV or GIF; pictures PNG, JPEG or WebP.");
    }

    /// <summary>Tells the kind of a stream that can seek; null when it is none of <see cref="MediaKind.All"/>. Reads at most 16 KB.</summary>
    public static MediaKind? Identify(Stream stream)
    {
        var head = ReadAt(stream, 0);
        return Starts(head, "ID3"u8) ? AfterId3(ReadAt(stream, Id3Length(head))) : ByMagic(head) ?? ByFrames(head);
    }

    /// <summary>Reads up to 8 KB from an offset; less at the end.</summary>
    public static byte[] ReadAt(Stream stream, long offset)
    {
        var bytes = new byte[HeadBytes];
        stream.Position = Math.Min(offset, stream.Length);
        return bytes[..stream.ReadAtLeast(bytes, HeadBytes, throwOnEndOfStream: false)];
    }

    /// <summary>Whole length of the ID3v2 tag that these bytes start with; 0 when they do not (ID3v2.4, 3.1: four bytes of seven bits).</summary>
    public static long Id3Length(ReadOnlySpan<byte> head) =>
        head.Length >= Id3HeaderBytes && Starts(head, "ID3"u8)
            ? Id3HeaderBytes + ((head[6] & 0x7F) << 21 | (head[7] & 0x7F) << 14 | (head[8] & 0x7F) << 7 | (head[9] & 0x7F))
            : 0;

    private static MediaKind? AfterId3(ReadOnlySpan<byte> head) => Starts(head, "fLaC"u8) ? MediaKind.Flac : ByFrames(head);

    private static MediaKind? ByMagic(ReadOnlySpan<byte> head) => head switch
    {
        _ when Starts(head, "fLaC"u8) => MediaKind.Flac,
        _ when Starts(head, "OggS"u8) => Ogg(head),
        _ when Starts(head, "RIFF"u8) || Starts(head, "RF64"u8) => Riff(head),
        _ when Starts(head, [0x1A, 0x45, 0xDF, 0xA3]) => head[..Math.Min(head.Length, 64)].IndexOf("webm"u8) > 0 ? MediaKind.Webm : MediaKind.Matroska,
        _ when Starts(head, "FLV\u0001"u8) => MediaKind.Flash,
        _ when Starts(head, "GIF87a"u8) || Starts(head, "GIF89a"u8) => MediaKind.Gif,
        _ when Starts(head, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) => MediaKind.Png,
        _ when Starts(head, [0xFF, 0xD8, 0xFF]) => MediaKind.Jpeg,
        _ when Starts(head, [0x00, 0x00, 0x01, 0xBA]) => MediaKind.ProgramStream,
        _ when IsTransportStream(head) => MediaKind.TransportStream,
        _ when head.Length >= 12 => Boxes(head),
        _ => null,
    };

    private static MediaKind? ByFrames(ReadOnlySpan<byte> head) =>
        IsAdts(head) ? MediaKind.Aac : Mp3Frames.IndexOfFirst(head) >= 0 ? MediaKind.Mp3 : null;

    private static MediaKind? Riff(ReadOnlySpan<byte> head) => head.Length < 12 ? null : head[8..12] switch
    {
        [(byte)'W', (byte)'A', (byte)'V', (byte)'E'] => MediaKind.Wav,
        [(byte)'A', (byte)'V', (byte)'I', (byte)' '] => MediaKind.Avi,
        [(byte)'W', (byte)'E', (byte)'B', (byte)'P'] => IsAnimatedWebp(head) ? null : MediaKind.Webp,
        _ => null,
    };

    // WebP container, 2.5: the flags of the extended header. ffmpeg cannot decode the animated form.
    private static bool IsAnimatedWebp(ReadOnlySpan<byte> head) => head.Length > 20 && head[12..16].SequenceEqual("VP8X"u8) && (head[20] & 2) != 0;

    // The first packet of the first page names the codec; films with several streams start with theora or a skeleton (RFC 3533, RFC 5334).
    private static MediaKind Ogg(ReadOnlySpan<byte> head)
    {
        var packet = head.Length > 28 ? head[Math.Min(head.Length, 27 + head[26])..] : [];
        return Starts(packet, [0x80, (byte)'t', (byte)'h', (byte)'e', (byte)'o']) || Starts(packet, "fishead"u8) ? MediaKind.OggVideo : MediaKind.Ogg;
    }

    // ISO 14496-12: a file starts with a box of type ftyp and its brand; QuickTime before 2004 starts with any top-level atom.
    private static MediaKind? Boxes(ReadOnlySpan<byte> head)
    {
        var type = System.Text.Encoding.ASCII.GetString(head[4..8]);
        var size = BinaryPrimitives.ReadUInt32BigEndian(head);
        return type switch
        {
            "ftyp" => System.Text.Encoding.ASCII.GetString(head[8..12]) switch
            {
                "M4A " or "M4B " => MediaKind.M4a,
                "qt  " => MediaKind.Mov,
                // Pictures in tiles, of which ffmpeg would show the first one.
                "heic" or "heix" or "heim" or "heis" or "hevc" or "mif1" or "msf1" or "avif" or "avis" => null,
                _ => MediaKind.Mp4,
            },
            "moov" or "mdat" or "wide" or "free" or "skip" or "pnot" when size is 1 or >= 8 => MediaKind.Mov,
            _ => null,
        };
    }

    // Plain packets of 188 bytes, or 192 with a time stamp before each (Blu-ray, AVCHD).
    private static bool IsTransportStream(ReadOnlySpan<byte> head)
    {
        foreach (var (offset, step) in ((int, int)[])[(0, TransportPacketBytes), (4, TransportPacketBytes + 4)])
        {
            if (head.Length > offset + (2 * step) && head[offset] == 0x47 && head[offset + step] == 0x47 && head[offset + (2 * step)] == 0x47)
            {
                return true;
            }
        }

        return false;
    }

    // ISO 13818-7 6.2: sync of twelve ones, layer 0, then the length of the frame in 13 bits, after which the next one starts.
    private static bool IsAdts(ReadOnlySpan<byte> head)
    {
        if (!IsSync(head))
        {
            return false;
        }

        var length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5;
        return length > 7 && length < head.Length && IsSync(head[length..]);

        static bool IsSync(ReadOnlySpan<byte> bytes) => bytes.Length > 6 && bytes[0] == 0xFF && (bytes[1] & 0xF6) == 0xF0;
    }

    private static bool Starts(ReadOnlySpan<byte> head, ReadOnlySpan<byte> magic) => head.StartsWith(magic);
}
