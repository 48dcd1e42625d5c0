using System.Globalization;
using System.Text;
using FFMpegCore;

namespace Downbeat.Media;

/// <summary>Makes small pictures of films and stills: upright, with square pixels and in standard range.</summary>
internal sealed partial class Pictures(Ffmpeg ffmpeg)
{
    // Limited-range luma runs from 16 to 235; a mean under this is a fade or a cut to black.
    private const double DarkLuma = 32;

    private static readonly double[] Places = [0.1, 0.3, 0.5, 0.75];

    /// <summary>Writes a picture of a film or a still, WebP or JPEG as its name says. Of a film it takes the first of four places that is not dark, or else the brightest of them.</summary>
    /// <param name="path">Full path of the file; made by the server.</param>
    /// <param name="facts">What it holds.</param>
    /// <param name="output">Full path of the picture, which ends in .webp, or else it becomes a JPEG; overwritten.</param>
    /// <param name="width">Largest width in pixels; a smaller picture is not enlarged. The height follows.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <exception cref="ArgumentException">It has no pictures, or a path was not made by the server.</exception>
    /// <exception cref="MediaFailure">No picture could be made.</exception>
    public async Task MakeAsync(string path, MediaFacts facts, string output, int width, CancellationToken stop)
    {
        if (facts.IsStill)
        {
            await MakeAtAsync(path, facts, output, 0, width, stop).ConfigureAwait(false);
            return;
        }

        var (brightest, brightestLuma) = (0.0, -1.0);
        foreach (var place in Places)
        {
            var at = place * facts.DurationSeconds;
            var luma = await MakeAtAsync(path, facts, output, at, width, stop).ConfigureAwait(false);
            if (luma >= DarkLuma)
            {
                return;
            }

            if (luma > brightestLuma)
            {
                (brightest, brightestLuma) = (at, luma.Value);
            }
        }

        if (await MakeAtAsync(path, facts, output, brightest, width, stop).ConfigureAwait(false) is null)
        {
            throw new MediaFailure(MediaFailureReason.WrongOutput, "ffmpeg found no frame for the picture.");
        }
    }

    /// <summary>Writes a picture of the frame at a given time.</summary>
    /// <param name="path">Full path of the file; made by the server.</param>
    /// <param name="facts">What it holds.</param>
    /// <param name="output">Full path of the picture, which ends in .webp, or else it becomes a JPEG; overwritten.</param>
    /// <param name="atSeconds">Where; ignored for a still.</param>
    /// <param name="width">Largest width in pixels.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <returns>Its mean luma, 16..235; null when there is no frame at that time and so no picture.</returns>
    /// <inheritdoc cref="MakeAsync" path="/exception"/>
    public async Task<double?> MakeAtAsync(string path, MediaFacts facts, string output, double atSeconds, int width, CancellationToken stop)
    {
        var report = new StringBuilder();
        await ffmpeg.PipeAsync(Command(path, facts, output, atSeconds, width), RunLimits.Short, Text(report), stop).ConfigureAwait(false);
        return LumaIn(report.ToString());
    }

    /// <summary>The command line that makes the picture and prints its mean luma.</summary>
    public static FFMpegArgumentProcessor Command(string path, MediaFacts facts, string output, double atSeconds, int width)
    {
        var video = facts.Video ?? throw new ArgumentException("It has no pictures.", nameof(facts));

        // WebP is limited range by definition, JPEG full.
        var (range, coder, format) = output.EndsWith(".webp", StringComparison.Ordinal)
            ? ("tv,format=yuv420p", "-c:v libwebp -quality 80", "webp")
            : ("pc,format=yuvj420p", "-q:v 4", "mjpeg");
        return FFMpegArguments
            .FromFileInput(MediaPolicy.ServerPath(path), false, input =>
            {
                input.WithCustomArgument(string.Join(' ', MediaPolicy.InputArguments)).ForceFormat(facts.Kind.Demuxer).WithCustomArgument("-threads 2");
                if (!facts.IsStill && atSeconds > 0)
                {
                    // Not its Seek, which keeps whole milliseconds only.
                    input.WithCustomArgument(string.Create(CultureInfo.InvariantCulture, $"-ss {atSeconds:0.######}"));
                }
            })
            .OutputToFile(MediaPolicy.ServerPath(output), true, picture => picture
                .WithCustomArgument($"-map 0:V:0 -frames:v 1 -vf \"{Filters(video, width, range)}\" {coder}")
                .ForceFormat(format));
    }

    /// <summary>The filters that make a picture small, with an even width, and bring it to square pixels and standard range.</summary>
    /// <param name="video">What the pictures are.</param>
    /// <param name="width">Largest width in pixels.</param>
    public static string Small(VideoFacts video, int width)
    {
        var shape = video.PixelShape.Value == 1 ? "" : "scale='max(2,trunc(iw*sar/2)*2)':ih,setsar=1,";
        var toneMap = video.Transfer == ColourTransfer.Standard
            ? ""
            : "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,";
        return $"{shape}scale='max(2,trunc(min({width},iw)/2)*2)':-2:out_range=tv,{toneMap}format=yuv420p";
    }

    private static string Filters(VideoFacts video, int width, string range) =>
        $"{Small(video, width)},signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=pipe\\\\:1,scale=out_range={range}";

    private static double? LumaIn(string report)
    {
        const string Key = "lavfi.signalstats.YAVG=";
        var line = report.Split('\n').FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.AsSpan(Key.Length), CultureInfo.InvariantCulture);
    }

    private static Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Text(StringBuilder report) => (bytes, _) =>
    {
        report.Append(Encoding.ASCII.GetString(bytes.Span));
        return ValueTask.CompletedTask;
    };
}
