using System.Globalization;

namespace Downbeat.Media;

/// <summary>The picture that a sound file carries.</summary>
internal sealed class CoverArt(Ffmpeg ffmpeg)
{
    /// <summary>Writes the cover of a sound file as JPEG.</summary>
    /// <param name="path">Full path of the file; made by the server.</param>
    /// <param name="output">Full path of the picture; overwritten.</param>
    /// <param name="mostPixels">Longest side; a smaller picture is not enlarged.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <returns>False when it carries none, or none that can be read.</returns>
    public async Task<bool> FindAsync(string path, string output, int mostPixels, CancellationToken stop)
    {
        var side = mostPixels.ToString(CultureInfo.InvariantCulture);
        try
        {
            await ffmpeg.RunAsync(
                [
                    .. MediaPolicy.Input(path, MediaSniffer.Identify(path)), "-map", "0:v:0", "-frames:v", "1",
                    "-vf", $"scale='min({side},iw)':'min({side},ih)':force_original_aspect_ratio=decrease:out_range=pc,format=yuvj420p", "-q:v", "3", "-f", "mjpeg", output,
                ],
                RunLimits.Short,
                null,
                stop).ConfigureAwait(false);
            return true;
        }
        catch (MediaFailure failure) when (failure.Reason == MediaFailureReason.ExitStatus)
        {
            return false;
        }
    }
}
