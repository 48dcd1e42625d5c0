using System.Globalization;
using System.Text;

namespace Downbeat.Media;

/// <summary>The coded pictures and sound of a file, counted and timed without decoding them.</summary>
/// <param name="PictureSeconds">When each picture of the first video stream is shown, rising.</param>
/// <param name="KeyframeSeconds">When the pictures that can be decoded alone are shown, rising.</param>
/// <param name="VideoSeconds">End of the last picture; 0 without video.</param>
/// <param name="AudioSeconds">End of the last sound; 0 without sound.</param>
/// <param name="VideoBytes">Size of all pictures together, without their container.</param>
internal sealed record MediaPackets(IReadOnlyList<double> PictureSeconds, IReadOnlyList<double> KeyframeSeconds, double VideoSeconds, double AudioSeconds, long VideoBytes);

/// <summary>Reads the packets of files that the studio made itself, through ffmpeg's list of packet checksums (<c>framecrc</c>), which names time, length and kind of each.</summary>
internal static class PacketReader
{
    /// <summary>Reads the first video and the first audio stream.</summary>
    /// <exception cref="MediaFailure">The file cannot be read.</exception>
    public static async Task<MediaPackets> ReadAsync(Ffmpeg ffmpeg, string path, CancellationToken stop)
    {
        var text = new StringBuilder();
        await ffmpeg.PipeAsync(
            [.. MediaPolicy.InputArguments, "-copyts", "-i", "file:" + path, "-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "pipe:1"],
            RunLimits.Short,
            (bytes, _) =>
            {
                text.Append(Encoding.ASCII.GetString(bytes.Span));
                return ValueTask.CompletedTask;
            },
            stop).ConfigureAwait(false);
        return Parse(text.ToString());
    }

    /// <summary>Reads a list: <c>#tb 0: 1/15360</c> and <c>#media_type 0: video</c>, then <c>stream, dts, pts, duration, size, checksum[, F=flags]</c>; without flags it is a keyframe.</summary>
    public static MediaPackets Parse(string list)
    {
        var ticks = new double[2];
        var isVideo = new bool[2];
        var ends = new double[2];
        var keyframes = new List<double>();
        var pictures = new List<double>();
        long videoBytes = 0;
        foreach (var line in list.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("#tb ", StringComparison.Ordinal))
            {
                var fraction = line[(line.IndexOf(':') + 1)..].Split('/');
                ticks[StreamOf(line)] = Number(fraction[0]) / Number(fraction[1]);
            }
            else if (line.StartsWith("#media_type ", StringComparison.Ordinal))
            {
                isVideo[StreamOf(line)] = line.EndsWith(" video", StringComparison.Ordinal);
            }
            else if (line[0] != '#')
            {
                var fields = line.Split(',');
                var stream = (int)Number(fields[0]);
                var start = Number(fields[2]) * ticks[stream];
                ends[stream] = Math.Max(ends[stream], start + (Number(fields[3]) * ticks[stream]));
                if (isVideo[stream])
                {
                    pictures.Add(start);
                    videoBytes += (long)Number(fields[4]);
                    if (!fields.Skip(6).Any(IsNoKeyframe))
                    {
                        keyframes.Add(start);
                    }
                }
            }
        }

        pictures.Sort();
        keyframes.Sort();
        return new(pictures, keyframes, isVideo[0] ? ends[0] : 0, isVideo[0] ? ends[1] : ends[0], videoBytes);
    }

    private static int StreamOf(string header) => (int)Number(header.Split(' ')[1].TrimEnd(':'));

    private static bool IsNoKeyframe(string field) =>
        field.Trim() is var flags && flags.StartsWith("F=0x", StringComparison.Ordinal) && (Convert.ToInt32(flags[4..], 16) & 1) == 0;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
