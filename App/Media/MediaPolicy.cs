using System.Globalization;

namespace Downbeat.Media;

/// <summary>What a file from outside may be, in ffmpeg's own words. Everything else is refused before a decoder sees it.</summary>
internal static class MediaPolicy
{
    /// <summary>Demuxers that may open a file. No playlist (hls, concat, dash), no image2 pattern, no SVG.</summary>
    public const string Formats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,gif,mp3,wav,flac,ogg,aac,png_pipe,jpeg_pipe,webp_pipe";

    /// <summary>Decoders that may run; the current, well-fuzzed ones.</summary>
    public const string Codecs =
        "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,mpeg4,mpeg2video,mpeg1video,h263,msmpeg4v3,theora,prores,dnxhd,mjpeg,png,apng,gif,webp,rawvideo," +
        "aac,mp3,mp3float,mp2,mp2float,flac,vorbis,libvorbis,opus,libopus,alac,ac3,eac3," +
        "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_u8,pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav";

    /// <summary>Largest picture, in pixels (36 megapixels).</summary>
    public const int MaxPixels = 36_000_000;

    // Decoders pad both sides to their blocks before they compare, so a picture just under our limit needs room.
    private const int DecoderMaxPixels = MaxPixels / 100 * 105;

    /// <summary>Fastest film, in frames per second.</summary>
    public const double MaxFrameRate = 240;

    private static readonly HashSet<string> CodecNames = [.. Codecs.Split(',')];

    /// <summary>The options that stand before every <c>-i</c> of a file from outside.</summary>
    public static IReadOnlyList<string> InputArguments { get; } =
    [
        "-protocol_whitelist", "file,pipe", "-format_whitelist", Formats, "-codec_whitelist", Codecs,
        "-max_pixels", DecoderMaxPixels.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Whether a codec of this name may be decoded.</summary>
    public static bool Allows(string codec) => CodecNames.Contains(codec);

    /// <summary>
    /// Opens one file from outside: the allow-lists, the one demuxer of its kind, <paramref name="before"/> and <c>-i</c>.
    /// The full path starts with a slash or a drive, so no name can be taken for an option or a protocol.
    /// </summary>
    public static string[] Input(string path, MediaKind kind, params ReadOnlySpan<string> before) =>
        [.. InputArguments, "-f", kind.Demuxer, .. before, "-i", Path.GetFullPath(path)];

    /// <summary>The full form of a path that goes into a text of FFMpegCore's, which puts plain quotes around it and escapes nothing.</summary>
    /// <exception cref="ArgumentException">The path could end its quotes: it was not made by the server.</exception>
    public static string ServerPath(string path)
    {
        var full = Path.GetFullPath(path);
        return full.AsSpan().IndexOfAny("\"\\\n") < 0 || (OperatingSystem.IsWindows() && !full.Contains('"'))
            ? full
            : throw new ArgumentException("Only paths made by the server may be given to FFMpegCore.", nameof(path));
    }
}
