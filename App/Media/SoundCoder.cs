using System.Globalization;

namespace Downbeat.Media;

/// <summary>Codes sound that the studio made.</summary>
internal sealed class SoundCoder(Ffmpeg ffmpeg)
{
    /// <summary>Codes a WAV file of ours.</summary>
    /// <param name="wavPath">Full path of the file.</param>
    /// <param name="format">What comes out.</param>
    /// <param name="output">Full path of the new file; overwritten. The caller renames it after success.</param>
    /// <param name="stop">Kills the coder.</param>
    /// <exception cref="MediaFailure">It failed, or the disk is full.</exception>
    public Task CodeAsync(string wavPath, SoundFormat format, string output, CancellationToken stop) =>
        ffmpeg.RunAsync([.. MediaPolicy.Input(wavPath, MediaKind.Wav), "-map", "0:a:0", .. format.Arguments, output], RunLimits.WholeFile, null, stop);

    /// <summary>Codes stereo sound that is made while it is coded.</summary>
    /// <param name="blocks">32-bit floats, little-endian, left and right in turn; each block is taken before the next is made, so they may share their memory.</param>
    /// <param name="rateHz">Sample rate.</param>
    /// <param name="format">What comes out.</param>
    /// <param name="output">Full path of the new file; overwritten. The caller renames it after success.</param>
    /// <param name="stop">Kills the coder.</param>
    /// <exception cref="MediaFailure">It failed, or the disk is full.</exception>
    public Task CodeAsync(IEnumerable<ReadOnlyMemory<byte>> blocks, int rateHz, SoundFormat format, string output, CancellationToken stop) =>
        ffmpeg.FeedAsync(
            ["-f", "f32le", "-ar", rateHz.ToString(CultureInfo.InvariantCulture), "-ac", "2", "-i", "pipe:0", .. format.Arguments, output], RunLimits.WholeFile, blocks, stop);
}
