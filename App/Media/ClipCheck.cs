using System.Globalization;
using System.Text;

namespace Downbeat.Media;

/// <summary>Decides whether a file can be a clip, by decoding every picture of it once.</summary>
internal sealed class ClipCheck(MediaProbe probe, Ffmpeg ffmpeg)
{
    /// <summary>
    /// Decodes a film or a still. Any error of the demuxer or the decoder refuses it, except in MPEG streams, which may begin anywhere; so does an end before the one the container states.
    /// </summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="maxSeconds">Longest clip; no more than one second beyond it is ever decoded.</param>
    /// <param name="stop">Kills the decoder.</param>
    /// <returns>What it holds, with the duration, the number of frames, the rate and its evenness as decoded.</returns>
    /// <exception cref="StudioProblem">415 <c>media.empty</c>, <c>media.not_supported</c>, <c>clip.no_picture</c>; 422 <c>media.undecodable</c>, <c>media.too_large_picture</c>, <c>media.frame_rate</c>,
    /// <c>clip.undecodable</c>, <c>clip.too_long</c>, <c>clip.too_heavy</c>.</exception>
    /// <exception cref="MediaFailure">A tool is missing.</exception>
    public async Task<MediaFacts> RunAsync(string path, double maxSeconds, CancellationToken stop)
    {
        using var turn = await UploadTurns.WaitAsync(stop).ConfigureAwait(false);
        var kind = MediaSniffer.Identify(path);
        var facts = kind.Content == MediaContent.Sound ? throw NoPicture() : await probe.ProbeAsync(path, kind, stop).ConfigureAwait(false);
        if (facts.Video is null)
        {
            throw NoPicture();
        }

        if (ContainerEnd.IsCutOff(path, kind))
        {
            throw Undecodable("its end is missing");
        }

        var (frames, errors) = await DecodeAsync(path, kind, maxSeconds + 1, stop).ConfigureAwait(false);
        return Judge(facts, frames, errors.Length > 0, maxSeconds);
    }

    /// <summary>The rules that need only numbers.</summary>
    /// <param name="facts">The probe's view.</param>
    /// <param name="frames">What was decoded.</param>
    /// <param name="complained">Whether ffmpeg reported errors on the way. A container's length alone is no evidence: it may count the sound, or lie.</param>
    /// <param name="maxSeconds">Longest clip.</param>
    /// <exception cref="StudioProblem">422.</exception>
    public static MediaFacts Judge(MediaFacts facts, FrameTimes frames, bool complained, double maxSeconds)
    {
        if (frames.Seconds > maxSeconds)
        {
            throw new StudioProblem(422, "clip.too_long", $"The clip is longer than {maxSeconds / 60:0.#} minutes. Cut out the part that you want and upload that.");
        }

        if (frames.Count == 0 || (complained && frames.Seconds < (0.95 * facts.DurationSeconds) - 0.5))
        {
            throw Undecodable(frames.Count == 0 ? "no picture can be decoded" : StopsAt(frames));
        }

        if (frames.Count > 1 && frames.Count > frames.Seconds * MediaPolicy.MaxFrameRate * 1.05)
        {
            throw MediaProbe.TooFast();
        }

        var isStill = facts.IsStill || frames.Count == 1;
        return facts with
        {
            IsStill = isStill,
            DurationSeconds = facts.IsStill ? 0 : frames.Seconds,
            Video = facts.Video! with { Frames = frames.Count, IsVariableFrameRate = frames.IsVariable, FrameRate = isStill ? null : facts.Video.FrameRate ?? frames.Rate },
        };
    }

    private async Task<(FrameTimes Frames, string Errors)> DecodeAsync(string path, MediaKind kind, double maxSeconds, CancellationToken stop)
    {
        // A recording of a broadcast starts between two key frames, which is an error to the decoder and no harm.
        string[] strictness = kind == MediaKind.TransportStream || kind == MediaKind.ProgramStream ? [] : ["-xerror", "-err_detect", "explode"];
        // Telephones put a film or a second picture behind the first one in the same JPEG.
        string[] extent = kind.IsStill ? ["-frames:v", "1"] : [];
        var frames = new FrameTimes();
        try
        {
            var errors = await ffmpeg.PipeAsync(
                [
                    .. strictness,
                    .. MediaPolicy.Input(path, kind, ["-threads", kind.IsStill ? "1" : "2", "-skip_loop_filter", "all", "-t", maxSeconds.ToString(CultureInfo.InvariantCulture)]),
                    "-map", "0:V:0", .. extent, "-fps_mode", "passthrough", "-enc_time_base", "-1", "-c:v", "wrapped_avframe", "-flush_packets", "1", "-f", "framecrc", "pipe:1",
                ],
                RunLimits.WholeFile,
                Lines(frames.Add),
                stop).ConfigureAwait(false);
            return (frames, errors);
        }
        catch (MediaFailure failure) when (failure.Reason is MediaFailureReason.TimedOut)
        {
            throw new StudioProblem(422, "clip.too_heavy", "The clip takes too long to decode. Export it shorter or smaller, for instance as H.264 in 1080p.");
        }
        catch (MediaFailure failure) when (failure.Reason != MediaFailureReason.ToolMissing)
        {
            throw Undecodable(frames.Count == 0 ? "no picture can be decoded" : StopsAt(frames));
        }
    }

    private static Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Lines(Action<string> add)
    {
        var rest = new StringBuilder();
        return (bytes, _) =>
        {
            foreach (var value in bytes.Span)
            {
                if (value != '\n')
                {
                    rest.Append((char)value);
                    continue;
                }

                add(rest.ToString());
                rest.Clear();
            }

            return ValueTask.CompletedTask;
        };
    }

    private static string StopsAt(FrameTimes frames) => string.Create(CultureInfo.InvariantCulture, $"it stops at {frames.Seconds:0.0} seconds");

    private static StudioProblem NoPicture() =>
        new(415, "clip.no_picture", "The file holds no pictures that Downbeat can read. Upload a film (MP4, MOV, WebM, MKV, AVI) or a picture (PNG, JPEG, WebP).");

    private static StudioProblem Undecodable(string why) =>
        new(422, "clip.undecodable", $"The clip is damaged or not complete: {why}. Export it again, or upload it once more.");
}
