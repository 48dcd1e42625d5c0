using FFMpegCore;

namespace Downbeat.Media;

/// <summary>
/// Moves streams, untouched, into a container that can be sought exactly. A seek in MPEG-TS goes to the next key frame, often seconds away, and AVI and FLV lack
/// time stamps that later steps rely on.
/// </summary>
internal sealed class Remux(Ffmpeg ffmpeg)
{
    private static readonly HashSet<string> Mp4Pictures = ["h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "mpeg1video"];
    private static readonly HashSet<string> Mp4Sounds = ["aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"];

    /// <summary>The container that a film has to be moved to before it is used; null when it is well where it is.</summary>
    public static MediaKind? TargetOf(MediaFacts facts) =>
        facts.Kind.Demuxer is not ("mpegts" or "mpeg" or "avi" or "flv") || facts.Video is null ? null
        : Mp4Pictures.Contains(facts.Video.Codec) ? MediaKind.Mp4
        : MediaKind.Matroska;

    /// <summary>Moves the pictures, and the sound where the new container can hold it.</summary>
    /// <param name="path">Full path of the film; made by the server.</param>
    /// <param name="facts">What it holds.</param>
    /// <param name="target">From <see cref="TargetOf"/>.</param>
    /// <param name="output">Full path of the new file; overwritten. The caller renames it after success.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <exception cref="ArgumentException">A path was not made by the server.</exception>
    /// <exception cref="MediaFailure">It failed.</exception>
    public Task RunAsync(string path, MediaFacts facts, MediaKind target, string output, CancellationToken stop) =>
        ffmpeg.RunAsync(Command(path, facts, target, output), RunLimits.WholeFile, stop);

    /// <summary>The command line.</summary>
    public static FFMpegArgumentProcessor Command(string path, MediaFacts facts, MediaKind target, string output)
    {
        var sound = facts.Audio is { } audio && (target == MediaKind.Matroska || Mp4Sounds.Contains(audio.Codec)) ? " -map 0:a:0" : "";
        var unpack = facts.Video?.Codec == "mpeg4" && facts.Kind == MediaKind.Avi ? " -bsf:v mpeg4_unpack_bframes" : "";
        return FFMpegArguments
            .FromFileInput(MediaPolicy.ServerPath(path), false, input => input
                .WithCustomArgument(string.Join(' ', MediaPolicy.InputArguments)).WithCustomArgument("-fflags +genpts").ForceFormat(facts.Kind.Demuxer))
            .OutputToFile(MediaPolicy.ServerPath(output), true, result => result
                .WithCustomArgument($"-map 0:V:0{sound} -c copy{unpack} -map_metadata -1")
                .WithCustomArgument(target == MediaKind.Mp4 ? "-movflags +faststart -f mp4" : "-f matroska"));
    }
}
