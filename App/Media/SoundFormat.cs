namespace Downbeat.Media;

/// <summary>A format that sound can be had in.</summary>
/// <param name="Name">What people ask for: <c>wav</c>.</param>
/// <param name="Kind">What such a file is stored and served as.</param>
/// <param name="Arguments">How ffmpeg codes it.</param>
internal sealed record SoundFormat(string Name, MediaKind Kind, IReadOnlyList<string> Arguments)
{
    /// <summary>24 bits, uncompressed.</summary>
    public static readonly SoundFormat Wav = new("wav", MediaKind.Wav, ["-c:a", "pcm_s24le", "-f", "wav"]);

    /// <summary>24 bits, losslessly compressed.</summary>
    public static readonly SoundFormat Flac = new("flac", MediaKind.Flac, ["-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-f", "flac"]);

    /// <summary>256 kbit/s.</summary>
    public static readonly SoundFormat Mp3 = new("mp3", MediaKind.Mp3, ["-c:a", "libmp3lame", "-b:a", "256k", "-f", "mp3"]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SoundFormat> All { get; } = [Wav, Flac, Mp3];

    /// <summary>The format of a name.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is none of that name.</exception>
    public static SoundFormat Of(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw StudioProblem.Field("format", "Sound can be had as wav, flac or mp3.");
}
