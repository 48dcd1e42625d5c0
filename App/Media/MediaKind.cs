namespace Downbeat.Media;

/// <summary>What a file can carry, as far as its container says.</summary>
internal enum MediaContent
{
    /// <summary>Sound only.</summary>
    Sound,

    /// <summary>Moving pictures, sound, or both.</summary>
    Film,

    /// <summary>One picture.</summary>
    Still,
}

/// <summary>A container that the studio takes. There is one instance of each; compare by reference or value.</summary>
/// <param name="Name">What people call it: <c>MP3</c>.</param>
/// <param name="Extension">The one file extension it is stored under, with the dot.</param>
/// <param name="ContentType">What it is served as.</param>
/// <param name="Demuxer">The only ffmpeg demuxer that may open it (<c>-f</c> before <c>-i</c>).</param>
/// <param name="Content">What it can carry.</param>
internal sealed record MediaKind(string Name, string Extension, string ContentType, string Demuxer, MediaContent Content)
{
    public static readonly MediaKind Mp3 = new("MP3", ".mp3", "audio/mpeg", "mp3", MediaContent.Sound);
    public static readonly MediaKind Aac = new("AAC", ".aac", "audio/aac", "aac", MediaContent.Sound);
    public static readonly MediaKind Wav = new("WAV", ".wav", "audio/wav", "wav", MediaContent.Sound);
    public static readonly MediaKind Flac = new("FLAC", ".flac", "audio/flac", "flac", MediaContent.Sound);
    public static readonly MediaKind Ogg = new("Ogg", ".ogg", "audio/ogg", "ogg", MediaContent.Sound);
    public static readonly MediaKind M4a = new("M4A", ".m4a", "audio/mp4", "mov", MediaContent.Sound);
    public static readonly MediaKind OggVideo = new("Ogg video", ".ogv", "video/ogg", "ogg", MediaContent.Film);
    public static readonly MediaKind Mp4 = new("MP4", ".mp4", "video/mp4", "mov", MediaContent.Film);
    public static readonly MediaKind Mov = new("QuickTime", ".mov", "video/quicktime", "mov", MediaContent.Film);
    public static readonly MediaKind Webm = new("WebM", ".webm", "video/webm", "matroska", MediaContent.Film);
    public static readonly MediaKind Matroska = new("Matroska", ".mkv", "video/x-matroska", "matroska", MediaContent.Film);
    public static readonly MediaKind Avi = new("AVI", ".avi", "video/x-msvideo", "avi", MediaContent.Film);
    public static readonly MediaKind TransportStream = new("MPEG-TS", ".ts", "video/mp2t", "mpegts", MediaContent.Film);
    public static readonly MediaKind ProgramStream = new("MPEG", ".mpg", "video/mpeg", "mpeg", MediaContent.Film);
    public static readonly MediaKind Flash = new("FLV", ".flv", "video/x-flv", "flv", MediaContent.Film);
    public static readonly MediaKind Gif = new("GIF", ".gif", "image/gif", "gif", MediaContent.Film);
    public static readonly MediaKind Png = new("PNG", ".png", "image/png", "png_pipe", MediaContent.Still);
    public static readonly MediaKind Jpeg = new("JPEG", ".jpg", "image/jpeg", "jpeg_pipe", MediaContent.Still);
    public static readonly MediaKind Webp = new("WebP", ".webp", "image/webp", "webp_pipe", MediaContent.Still);

    /// <summary>Every kind that can come out of <see cref="MediaSniffer"/>.</summary>
    public static IReadOnlyList<MediaKind> All { get; } =
        [Mp3, Aac, Wav, Flac, Ogg, M4a, OggVideo, Mp4, Mov, Webm, Matroska, Avi, TransportStream, ProgramStream, Flash, Gif, Png, Jpeg, Webp];

    /// <summary>Whether it holds exactly one picture.</summary>
    public bool IsStill => Content == MediaContent.Still;
}
