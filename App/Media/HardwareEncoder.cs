using System.Globalization;

namespace Downbeat.Media;

/// <summary>An encoder of H.264 that is part of a graphics card or a processor. Whether it is there and works only a trial tells: see <see cref="EncoderTrials"/>.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Codec">What ffmpeg calls it.</param>
/// <param name="QualityArguments">
/// What asks for a constant quality, on the scale of H.264's quantiser, where x264's constant rate factor lies too: 0 is finest, 51 coarsest. Every forced keyframe is one that a file can begin with.
/// </param>
internal sealed record HardwareEncoder(string Name, string Codec, Func<int, IReadOnlyList<string>> QualityArguments)
{
    private const int CoarsestQuality = 51;

    /// <summary>What stands before the inputs: the device that pictures are brought to; empty for none.</summary>
    public IReadOnlyList<string> DeviceArguments { get; init; } = [];

    /// <summary>The filters that bring pictures to the device; null when the encoder takes them from memory.</summary>
    public string? UploadFilters { get; init; }

    /// <summary>How many films it codes at the same time.</summary>
    public int MostRuns { get; init; } = int.MaxValue;

    /// <summary>
    /// All that there are, the best first, by what they need per bit and how surely they keep their quality. The options are those of ffmpeg 5 to 7 (ffmpeg -h encoder=h264_nvenc, …).
    /// Drivers of cheap NVIDIA cards grant 5 sessions since 2023, more since 2024.
    /// </summary>
    public static IReadOnlyList<HardwareEncoder> All { get; } =
    [
        new("videotoolbox", "h264_videotoolbox", quality => ["-pix_fmt", "yuv420p", "-q:v", Text(Math.Clamp(100 - (2 * quality), 1, 100))]),
        new("nvenc", "h264_nvenc", quality => ["-pix_fmt", "yuv420p", "-preset", "p4", "-rc", "vbr", "-cq", Text(Math.Max(1, quality)), "-b:v", "0", "-spatial-aq", "1", "-forced-idr", "1"]) { MostRuns = 5 },
        new("qsv", "h264_qsv", quality => ["-pix_fmt", "nv12", "-preset", "medium", "-global_quality", Text(Math.Max(1, quality)), "-look_ahead", "0", "-forced_idr", "1"]),
        new("amf", "h264_amf", quality => ["-pix_fmt", "nv12", "-usage", "transcoding", "-quality", "balanced", "-rc", "cqp", "-qp_i", Text(quality), "-qp_p", Text(quality), "-forced_idr", "1"]),
        new("vaapi", "h264_vaapi", quality => ["-rc_mode", "CQP", "-qp", Text(Math.Max(1, quality))])
        {
            DeviceArguments = ["-vaapi_device", "/dev/dri/renderD128"],
            UploadFilters = "format=nv12,hwupload",
        },
    ];

    /// <summary>Codec and quality. No pictures between others: not every device knows them, and files that are joined are simpler without.</summary>
    /// <param name="quality">0 to 51, rounded to what the encoder can tell apart.</param>
    public IReadOnlyList<string> Arguments(double quality) => ["-c:v", Codec, .. QualityArguments(Math.Clamp((int)Math.Round(quality), 0, CoarsestQuality)), "-bf", "0"];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
