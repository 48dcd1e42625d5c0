using Downbeat.Storage;

namespace Downbeat.Media;

/// <summary>A media process ended badly: by its own error, by a limit, or because it no longer moved.</summary>
/// <param name="reason">What kind of end it was.</param>
/// <param name="message">One sentence for the log and the job.</param>
/// <param name="errorTail">The last lines that the process wrote to its error stream; may be empty.</param>
internal sealed class MediaFailure(MediaFailureReason reason, string message, string errorTail = "") : Exception(message)
{
    /// <summary>Whether something failed because the disk, or its quota, is full: a process of ours or we ourselves.</summary>
    public static bool IsDiskFull(Exception failure) => failure is MediaFailure { Reason: MediaFailureReason.DiskFull } || (failure is IOException io && FileStore.IsFull(io));

    /// <summary>What kind of end it was.</summary>
    public MediaFailureReason Reason { get; } = reason;

    /// <summary>The last lines of the error stream, at most 4 KB.</summary>
    public string ErrorTail { get; } = errorTail;
}

/// <summary>How a media process failed.</summary>
internal enum MediaFailureReason
{
    /// <summary>It ended with a non-zero exit status.</summary>
    ExitStatus,

    /// <summary>It ran past its wall-clock limit.</summary>
    TimedOut,

    /// <summary>It reported no progress for the stall limit.</summary>
    Stalled,

    /// <summary>It ended well but its output is not what was asked for.</summary>
    WrongOutput,

    /// <summary>The tool is not installed.</summary>
    ToolMissing,

    /// <summary>It could not write its output because the disk, or its quota, is full.</summary>
    DiskFull,
}
