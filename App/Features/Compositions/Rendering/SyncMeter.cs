using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>Measures on a finished film when its picture really changes: every picture is decoded and looked at from afar.</summary>
internal sealed class SyncMeter(Ffmpeg ffmpeg)
{
    private const int LeastBlurFrames = 2;

    /// <summary>Measures every cut that was planned for a beat. Costs about 6 ms of processor time a picture of 1080p; memory does not grow with the film.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="filmPath">The finished file.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">The file cannot be read, or does not have the planned number of pictures.</exception>
    public async Task<SyncReport> MeasureAsync(Cut cut, string filmPath, CancellationToken stop)
    {
        var packets = await PacketReader.ReadAsync(ffmpeg, filmPath, stop).ConfigureAwait(false);
        if (packets.PictureSeconds.Count != cut.Frames)
        {
            throw new MediaFailure(MediaFailureReason.WrongOutput, $"The film has {packets.PictureSeconds.Count} of {cut.Frames} frames.");
        }

        var changes = await ChangesAsync(cut, filmPath, stop).ConfigureAwait(false);
        return SyncReport.Of([.. cut.Shots.Where(shot => shot.BeatIndex is not null).Select(shot => Measured(cut, shot, changes.GetValueOrDefault(shot.Index), packets))]);
    }

    /// <summary>
    /// Where a cut is by its pictures; where they do not tell, by the time stamps. What moves during a transition blurs its middle: within a quarter of its length (two frames at least) the
    /// pictures only bear out the time stamps, which then say when; farther off the pictures are right.
    /// </summary>
    private static MeasuredCut Measured(Cut cut, Shot shot, double? change, MediaPackets packets)
    {
        var stamp = SyncReport.StampOf(cut, shot, packets.KeyframeSeconds);
        var seen = change is { } frame ? Shown(packets.PictureSeconds, frame) : stamp;
        var blur = shot.Transition is { } transition ? cut.Rate.SecondsAt(Math.Max(LeastBlurFrames, transition.Frames / 4)) : 0;
        return new(shot.PlannedSeconds, cut.StartSeconds + (Math.Abs(seen - stamp) <= blur ? stamp : seen)) { Seen = change is not null };
    }

    /// <summary>Where the picture changes into each shot, in frames; null where the pictures do not tell.</summary>
    private async Task<Dictionary<int, double?>> ChangesAsync(Cut cut, string filmPath, CancellationToken stop)
    {
        var searches = new Queue<(int Shot, CutSearch Search)>(cut.Shots.Where(shot => shot.BeatIndex is not null && shot.Index > 0).Select(shot => (shot.Index, CutSearch.Around(cut, shot.Index))));
        var changes = new Dictionary<int, double?>(searches.Count);
        var recent = new Queue<byte[]>();
        var frame = 0;
        void See(byte[] picture)
        {
            recent.Enqueue(picture);
            while (searches.TryPeek(out var next) && next.Search.LastSample == frame)
            {
                changes[next.Shot] = next.Search.Find([.. recent.Skip(recent.Count - 1 - (next.Search.LastSample - next.Search.FirstSample))]);
                searches.Dequeue();
            }

            frame++;
            var oldest = searches.Count == 0 ? frame : searches.Min(search => search.Search.FirstSample);
            while (recent.Count > 0 && frame - recent.Count < oldest)
            {
                recent.Dequeue();
            }
        }

        await ffmpeg.PipeAsync(Arguments(filmPath), RunLimits.Render, Pictures(See), stop).ConfigureAwait(false);
        return frame == cut.Frames ? changes : throw new MediaFailure(MediaFailureReason.WrongOutput, $"{frame} of {cut.Frames} frames of the film can be decoded.");
    }

    /// <summary>Without the smoothing of block borders, which takes a quarter of the time and is not seen from afar.</summary>
    private static IReadOnlyList<string> Arguments(string filmPath) =>
    [
        .. MediaPolicy.InputArguments, "-skip_loop_filter", "all", "-i", "file:" + filmPath, "-map", "0:v:0", "-an", "-sn", "-dn",
        "-fps_mode", "passthrough", "-vf", FlashTrace.Filters, "-f", "rawvideo", "pipe:1",
    ];

    private static Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Pictures(Action<byte[]> see)
    {
        var picture = new byte[FlashTrace.PictureBytes];
        var filled = 0;
        return (bytes, _) =>
        {
            while (bytes.Length > 0)
            {
                var taken = Math.Min(bytes.Length, picture.Length - filled);
                bytes.Span[..taken].CopyTo(picture.AsSpan(filled));
                bytes = bytes[taken..];
                filled += taken;
                if (filled == picture.Length)
                {
                    see(picture);
                    (picture, filled) = (new byte[FlashTrace.PictureBytes], 0);
                }
            }

            return ValueTask.CompletedTask;
        };
    }

    /// <summary>When a frame is shown by the file's time stamps; between two frames on the line between their times.</summary>
    private static double Shown(IReadOnlyList<double> pictureSeconds, double frame)
    {
        var whole = (int)Math.Floor(frame);
        var rest = frame - whole;
        return rest == 0 ? pictureSeconds[whole] : pictureSeconds[whole] + (rest * (pictureSeconds[whole + 1] - pictureSeconds[whole]));
    }
}
