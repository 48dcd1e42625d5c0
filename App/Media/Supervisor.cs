using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Text;
using CliWrap;
using CliWrap.Builders;
using Downbeat.Telemetry;

namespace Downbeat.Media;

/// <summary>
/// Runs one process of a media tool: arguments as a list (nothing is ever quoted by hand), lower priority, memory bounded, killed with its whole tree on cancel,
/// at the wall-clock limit, when it stalls and when the reader of its output or the writer of its input fails, and killed by the kernel when the studio itself dies.
/// </summary>
internal sealed class Supervisor(MediaOptions options, ILogger logger)
{
    private const int ErrorTailLength = 4096;
    private const int CommandNotFound = 127;

    /// <summary>Reads a process's output to its end and calls <paramref name="moved"/> whenever it sees progress, with the time reached in the output where it is told.</summary>
    public delegate Task OutputReader(Stream output, Action<TimeSpan?> moved, CancellationToken cancel);

    /// <summary>Writes all of a process's input and calls <paramref name="moved"/> whenever the process has taken some of it.</summary>
    public delegate Task InputWriter(Stream input, Action<TimeSpan?> moved, CancellationToken cancel);

    /// <summary>Full name of a tool, as it is given to the operating system.</summary>
    public string PathOf(string tool) => options.BinaryFolder is { Length: > 0 } folder ? Path.Combine(folder, tool) : tool;

    /// <summary>Runs a tool to its end; without <paramref name="write"/> its input is empty.</summary>
    /// <returns>The last 4 KB of its error stream.</returns>
    /// <exception cref="MediaFailure">It failed, timed out, stalled, or is not installed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled; the process tree is gone.</exception>
    public async Task<string> RunAsync(string tool, Action<ArgumentsBuilder> arguments, RunLimits limits, OutputReader read, CancellationToken stop, InputWriter? write = null)
    {
        using var wall = new CancellationTokenSource(limits.WallClock);
        using var stall = new CancellationTokenSource(limits.Stall);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, wall.Token, stall.Token);
        var errors = new StringBuilder();
        ExceptionDispatchInfo? fault = null;
        TimeSpan? reached = null;
        var command = Confined(tool, arguments, limits)
            .WithValidation(CommandResultValidation.None)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(line => KeepTail(errors, line)))
            .WithStandardInputPipe(write is null ? PipeSource.Null : PipeSource.Create((input, cancel) => GuardAsync(() => write(input, Moved, cancel))))
            .WithStandardOutputPipe(PipeTarget.Create((output, cancel) => GuardAsync(() => read(output, Moved, cancel))));
        var ending = "failed";
        var measuring = ToolRun.Begin(tool, command.Arguments[(command.Arguments.IndexOf(PathOf(tool), StringComparison.Ordinal) is >= 0 and var at ? at : 0)..]);
        try
        {
            var result = await (await ProcessStarter.RunAsync(() => command.ExecuteAsync(any.Token)).ConfigureAwait(false));
            ending = result.ExitCode == 0 ? ToolRun.Done : $"exit {result.ExitCode}";
            return result.ExitCode switch
            {
                0 => errors.ToString(),
                CommandNotFound => throw Missing(tool),
                _ when IsDiskFull(errors.ToString()) => throw new MediaFailure(MediaFailureReason.DiskFull, $"{tool} could not write on: the disk is full.", errors.ToString()),
                _ => throw new MediaFailure(MediaFailureReason.ExitStatus, $"{tool} ended with status {result.ExitCode}.", errors.ToString()),
            };
        }
        catch (Win32Exception)
        {
            throw Missing(command.TargetFilePath);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ending = "cancelled";
            throw;
        }
        catch (OperationCanceledException)
        {
            fault?.Throw();
            ending = wall.IsCancellationRequested ? "timed out" : "stalled";
            throw wall.IsCancellationRequested
                ? new MediaFailure(MediaFailureReason.TimedOut, $"{tool} ran longer than {limits.WallClock.TotalSeconds:0} s and was stopped.", errors.ToString())
                : new MediaFailure(MediaFailureReason.Stalled, $"{tool} made no progress for {limits.Stall.TotalSeconds:0} s and was stopped.", errors.ToString());
        }
        finally
        {
            Note(measuring.End(ending, errors.ToString(), reached));
        }

        void Moved(TimeSpan? position)
        {
            stall.CancelAfter(limits.Stall);
            reached = position ?? reached;
        }

        async Task GuardAsync(Func<Task> pump)
        {
            try
            {
                await pump().ConfigureAwait(false);
            }
            catch (Exception e) when (!any.IsCancellationRequested)
            {
                // Nobody fills or empties the pipe any more: the process would wait for that until it counts as stalled.
                fault = ExceptionDispatchInfo.Capture(e);
                await any.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    // A line for each run of a job; what pages ask for in passing is only told to those who look closely.
    private void Note(ToolRun run) => logger.Log(
        run.Stage.Length > 0 ? LogLevel.Information : LogLevel.Debug,
        "{Stage}: {Seconds:0.00} s, {Ending}: {Command}",
        run.Stage, run.Seconds, run.Ending, run.Arguments);

    // The words of the C library for ENOSPC and EDQUOT, which ffmpeg passes on; processes of a service have no other language.
    private static bool IsDiskFull(string errors) =>
        errors.Contains("No space left on device", StringComparison.Ordinal) || errors.Contains("Disk quota exceeded", StringComparison.Ordinal);

    private static MediaFailure Missing(string tool) => new(
        MediaFailureReason.ToolMissing,
        Path.GetFileName(tool) == "setpriv"
            ? "setpriv is not installed; run ./run.sh or install the package util-linux."
            : $"{Path.GetFileName(tool)} is not installed; run ./run.sh or install the package ffmpeg.");

    private Command Confined(string tool, Action<ArgumentsBuilder> arguments, RunLimits limits)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Cli.Wrap(PathOf(tool)).WithArguments(arguments);
        }

        // Each of these replaces itself with the next one, so that the process id, its signals and its exit status are the tool's.
        // Without a bound, every thread reserves 64 MB of its own for malloc, which on many cores alone would pass the memory limit.
        long bytes = (long)options.ProcessMemoryMegabytes << 20;
        return Cli.Wrap("setpriv")
            .WithEnvironmentVariables(variables => variables.Set("MALLOC_ARENA_MAX", "2"))
            .WithArguments(list =>
            {
                list.Add(["--pdeathsig", "KILL", "prlimit", .. limits.UsesDriver ? (string[])[] : [$"--as={bytes}"], "--core=0", "nice", "-n", "10", PathOf(tool)]);
                arguments(list);
            });
    }

    private static void KeepTail(StringBuilder tail, string line)
    {
        tail.AppendLine(line);
        if (tail.Length > ErrorTailLength)
        {
            tail.Remove(0, tail.Length - ErrorTailLength);
        }
    }
}
