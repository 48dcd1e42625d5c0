using System.Globalization;

namespace Downbeat.Media;

/// <summary>Makes short films without sound that say what a clip shows: small enough to be played by dozens in a list, as soon as somebody points at one.</summary>
internal sealed class PreviewLoops(Ffmpeg ffmpeg)
{
    /// <summary>What it is served as.</summary>
    public const string ContentType = "video/mp4";

    /// <summary>Longest one.</summary>
    public const double MostSeconds = 4;

    private const int Width = 320;
    private const int FramesPerSecond = 12;

    /// <summary>Writes an MP4 of at most four seconds of a film, from a tenth of it on: upright, with square pixels and in standard range, at most 320 wide, and 400 kbit/s whatever it shows.</summary>
    /// <param name="path">Full path of the film; made by the server.</param>
    /// <param name="facts">What it holds; no still.</param>
    /// <param name="output">Full path of the new file; overwritten.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <exception cref="MediaFailure">None could be made.</exception>
    public async Task MakeAsync(string path, MediaFacts facts, string output, CancellationToken stop)
    {
        using var turn = await UploadTurns.WaitAsync(stop).ConfigureAwait(false);
        var frames = 0L;
        await ffmpeg.RunAsync(Arguments(path, facts, output), RunLimits.Short, at => frames = at.Frames, stop).ConfigureAwait(false);
        if (frames == 0)
        {
            throw new MediaFailure(MediaFailureReason.WrongOutput, "ffmpeg found no frames for the preview.");
        }
    }

    /// <summary>The command line.</summary>
    public static IReadOnlyList<string> Arguments(string path, MediaFacts facts, string output)
    {
        var start = Math.Max(0, Math.Min(0.1 * facts.DurationSeconds, facts.DurationSeconds - MostSeconds));
        string[] part = ["-threads", "2", "-skip_loop_filter", "all", "-ss", start.ToString("0.######", CultureInfo.InvariantCulture), "-t", MostSeconds.ToString(CultureInfo.InvariantCulture)];
        return
        [
            .. MediaPolicy.Input(path, facts.Kind, part),
            "-map", "0:V:0", "-an", "-sn", "-dn", "-vf", string.Create(CultureInfo.InvariantCulture, $"fps={FramesPerSecond},{Pictures.Small(facts.Video!, Width)},setsar=1"),
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-maxrate", "400k", "-bufsize", "400k", "-threads", "1",
            "-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4", Path.GetFullPath(output),
        ];
    }
}
