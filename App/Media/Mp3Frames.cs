using System.Buffers.Binary;

namespace Downbeat.Media;

/// <summary>The little of MPEG audio framing (ISO 11172-3 2.4.1.3, 13818-3) that is needed to know an MP3 and whether its end is missing.</summary>
internal static class Mp3Frames
{
    private const int HeaderBytes = 4;
    private const int InARow = 3;

    private static readonly int[] KilobitsVersion1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] KilobitsVersion2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] RatesHz = [44100, 48000, 32000];

    /// <summary>One frame of layer III.</summary>
    /// <param name="LengthBytes">Whole length with its header.</param>
    /// <param name="Samples">Samples per channel: 1152 or 576.</param>
    /// <param name="RateHz">Sample rate.</param>
    /// <param name="SideBytes">Length of the side information, after which a Xing header would stand.</param>
    internal readonly record struct Frame(int LengthBytes, int Samples, int RateHz, int SideBytes);

    /// <summary>Reads a header of layer III; null when these bytes are none (free format is not taken).</summary>
    public static Frame? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] != 0xFF || (bytes[1] & 0xE6) != 0xE2)
        {
            return null;
        }

        int version = (bytes[1] >> 3) & 3, bitrate = bytes[2] >> 4, rate = (bytes[2] >> 2) & 3;
        if (version == 1 || bitrate is 0 or 15 || rate == 3)
        {
            return null;
        }

        var isVersion1 = version == 3;
        var isMono = bytes[3] >> 6 == 3;
        var rateHz = RatesHz[rate] >> (version switch { 3 => 0, 2 => 1, _ => 2 });
        var bitsPerSecond = (isVersion1 ? KilobitsVersion1 : KilobitsVersion2)[bitrate] * 1000;
        var samples = isVersion1 ? 1152 : 576;
        var length = (samples / 8 * bitsPerSecond / rateHz) + ((bytes[2] >> 1) & 1);
        return new(length, samples, rateHz, isVersion1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17));
    }

    /// <summary>Offset of the first of three frames in a row; -1 when there is none. Three, since two bytes of sync turn up in any data.</summary>
    public static int IndexOfFirst(ReadOnlySpan<byte> bytes)
    {
        for (var start = 0; start + HeaderBytes <= bytes.Length; start++)
        {
            if (ChainEnd(bytes[start..], out var frames) >= 0 && frames >= InARow)
            {
                return start;
            }
        }

        return -1;
    }

    /// <summary>Length in seconds that the Xing or Info header of the first frame promises; null when it has none.</summary>
    /// <param name="bytes">Starts at the first frame.</param>
    public static double? XingSeconds(ReadOnlySpan<byte> bytes)
    {
        if (Read(bytes) is not { } frame || bytes.Length < HeaderBytes + frame.SideBytes + 12)
        {
            return null;
        }

        var header = bytes[(HeaderBytes + frame.SideBytes)..];
        var hasFrameCount = (header[..4].SequenceEqual("Xing"u8) || header[..4].SequenceEqual("Info"u8)) && (header[7] & 1) == 1;
        var frames = hasFrameCount ? BinaryPrimitives.ReadUInt32BigEndian(header[8..]) : 0;
        return frames > 0 ? (double)frames * frame.Samples / frame.RateHz : null;
    }

    /// <summary>Whether the file stops inside a frame. A tag after the last frame is no such thing.</summary>
    /// <param name="tail">The last bytes of the file, enough for several frames (8 KB).</param>
    public static bool IsCutOff(ReadOnlySpan<byte> tail)
    {
        var start = IndexOfFirst(tail);
        return start >= 0 && start + ChainEnd(tail[start..], out _) > tail.Length;
    }

    // Where the last frame of an unbroken row ends, which may lie beyond the bytes; -1 when they do not start with a frame.
    private static int ChainEnd(ReadOnlySpan<byte> bytes, out int frames)
    {
        var end = -1;
        var rateHz = 0;
        for (frames = 0; Math.Max(end, 0) < bytes.Length && Read(bytes[Math.Max(end, 0)..]) is { } frame; frames++)
        {
            if (rateHz != 0 && frame.RateHz != rateHz)
            {
                break;
            }

            rateHz = frame.RateHz;
            end = Math.Max(end, 0) + frame.LengthBytes;
        }

        return end;
    }
}
