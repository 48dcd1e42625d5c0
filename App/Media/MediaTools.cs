namespace Downbeat.Media;

/// <summary>Versions of the installed tools: <c>5.1.9-0+deb12u1</c>.</summary>
internal sealed record ToolVersions(string Ffmpeg, string Ffprobe);

/// <summary>Finds ffmpeg and ffprobe.</summary>
internal sealed class MediaTools(Ffmpeg ffmpeg)
{
    private static readonly RunLimits Limits = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));

    /// <summary>Asks both tools for their version.</summary>
    /// <exception cref="MediaFailure">One of them is missing or does not run; its message is a sentence for the operator.</exception>
    public async Task<ToolVersions> FindAsync(CancellationToken stop) =>
        new(await VersionAsync("ffmpeg", stop).ConfigureAwait(false), await VersionAsync("ffprobe", stop).ConfigureAwait(false));

    /// <summary>The third word of the first line: <c>ffmpeg version 5.1.9 Copyright …</c>; the whole line when it reads otherwise.</summary>
    public static string VersionIn(string answer)
    {
        var line = answer.Split('\n', 2)[0].Trim();
        return line.Split(' ') is [_, "version", var version, ..] ? version : line;
    }

    private async Task<string> VersionAsync(string tool, CancellationToken stop) =>
        VersionIn(await ffmpeg.AskAsync(tool, ["-version"], Limits, stop).ConfigureAwait(false));
}
