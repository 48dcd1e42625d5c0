using System.Globalization;
using System.Text.RegularExpressions;
using Downbeat.Timing;
using FFMpegCore;

namespace Downbeat.Media;

/// <summary>Asks ffprobe what a file holds and refuses what no later step could use. It reads headers, not the whole file: see <see cref="SongCheck"/> and <see cref="ClipCheck"/>.</summary>
internal sealed partial class MediaProbe(Ffmpeg ffmpeg)
{
    private const int MaxShownSide = 16384;

    // Only these: titles and comments are text of strangers, and can be megabytes.
    private const string Entries =
        "format=format_name,duration:" +
        "stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,r_frame_rate,avg_frame_rate,pix_fmt,bits_per_raw_sample,field_order," +
        "color_range,color_space,color_transfer,sample_rate,channels,duration,nb_frames:" +
        "stream_disposition=attached_pic:stream_tags=alpha_mode:stream_side_data=side_data_type,rotation";

    private const string StillEntries = Entries + ":frame=width:frame_side_data=side_data_type,rotation";

    /// <summary>Tells the kind of a file and what it holds.</summary>
    /// <exception cref="StudioProblem"><c>media.empty</c>, <c>media.not_supported</c> (415); <c>media.undecodable</c>, <c>media.too_large_picture</c>, <c>media.frame_rate</c> (422).</exception>
    /// <exception cref="MediaFailure">ffprobe is missing.</exception>
    public Task<MediaFacts> ProbeAsync(string path, CancellationToken stop) => ProbeAsync(path, MediaSniffer.Identify(path), stop);

    /// <inheritdoc cref="ProbeAsync(string, CancellationToken)"/>
    public async Task<MediaFacts> ProbeAsync(string path, MediaKind kind, CancellationToken stop)
    {
        string[] selection = kind.IsStill ? ["-show_entries", StillEntries, "-read_intervals", "%+#1"] : ["-show_entries", Entries];
        try
        {
            var json = await ffmpeg.AskAsync("ffprobe", ["-v", "error", "-of", "json", .. selection, .. MediaPolicy.Input(path, kind)], RunLimits.Short, stop)
                .ConfigureAwait(false);
            var facts = Read(json, kind);
            return kind == MediaKind.Mp3 ? WithXing(facts, path) : facts;
        }
        catch (MediaFailure failure) when (failure.Reason != MediaFailureReason.ToolMissing)
        {
            throw IsTooLarge(failure.ErrorTail) ? TooLarge() : Undecodable(kind);
        }
    }

    /// <summary>Turns ffprobe's JSON into facts.</summary>
    /// <inheritdoc cref="ProbeAsync(string, CancellationToken)" path="/exception"/>
    public static MediaFacts Read(string json, MediaKind kind)
    {
        var analysis = FFProbe.FromJson(json).Raw;
        var audio = analysis.Streams.FirstOrDefault(stream => stream.CodecType == "audio");
        var video = analysis.Streams.FirstOrDefault(stream => stream.CodecType == "video" && stream.Disposition?.GetValueOrDefault("attached_pic") != 1);
        var sound = audio is null ? null : ReadAudio(audio, kind);
        var picture = video is null ? null : ReadVideo(video, kind, StillRotation(analysis));
        var duration = Seconds(analysis.Format.Duration) ?? Seconds(video?.Duration) ?? Seconds(audio?.Duration) ?? 0;
        return sound is null && picture is null
            ? throw Undecodable(kind)
            : new(kind, kind.IsStill ? 0 : duration, sound, picture, kind.IsStill);
    }

    private static MediaFacts WithXing(MediaFacts facts, string path)
    {
        using var file = File.OpenRead(path);
        var head = MediaSniffer.ReadAt(file, MediaSniffer.Id3Length(MediaSniffer.ReadAt(file, 0)));
        var first = Mp3Frames.IndexOfFirst(head);
        return facts with { Audio = facts.Audio! with { ClaimedSeconds = first < 0 ? null : Mp3Frames.XingSeconds(head.AsSpan(first)) } };
    }

    // A stream without a rate or a channel cannot be decoded; the file may still be a film without sound.
    private static AudioFacts? ReadAudio(FFProbeStream stream, MediaKind kind)
    {
        var rateHz = Whole(stream.SampleRate);
        var channels = stream.Channels ?? 0;
        var isFirm = kind == MediaKind.Flac || (kind.Demuxer == "mov" && stream.ExtensionData?.ContainsKey("nb_frames") == true);
        return rateHz > 0 && channels > 0 && MediaPolicy.Allows(stream.CodecName ?? "")
            ? new(stream.CodecName!, rateHz, channels, isFirm ? Seconds(stream.Duration) : null)
            : null;
    }

    private static VideoFacts ReadVideo(FFProbeStream stream, MediaKind kind, int stillRotation)
    {
        int width = stream.Width ?? 0, height = stream.Height ?? 0;
        if (stream.CodecName is not { } codec || !MediaPolicy.Allows(codec))
        {
            throw new StudioProblem(415, "media.not_supported", $"The pictures are coded as {stream.CodecName ?? "something unknown"}, which Downbeat does not read. Export the clip as H.264 in MP4.");
        }

        // ffprobe answers 0 x 0 for pictures over its limit as well as for broken ones.
        if (width <= 0 || height <= 0)
        {
            throw kind.IsStill ? TooLarge() : Undecodable(kind);
        }

        if ((long)width * height > MediaPolicy.MaxPixels)
        {
            throw TooLarge();
        }

        var rotation = kind.IsStill ? stillRotation : Rotation(stream.SideData);
        var shape = Ratio.Parse(stream.SampleAspectRatio) ?? new Ratio(1, 1);
        var shownWidth = Math.Round(width * shape.Value);
        shownWidth = shownWidth is >= 1 and <= MaxShownSide ? shownWidth : width;
        var (shown, other) = rotation is 90 or 270 ? (height, (int)shownWidth) : ((int)shownWidth, height);
        var (rate, isVariable) = kind.IsStill ? (null, false) : Rate(stream);
        var format = stream.PixelFormat ?? "";
        return new(
            codec, shown, other, width, height, rotation, shape, rate, isVariable, kind.IsStill ? 1 : 0,
            format, BitDepth(format), HasAlpha(format) || stream.Tags?.GetValueOrDefault("alpha_mode") == "1",
            stream.ColorTransfer switch { "arib-std-b67" => ColourTransfer.Hlg, "smpte2084" => ColourTransfer.Pq, _ => ColourTransfer.Standard },
            stream.FieldOrder is "tt" or "bb" or "tb" or "bt",
            stream.ColorRange == "pc")
        {
            ColourMatrix = stream.ColorSpace is { } matrix && matrix != "unknown" ? matrix : "",
        };
    }

    // r_frame_rate is the finest grid that all time stamps fit, so for a variable rate it says nothing about speed.
    private static (FrameRate? Rate, bool IsVariable) Rate(FFProbeStream stream)
    {
        var average = Ratio.Parse(stream.AvgFrameRate);
        var grid = Ratio.Parse(stream.FrameRate);
        var rate = average ?? (grid is { Value: <= MediaPolicy.MaxFrameRate } ? grid : null);
        return rate is { Value: > MediaPolicy.MaxFrameRate }
            ? throw TooFast()
            : (rate is { } fraction ? new FrameRate(fraction.Numerator, fraction.Denominator) : null, average is { } a && grid is { } g && Math.Abs((g.Value / a.Value) - 1) > 0.01);
    }

    private static int StillRotation(FFProbeAnalysis analysis) =>
        analysis.ExtensionData is { } extra && extra.TryGetValue("frames", out var frames)
        && frames.EnumerateArray().FirstOrDefault() is { ValueKind: System.Text.Json.JsonValueKind.Object } frame
        && frame.TryGetProperty("side_data_list", out var list)
            ? list.EnumerateArray().Select(item => item.TryGetProperty("rotation", out var turn) ? Clockwise(turn.GetDouble()) : 0).FirstOrDefault(turn => turn != 0)
            : 0;

    private static int Rotation(IReadOnlyList<IReadOnlyDictionary<string, System.Text.Json.Nodes.JsonValue>>? sideData) =>
        sideData?.Select(item => item.TryGetValue("rotation", out var turn) ? Clockwise(turn.GetValue<double>()) : 0).FirstOrDefault(turn => turn != 0) ?? 0;

    // ffprobe counts against the clock.
    private static int Clockwise(double degrees) => (((int)Math.Round(-degrees / 90) * 90 % 360) + 360) % 360;

    private static int BitDepth(string pixelFormat) =>
        BitsPattern().Match(pixelFormat) is { Success: true } bits ? int.Parse(bits.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : pixelFormat.Contains("48", StringComparison.Ordinal) || pixelFormat.Contains("64", StringComparison.Ordinal) ? 16
        : 8;

    private static bool HasAlpha(string pixelFormat) =>
        pixelFormat.StartsWith("yuva", StringComparison.Ordinal) || pixelFormat.StartsWith("gbrap", StringComparison.Ordinal)
        || pixelFormat.Contains("rgba", StringComparison.Ordinal) || pixelFormat.Contains("bgra", StringComparison.Ordinal)
        || pixelFormat is "argb" or "abgr" or "pal8" || pixelFormat.StartsWith("ya", StringComparison.Ordinal);

    private static double? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : null;

    private static int Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static bool IsTooLarge(string errors) =>
        errors.Contains("Picture size", StringComparison.Ordinal) || errors.Contains("max pixel count", StringComparison.Ordinal);

    internal static StudioProblem TooLarge() => new(
        422, "media.too_large_picture", $"The picture is too large: at most {MediaPolicy.MaxPixels / 1_000_000} megapixels can be read. Make it smaller and upload it again.");

    internal static StudioProblem TooFast() => new(
        422, "media.frame_rate", $"The clip has more than {MediaPolicy.MaxFrameRate:0} frames a second. Export it at 60 or fewer.");

    private static StudioProblem Undecodable(MediaKind kind) => new(
        422, "media.undecodable", $"The file looks like {kind.Name} but cannot be read: it is damaged or not complete. Export it again, or upload it once more.");

    [GeneratedRegex(@"(?:p|gray)(9|10|12|14|16)(?:le|be)$")]
    private static partial Regex BitsPattern();
}
