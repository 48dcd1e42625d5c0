using System.ComponentModel.DataAnnotations;

namespace Downbeat.Media;

/// <summary>Settings section <c>Media</c>: where the tools are and how far a process of theirs may go.</summary>
internal sealed record MediaOptions
{
    /// <summary>Folder of ffmpeg and ffprobe; empty means the PATH.</summary>
    public string BinaryFolder { get; init; } = "";

    /// <summary>Number of processes that render at the same time; 0 means one per core.</summary>
    [Range(0, 256, ErrorMessage = "Media:Workers must be between 0 (one per core) and 256.")]
    public int Workers { get; init; }

    /// <summary>Memory that one process may map, in megabytes.</summary>
    [Range(256, 1 << 20, ErrorMessage = "Media:ProcessMemoryMegabytes must be between 256 and 1048576; 4096 is enough for every job.")]
    public int ProcessMemoryMegabytes { get; init; } = 4096;

    /// <summary>Workers in effect, at least one.</summary>
    public int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount;
}
