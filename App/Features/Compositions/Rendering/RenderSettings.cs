using System.Globalization;
using System.Text.Json.Serialization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How finely a film is coded. Everything in it plays on phones: 8 bit 4:2:0, BT.709, H.264 up to High profile.</summary>
/// <param name="X264Preset">x264's preset: the speed.</param>
/// <param name="Crf">x264's constant rate factor: the quality, less is better.</param>
internal sealed record RenderSettings(string X264Preset, double Crf)
{
    private const int LeastTicksPerSecond = 10_000;

    /// <summary>What codes in place of x264; null for x264. The preset then has no say but by its quality.</summary>
    public HardwareEncoder? Hardware { get; init; }

    /// <summary>Qualities closer than this are not told apart: x264 could, but pieces of nearly the same quality are worth finding again; hardware cannot.</summary>
    public double CrfStep => Hardware is null ? 0.5 : 1;

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
    /// One thread: the shots run side by side. The level is written because left alone an encoder would choose one by what it sees.
    /// </summary>
    public IReadOnlyList<string> EncoderArguments(Cut cut)
    {
        // Lossless pictures, what benchmarks measure against, are beyond every level that phones know.
        var isLossless = Hardware is null && Crf == 0;
        return
        [
            .. Hardware?.Arguments(Crf) ?? X264(H264Level.Of(cut), isLossless),
            "-g", Text($"{Math.Max(1, cut.Rate.FrameAt(2))}"), .. isLossless ? (string[])[] : ["-profile:v", "high", "-level:v", Text($"{H264Level.Of(cut).Number}")],
            "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-chroma_sample_location", "left",
            "-video_track_timescale", Text($"{TimescaleOf(cut.Rate)}"),
        ];
    }

    /// <summary>x264 keeps the rate of the level too: no stretch of a film passes it.</summary>
    private string[] X264(H264Level level, bool isLossless) =>
    [
        "-c:v", "libx264", "-preset", X264Preset, "-crf", Text($"{Crf}"), "-pix_fmt", "yuv420p", "-threads", "1", "-x264-params", "stitchable=1:chromaloc=0",
        .. isLossless ? (string[])[] : ["-maxrate", Text($"{level.MostKbps}k"), "-bufsize", Text($"{level.BufferKilobits}k")],
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
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
