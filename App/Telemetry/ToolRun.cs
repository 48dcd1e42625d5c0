using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Downbeat.Telemetry;

/// <summary>One run of a media tool, for those who look for what was slow.</summary>
/// <param name="Tool">ffmpeg or ffprobe.</param>
/// <param name="Stage">Stage of the job that it worked for; empty outside of jobs.</param>
/// <param name="Encoder">Video encoder, or the sound's when it makes no pictures; empty when it encodes nothing.</param>
/// <param name="Arguments">Its command line, shortened when longer than 4,000 characters.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="MediaSeconds">Seconds of output that it made; null when it did not say.</param>
/// <param name="Ending">How it ended: <c>done</c>, <c>exit 1</c>, <c>timed out</c>, <c>stalled</c>, <c>cancelled</c>.</param>
/// <param name="ErrorTail">The last of what it wrote to its error stream.</param>
public sealed partial record ToolRun(
    string Tool, string Stage, string Encoder, string Arguments, DateTimeOffset StartedAt, double Seconds, double? MediaSeconds, string Ending, string ErrorTail)
{
    /// <summary>Name of the histogram.</summary>
    public const string InstrumentName = "downbeat.ffmpeg.duration";

    /// <summary>How a run that did its work ended.</summary>
    public const string Done = "done";

    private const int MostArguments = 4000;

    private static readonly Histogram<double> Durations = StudioMeter.Instance.CreateHistogram<double>(InstrumentName, "s", "Duration of a run of ffmpeg or ffprobe.");

    private static readonly Histogram<double> Speeds = StudioMeter.Instance.CreateHistogram<double>("downbeat.ffmpeg.speed", "1", "Seconds of output that ffmpeg made in a second.");

    /// <summary>Seconds of output for each second of work; null when nothing is known of the output.</summary>
    public double? Speed => MediaSeconds / Math.Max(0.001, Seconds);

    /// <summary>Begins to measure; end it with <see cref="Measuring.End"/>.</summary>
    internal static Measuring Begin(string tool, string arguments) => new(tool, arguments);

    private static string EncoderOf(string arguments) =>
        VideoEncoder().Match(arguments) is { Success: true } video ? video.Groups[1].Value : SoundEncoder().Match(arguments) is { Success: true } sound ? sound.Groups[1].Value : "";

    [GeneratedRegex(@"(?:-c:v|-vcodec) ""?([\w-]+)")]
    private static partial Regex VideoEncoder();

    [GeneratedRegex(@"(?:-c:a|-acodec) ""?([\w-]+)")]
    private static partial Regex SoundEncoder();

    /// <summary>A run that goes on.</summary>
    internal sealed class Measuring(string tool, string arguments)
    {
        private readonly Activity? activity = StudioMeter.Activities.StartActivity(tool);
        private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        private readonly long started = Stopwatch.GetTimestamp();

        /// <summary>Takes the run down, once, in the meters, in the trace and in the tally of who wanted it.</summary>
        /// <param name="ending">How it ended.</param>
        /// <param name="errorTail">The last of its error stream.</param>
        /// <param name="made">How much output it made, where it said so.</param>
        public ToolRun End(string ending, string errorTail, TimeSpan? made)
        {
            var run = new ToolRun(
                tool,
                Tally.Current?.Stage ?? "",
                EncoderOf(arguments),
                arguments.Length <= MostArguments ? arguments : string.Concat(arguments.AsSpan(0, MostArguments), " …"),
                startedAt,
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                made > TimeSpan.Zero ? made.Value.TotalSeconds : null,
                ending,
                errorTail);
            var tags = new TagList { { "tool", tool }, { "stage", run.Stage }, { "encoder", run.Encoder }, { "ending", ending } };
            Durations.Record(run.Seconds, tags);
            if (run.Speed is { } speed)
            {
                Speeds.Record(speed, tags);
            }

            activity?.SetTag("stage", run.Stage).SetTag("command", run.Arguments).SetTag("ending", ending);
            activity?.Dispose();
            Tally.Current?.AddRun(run);
            return run;
        }
    }
}
