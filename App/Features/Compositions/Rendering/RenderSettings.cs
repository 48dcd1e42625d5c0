using System.Globalization;
using System.Text.Json.Serialization;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How finely a film is coded. Everything in it plays on phones: 8 bit 4:2:0, BT.709, H.264 up to High profile.</summary>
/// <param name="X264Preset">x264's preset: the speed.</param>
/// <param name="Crf">x264's constant rate factor: the quality, less is better.</param>
internal sealed record RenderSettings(string X264Preset, int Crf)
{
    private const int LeastTicksPerSecond = 10_000;

    /// <summary>The settings of a preset. Measured at 1080p30 (SSIM / CPU ms a frame): draft .985 / 10, fast .989 / 21, balanced .989 / 34 at two thirds of the size, high .992 / 70.</summary>
    public static RenderSettings Of(RenderPreset preset) => preset switch
    {
        RenderPreset.Draft => new("ultrafast", 25),
        RenderPreset.Fast => new("superfast", 25),
        RenderPreset.Balanced => new("veryfast", 23),
        RenderPreset.High => new("faster", 21),
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "There is no such preset."),
    };

    /// <summary>Ticks a second of the files' clock: the rate's numerator, doubled until a tick is below a tenth of a millisecond, so that every frame starts on a tick (15360 for 30 frames).</summary>
    public static int TimescaleOf(FrameRate rate)
    {
        var ticks = rate.Numerator;
        while (ticks < LeastTicksPerSecond)
        {
            ticks *= 2;
        }

        return ticks;
    }

    /// <summary>
    /// The encoder's arguments. Stitchable, and the colour is named in full, chroma place included (to x264 itself: newer versions of ffmpeg go by the pictures): only so have shots of all kinds of clips the same parameter sets and can be joined uncoded.
    /// One thread: the shots run side by side.
    /// </summary>
    public IReadOnlyList<string> EncoderArguments(FrameRate rate) =>
    [
        "-c:v", "libx264", "-preset", X264Preset, "-crf", Crf.ToString(CultureInfo.InvariantCulture), "-pix_fmt", "yuv420p",
        "-g", Math.Max(1, rate.FrameAt(2)).ToString(CultureInfo.InvariantCulture), "-threads", "1", "-x264-params", "stitchable=1:chromaloc=0",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-chroma_sample_location", "left",
        "-video_track_timescale", TimescaleOf(rate).ToString(CultureInfo.InvariantCulture),
    ];
}

/// <summary>How finely, in the user's words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RenderPreset>))]
internal enum RenderPreset
{
    /// <summary>To look at the cut.</summary>
    [JsonStringEnumMemberName("draft")] Draft,

    /// <summary>Better than the usual three generations at a tenth of the work.</summary>
    [JsonStringEnumMemberName("fast")] Fast,

    /// <summary>The same look in smaller files.</summary>
    [JsonStringEnumMemberName("balanced")] Balanced,

    /// <summary>To keep.</summary>
    [JsonStringEnumMemberName("high")] High,
}
