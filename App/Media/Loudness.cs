using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Media;

/// <summary>How loud a song is.</summary>
/// <remarks>A value is null when it is not finite, as of a broken file whose samples are not.</remarks>
/// <param name="IntegratedLufs">Gated loudness of the whole (ITU-R BS.1770-4), in LUFS; -70 for silence.</param>
/// <param name="RangeLu">Loudness range (EBU Tech 3342), 0 or more, in LU; 0 for silence and for sounds shorter than 3 s.</param>
/// <param name="TruePeakDbtp">Highest level between samples, 4-fold oversampled, in dBTP; -120 for digital silence.</param>
internal readonly record struct LoudnessFacts(double? IntegratedLufs, double? RangeLu, double? TruePeakDbtp)
{
    /// <summary>The loudness of what can be heard; null for silence, and for a sound that cannot be measured.</summary>
    public double? HeardLufs => IntegratedLufs > Loudness.SilenceLufs ? IntegratedLufs : null;

    /// <summary>Loudness and peak in words.</summary>
    public string Describe() => HeardLufs is { } lufs && TruePeakDbtp is { } peak
        ? FormattableString.Invariant($"The sound measures {lufs:0.0} LUFS, its peaks reach {peak:0.0} dBTP.")
        : "The sound has no loudness: it is silent, or broken.";
}

/// <summary>Measures loudness as EBU R 128 asks, with ffmpeg's <c>ebur128</c>.</summary>
internal sealed partial class Loudness(Ffmpeg ffmpeg)
{
    /// <summary>Loudness reported for silence.</summary>
    public const double SilenceLufs = -70;

    /// <summary>Peak reported for digital silence.</summary>
    public const double SilenceDbtp = -120;

    private const string Meter = "ebur128=peak=true:framelog=verbose";

    /// <summary>Measures the first stream of sound of a file, in all its channels.</summary>
    /// <exception cref="StudioProblem">It is no media file (415).</exception>
    /// <exception cref="MediaFailure">It cannot be decoded.</exception>
    public async Task<LoudnessFacts> MeasureAsync(string path, CancellationToken stop) =>
        Read(await ffmpeg.RunAsync(
            [
                .. MediaPolicy.Input(path, MediaSniffer.Identify(path)), "-loglevel", "info",
                "-map", "0:a:0", "-af", Meter, "-f", "null", "-",
            ],
            RunLimits.WholeFile,
            null,
            stop).ConfigureAwait(false));

    /// <summary>Measures what filters make of files, before it is coded.</summary>
    /// <param name="inputs">How the files are opened, as arguments of ffmpeg.</param>
    /// <param name="graph">The filters, with one end open, whose sound is measured.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <exception cref="MediaFailure">A file cannot be decoded, or the graph cannot be built.</exception>
    public async Task<LoudnessFacts> MeasureAsync(IEnumerable<string> inputs, string graph, CancellationToken stop) =>
        Read(await ffmpeg.RunAsync(
            [.. inputs, "-loglevel", "info", "-filter_complex", $"{graph},{Meter}[heard]", "-map", "[heard]", "-f", "null", "-"],
            RunLimits.WholeFile,
            null,
            stop).ConfigureAwait(false));

    /// <summary>Reads the summary that ends ffmpeg's report.</summary>
    /// <exception cref="MediaFailure">There is none.</exception>
    public static LoudnessFacts Read(string report)
    {
        // What stands before it may be titles of strangers.
        var match = SummaryPattern().Match(report, Math.Max(report.LastIndexOf("Summary:", StringComparison.Ordinal), 0));
        return match.Success
            ? new(Number(match.Groups[1].Value, SilenceLufs), Number(match.Groups[2].Value, 0), Number(match.Groups[3].Value, SilenceDbtp))
            : throw new MediaFailure(MediaFailureReason.WrongOutput, "ffmpeg reported no loudness.", report);
    }

    private static double? Number(string text, double least) => text switch
    {
        "-inf" => least,
        "inf" or "nan" or "-nan" => null,
        _ => Math.Max(double.Parse(text, CultureInfo.InvariantCulture), least),
    };

    [GeneratedRegex(@"Integrated loudness:\s+I:\s+(-?[\d.]+|-?inf|-?nan) LUFS.*LRA:\s+(-?[\d.]+|-?inf|-?nan) LU.*True peak:\s+Peak:\s+(-?[\d.]+|-?inf|-?nan) dBFS", RegexOptions.Singleline)]
    private static partial Regex SummaryPattern();
}
