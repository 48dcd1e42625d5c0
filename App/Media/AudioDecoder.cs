using System.Globalization;
using System.Runtime.InteropServices;

namespace Downbeat.Media;

/// <summary>Decodes sound to numbers. All analysis and the video's sound share the time base that this gives: sample 0 is time 0.</summary>
internal sealed class AudioDecoder(Ffmpeg ffmpeg)
{
    /// <summary>Decodes the first stream of sound of a file, all its channels mixed to one.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="rateHz">Sample rate that comes out.</param>
    /// <param name="maxSeconds">Decoding ends here, however long the file is.</param>
    /// <param name="stop">Kills the decoder.</param>
    /// <returns>Samples, nominally -1..1 but lossy codecs overshoot; empty when the file opens but holds no sound. Length / <paramref name="rateHz"/> is the duration in seconds.</returns>
    /// <exception cref="StudioProblem">It is no media file (415).</exception>
    /// <exception cref="MediaFailure">It cannot be decoded.</exception>
    public Task<float[]> DecodeAsync(string path, int rateHz, double maxSeconds, CancellationToken stop) =>
        DecodeAsync(path, MediaSniffer.Identify(path), rateHz, maxSeconds, stop);

    /// <summary>The same from a time on, to the sample where the file says where its times are.</summary>
    public Task<float[]> DecodeAsync(string path, int rateHz, double fromSeconds, double maxSeconds, CancellationToken stop) =>
        DecodeAsync(path, MediaSniffer.Identify(path), rateHz, maxSeconds, stop, fromSeconds);

    /// <inheritdoc cref="DecodeAsync(string, int, double, CancellationToken)"/>
    public async Task<float[]> DecodeAsync(string path, MediaKind kind, int rateHz, double maxSeconds, CancellationToken stop, double fromSeconds = 0)
    {
        var limit = (int)Math.Min(Math.Ceiling(maxSeconds * rateHz), Array.MaxLength);
        var samples = new float[Math.Min(limit, 60 * rateHz)];
        var filledBytes = 0L;
        await ffmpeg.PipeAsync(
            [
                .. MediaPolicy.Input(path, kind, [.. fromSeconds > 0 ? (string[])["-ss", fromSeconds.ToString("0.######", CultureInfo.InvariantCulture)] : [], "-t", maxSeconds.ToString(CultureInfo.InvariantCulture)]),
                "-map", "0:a:0", "-ac", "1", "-ar", rateHz.ToString(CultureInfo.InvariantCulture), "-f", "f32le", "pipe:1",
            ],
            RunLimits.WholeFile,
            (bytes, _) =>
            {
                filledBytes += Append(ref samples, filledBytes, limit, bytes.Span);
                return ValueTask.CompletedTask;
            },
            stop).ConfigureAwait(false);
        Array.Resize(ref samples, (int)(filledBytes / sizeof(float)));
        return samples;
    }

    /// <summary>Decodes the first stream of sound of a file to another file, so that its length does not matter: samples as 32-bit floats, little-endian, the channels in turn, sample 0 at time 0.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="rateHz">Sample rate that comes out.</param>
    /// <param name="channels">Channels that come out: one is heard on both of two, more than that are mixed down.</param>
    /// <param name="maxSeconds">Decoding ends here, however long the file is.</param>
    /// <param name="output">Full path of the new file; overwritten.</param>
    /// <param name="stop">Kills the decoder.</param>
    /// <exception cref="MediaFailure">It cannot be decoded, or the disk is full.</exception>
    public Task DecodeToFileAsync(string path, MediaKind kind, int rateHz, int channels, double maxSeconds, string output, CancellationToken stop) => ffmpeg.RunAsync(
        [
            .. MediaPolicy.Input(path, kind, "-t", maxSeconds.ToString(CultureInfo.InvariantCulture)),
            "-map", "0:a:0", "-ac", channels.ToString(CultureInfo.InvariantCulture), "-ar", rateHz.ToString(CultureInfo.InvariantCulture), "-f", "f32le", output,
        ],
        RunLimits.WholeFile,
        null,
        stop);

    // The number of bytes taken; what lies past the limit is dropped, for time stamps can lie and -t goes by them.
    private static int Append(ref float[] samples, long filledBytes, int limit, ReadOnlySpan<byte> bytes)
    {
        var needed = (int)Math.Min((filledBytes + bytes.Length + sizeof(float) - 1) / sizeof(float), limit);
        if (needed > samples.Length)
        {
            Array.Resize(ref samples, (int)Math.Min(Math.Max(needed, samples.Length * 2L), limit));
        }

        var room = samples.LongLength * sizeof(float) - filledBytes;
        var taken = (int)Math.Min(bytes.Length, room);
        bytes[..taken].CopyTo(MemoryMarshal.AsBytes(samples.AsSpan((int)(filledBytes / sizeof(float))))[(int)(filledBytes % sizeof(float))..]);
        return taken;
    }
}
