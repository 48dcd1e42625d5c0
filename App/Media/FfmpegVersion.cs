using System.Globalization;
using System.Runtime.CompilerServices;

namespace Downbeat.Media;

/// <summary>Which ffmpeg is installed. Part of the key of everything it makes, since another version may draw other pixels.</summary>
/// <param name="Text">As it names itself: <c>5.1.9-0+deb12u1</c>, <c>n7.1</c> or <c>N-118012-g2a4f5b1</c>.</param>
internal sealed record FfmpegVersion(string Text)
{
    private const int FirstWithOptionFiles = 7;

    /// <summary>An answer holds for a minute: asking takes as long as many a piece of work, and nobody renders while a package is exchanged.</summary>
    private const long AnswerMilliseconds = 60_000;

    private static readonly ConditionalWeakTable<Ffmpeg, Answer> Answers = [];

    /// <summary>Main version; that of a build between releases counts as the newest.</summary>
    public int Major { get; } =
        int.TryParse(Text.TrimStart('n').Split('.', '-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : int.MaxValue;

    /// <summary>The option that reads a filter graph from a file: ffmpeg 7 renamed it.</summary>
    public string GraphFileOption => Major >= FirstWithOptionFiles ? "-/filter_complex" : "-filter_complex_script";

    /// <summary>Reads the first line of <c>ffmpeg -version</c> or <c>ffprobe -version</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static FfmpegVersion Parse(string answer) =>
        answer.Split('\n', 2)[0].Split(' ') is ["ffmpeg" or "ffprobe", "version", var version, ..]
            ? new(version)
            : throw new FormatException("The answer of ffmpeg -version does not begin with its version.");

    /// <summary>Asks the installed ffmpeg, at most once a minute.</summary>
    /// <exception cref="MediaFailure">It is missing or does not run.</exception>
    public static async Task<FfmpegVersion> AskAsync(Ffmpeg ffmpeg, CancellationToken stop)
    {
        if (Answers.TryGetValue(ffmpeg, out var last) && Environment.TickCount64 - last.AtMilliseconds < AnswerMilliseconds)
        {
            return last.Version;
        }

        var version = Parse(await ffmpeg.AskAsync("ffmpeg", ["-version"], RunLimits.Short, stop).ConfigureAwait(false));
        Answers.AddOrUpdate(ffmpeg, new(version, Environment.TickCount64));
        return version;
    }

    private sealed record Answer(FfmpegVersion Version, long AtMilliseconds);
}
