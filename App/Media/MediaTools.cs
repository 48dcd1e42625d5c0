namespace Downbeat.Media;

/// <summary>Versions of the installed tools.</summary>
internal sealed record ToolVersions(FfmpegVersion Ffmpeg, FfmpegVersion Ffprobe);

/// <summary>Finds ffmpeg and ffprobe.</summary>
internal sealed class MediaTools(Ffmpeg ffmpeg)
{
    /// <summary>Asks both tools for their version.</summary>
    /// <exception cref="MediaFailure">One of them is missing, does not run or is something else; its message is a sentence for the operator.</exception>
    public async Task<ToolVersions> FindAsync(CancellationToken stop) =>
        new(await VersionAsync("ffmpeg", stop).ConfigureAwait(false), await VersionAsync("ffprobe", stop).ConfigureAwait(false));

    private async Task<FfmpegVersion> VersionAsync(string tool, CancellationToken stop)
    {
        var answer = await ffmpeg.AskAsync(tool, ["-version"], RunLimits.Short, stop).ConfigureAwait(false);
        try
        {
            return FfmpegVersion.Parse(answer);
        }
        catch (FormatException)
        {
            throw new MediaFailure(MediaFailureReason.WrongOutput, $"{ffmpeg.PathOf(tool)} does not answer as {tool} does; install the package ffmpeg or set Media:BinaryFolder.");
        }
    }
}
