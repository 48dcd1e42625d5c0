using System.Buffers;
using System.Globalization;
using System.Text;
using FFMpegCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Media;

/// <summary>Where ffmpeg stands: frames written and the time of the last one.</summary>
/// <param name="Frames">Video frames written so far; 0 for sound.</param>
/// <param name="Position">Time stamp reached in the output.</param>
internal readonly record struct FfmpegProgress(long Frames, TimeSpan Position);

/// <summary>Runs ffmpeg and ffprobe under the <see cref="Supervisor"/>: the one place in the studio where a process starts.</summary>
internal sealed class Ffmpeg(IOptions<MediaOptions> options, ILogger<Ffmpeg> logger)
{
    private const int ReportLimitBytes = 4 << 20;

    private static readonly string[] Common = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-nostats"];
    private static readonly string[] Progress = ["-progress", "pipe:1", "-stats_period", "0.25"];

    private readonly Supervisor _supervisor = new(options.Value, logger);

    /// <summary>Full name of a tool, as it is given to the operating system.</summary>
    public string PathOf(string tool) => _supervisor.PathOf(tool);

    /// <summary>Runs ffmpeg to its end; the output is a file that <paramref name="arguments"/> name.</summary>
    /// <returns>The last 4 KB of what it wrote to its error stream; errors only, unless the arguments raise the log level.</returns>
    /// <exception cref="MediaFailure">It failed, timed out, stalled or is not installed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the process tree is gone.</exception>
    public Task<string> RunAsync(IEnumerable<string> arguments, RunLimits limits, Action<FfmpegProgress>? progress, CancellationToken stop) =>
        _supervisor.RunAsync(
            "ffmpeg",
            list => list.Add([.. Common, .. Progress, .. arguments]),
            limits,
            (output, moved, cancel) => FollowAsync(output, moved, progress, cancel),
            stop);

    /// <summary>Runs what FFMpegCore has built. It pastes its parts into one text, so these are server-made paths (<see cref="MediaPolicy.ServerPath"/>) and numbers only.</summary>
    /// <inheritdoc cref="RunAsync(IEnumerable{string}, RunLimits, Action{FfmpegProgress}, CancellationToken)"/>
    public Task<string> RunAsync(FFMpegArgumentProcessor command, RunLimits limits, CancellationToken stop) =>
        _supervisor.RunAsync(
            "ffmpeg",
            list => list.Add([.. Common, .. Progress]).Add(command.Arguments, escape: false),
            limits,
            (output, moved, cancel) => FollowAsync(output, moved, null, cancel),
            stop);

    /// <summary>Runs ffmpeg with its output (<c>pipe:1</c>) read by <paramref name="read"/> as it comes. When <paramref name="read"/> throws, ffmpeg is killed and the exception comes out here.</summary>
    /// <inheritdoc cref="RunAsync(IEnumerable{string}, RunLimits, Action{FfmpegProgress}, CancellationToken)"/>
    public Task<string> PipeAsync(IEnumerable<string> arguments, RunLimits limits, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> read, CancellationToken stop) =>
        _supervisor.RunAsync("ffmpeg", list => list.Add([.. Common, .. arguments]), limits, (output, moved, cancel) => PumpAsync(output, moved, read, cancel), stop);

    /// <inheritdoc cref="PipeAsync(IEnumerable{string}, RunLimits, Func{ReadOnlyMemory{byte}, CancellationToken, ValueTask}, CancellationToken)"/>
    public Task<string> PipeAsync(FFMpegArgumentProcessor command, RunLimits limits, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> read, CancellationToken stop) =>
        _supervisor.RunAsync("ffmpeg", list => list.Add(Common).Add(command.Arguments, escape: false), limits, (output, moved, cancel) => PumpAsync(output, moved, read, cancel), stop);

    /// <summary>Runs ffmpeg on an input (<c>pipe:0</c>) of <paramref name="blocks"/>, each made when ffmpeg has taken the one before, so they may share their memory.</summary>
    /// <inheritdoc cref="RunAsync(IEnumerable{string}, RunLimits, Action{FfmpegProgress}, CancellationToken)"/>
    public Task<string> FeedAsync(IEnumerable<string> arguments, RunLimits limits, IEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken stop) =>
        _supervisor.RunAsync(
            "ffmpeg",
            list => list.Add([.. Common, .. arguments]),
            limits,
            (output, _, cancel) => output.CopyToAsync(Stream.Null, cancel),
            stop,
            (input, moved, cancel) => PushAsync(input, moved, blocks, cancel));

    /// <summary>Runs ffmpeg or ffprobe for an answer in text: a probe, or <c>-version</c>.</summary>
    /// <returns>Its output, at most 4 MB.</returns>
    /// <exception cref="MediaFailure">As for the other runs; also when it says more than 4 MB.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<string> AskAsync(string tool, IEnumerable<string> arguments, RunLimits limits, CancellationToken stop)
    {
        var report = new ArrayBufferWriter<byte>();
        await _supervisor.RunAsync(tool, list => list.Add(arguments), limits, (output, moved, cancel) => PumpAsync(output, moved, Keep, cancel), stop).ConfigureAwait(false);
        return Encoding.UTF8.GetString(report.WrittenSpan);

        ValueTask Keep(ReadOnlyMemory<byte> bytes, CancellationToken _)
        {
            report.Write(bytes.Span);
            return report.WrittenCount <= ReportLimitBytes
                ? ValueTask.CompletedTask
                : throw new MediaFailure(MediaFailureReason.WrongOutput, $"{tool} reported more than {ReportLimitBytes >> 20} MB.");
        }
    }

    private static async Task PumpAsync(Stream output, Action<TimeSpan?> moved, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> read, CancellationToken cancel)
    {
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await output.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            moved(null);
            await read(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
        }
    }

    private static async Task PushAsync(Stream input, Action<TimeSpan?> moved, IEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancel)
    {
        // Making a block may take long, and this begins on the one thread that starts processes.
        await Task.Yield();
        foreach (var block in blocks)
        {
            try
            {
                await input.WriteAsync(block, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException || cancel.IsCancellationRequested)
            {
                // ffmpeg has ended or is being ended: its exit status, or who ends it, says why.
                return;
            }

            moved(null);
        }
    }

    private static async Task FollowAsync(Stream output, Action<TimeSpan?> moved, Action<FfmpegProgress>? progress, CancellationToken cancel)
    {
        using var lines = new StreamReader(output);
        long frames = 0, position = -1;
        while (await lines.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
        {
            if (Number(line, "frame=") is { } frame)
            {
                // The same numbers again are no movement: ffmpeg also reports while it hangs.
                if (frame != frames)
                {
                    moved(null);
                }

                frames = frame;
            }
            else if (Number(line, "out_time_us=") is { } microseconds && microseconds != position)
            {
                position = microseconds;
                moved(TimeSpan.FromMicroseconds(microseconds));
                progress?.Invoke(new(frames, TimeSpan.FromMicroseconds(microseconds)));
            }
        }
    }

    private static long? Number(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && long.TryParse(line.AsSpan(key.Length), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
