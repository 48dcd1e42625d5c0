using System.ComponentModel;
using System.Globalization;
using System.Text;
using CliWrap;
using Microsoft.Extensions.Options;

namespace Downbeat.Media;

/// <summary>Where ffmpeg stands: frames written and the time of the last one.</summary>
/// <param name="Frames">Video frames written so far; 0 for sound.</param>
/// <param name="Position">Time stamp reached in the output.</param>
internal readonly record struct FfmpegProgress(long Frames, TimeSpan Position);

/// <summary>How far one run may go.</summary>
/// <param name="WallClock">It is killed after this time.</param>
/// <param name="Stall">It is killed when the output has not moved for this time.</param>
internal readonly record struct RunLimits(TimeSpan WallClock, TimeSpan Stall)
{
    /// <summary>For looks at one file: 60 s in all, 30 s without movement.</summary>
    public static RunLimits Short { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30));

    /// <summary>For renders: an hour in all, a minute without movement.</summary>
    public static RunLimits Render { get; } = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
}

/// <summary>
/// Runs ffmpeg under supervision: arguments as a list (nothing is ever quoted), lower priority, memory bounded, killed with its whole tree on cancel,
/// at the wall-clock limit and when it stalls, and killed by the kernel when the studio itself dies.
/// </summary>
internal sealed class Ffmpeg(IOptions<MediaOptions> options, ILogger<Ffmpeg> logger)
{
    private const int ErrorTailLength = 4096;
    private const int CommandNotFound = 127;

    private static readonly string[] Common = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-nostats"];

    /// <summary>Full name of a tool, as it is given to the operating system.</summary>
    public string PathOf(string tool) =>
        options.Value.BinaryFolder is { Length: > 0 } folder ? Path.Combine(folder, tool) : tool;

    /// <summary>Runs ffmpeg to its end; the output is a file that <paramref name="arguments"/> name.</summary>
    /// <exception cref="MediaFailure">It failed, timed out or stalled.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the process tree is gone.</exception>
    public Task RunAsync(IEnumerable<string> arguments, RunLimits limits, Action<FfmpegProgress>? progress, CancellationToken stop)
    {
        long frames = 0;
        void ReadLine(string line, Action moved)
        {
            if (line.StartsWith("frame=", StringComparison.Ordinal))
            {
                _ = long.TryParse(line.AsSpan(6), NumberStyles.Integer, CultureInfo.InvariantCulture, out frames);
            }
            else if (line.StartsWith("out_time_us=", StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(12), NumberStyles.Integer, CultureInfo.InvariantCulture, out var microseconds))
            {
                moved();
                progress?.Invoke(new(frames, TimeSpan.FromMicroseconds(microseconds)));
            }
        }

        var last = "";
        return SuperviseAsync(
            [.. Common, "-progress", "pipe:1", "-stats_period", "0.25", .. arguments],
            limits,
            moved => PipeTarget.ToDelegate(line => ReadLine(line, () =>
            {
                // The same time stamp again is no movement: ffmpeg also reports while it hangs.
                if (line != last)
                {
                    last = line;
                    moved();
                }
            })),
            stop);
    }

    /// <summary>Runs ffmpeg with its output (<c>pipe:1</c>) read by <paramref name="read"/> as it comes.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public Task PipeAsync(IEnumerable<string> arguments, RunLimits limits, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> read, CancellationToken stop) =>
        SuperviseAsync(
            [.. Common, .. arguments],
            limits,
            moved => PipeTarget.Create(async (stream, cancel) =>
            {
                var buffer = new byte[1 << 16];
                int count;
                while ((count = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
                {
                    moved();
                    await read(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
                }
            }),
            stop);

    private async Task SuperviseAsync(string[] arguments, RunLimits limits, Func<Action, PipeTarget> output, CancellationToken stop)
    {
        using var wall = new CancellationTokenSource(limits.WallClock);
        using var stall = new CancellationTokenSource(limits.Stall);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, wall.Token, stall.Token);
        var errors = new StringBuilder();
        var command = Confined(PathOf("ffmpeg"), arguments)
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(output(() => stall.CancelAfter(limits.Stall)))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(line => KeepTail(errors, line)));
        logger.LogDebug("ffmpeg {Arguments}", arguments);

        CommandResult result;
        try
        {
            result = await (await ProcessStarter.RunAsync(() => command.ExecuteAsync(any.Token)).ConfigureAwait(false));
        }
        catch (Win32Exception)
        {
            throw Missing();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw wall.IsCancellationRequested
                ? new MediaFailure(MediaFailureReason.TimedOut, $"ffmpeg ran longer than {limits.WallClock.TotalSeconds:0} s and was stopped.", errors.ToString())
                : new MediaFailure(MediaFailureReason.Stalled, $"ffmpeg made no progress for {limits.Stall.TotalSeconds:0} s and was stopped.", errors.ToString());
        }

        if (result.ExitCode == CommandNotFound)
        {
            throw Missing();
        }

        if (result.ExitCode != 0)
        {
            throw new MediaFailure(MediaFailureReason.ExitStatus, $"ffmpeg ended with status {result.ExitCode}.", errors.ToString());
        }
    }

    private static MediaFailure Missing() =>
        new(MediaFailureReason.ToolMissing, "ffmpeg is not installed; run ./run.sh or install the package ffmpeg.");

    private Command Confined(string tool, string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Cli.Wrap(tool).WithArguments(arguments);
        }

        // Each of these replaces itself with the next one, so that the process id, its signals and its exit status are ffmpeg's.
        long bytes = (long)options.Value.ProcessMemoryMegabytes << 20;
        return Cli.Wrap("setpriv").WithArguments(["--pdeathsig", "KILL", "prlimit", $"--as={bytes}", "--core=0", "nice", "-n", "10", tool, .. arguments]);
    }

    private static void KeepTail(StringBuilder tail, string line)
    {
        lock (tail)
        {
            tail.AppendLine(line);
            if (tail.Length > ErrorTailLength)
            {
                tail.Remove(0, tail.Length - ErrorTailLength);
            }
        }
    }
}
