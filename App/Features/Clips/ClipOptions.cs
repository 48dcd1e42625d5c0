using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Clips;

/// <summary>Settings section <c>Clips</c>.</summary>
internal sealed record ClipOptions
{
    /// <summary>Largest file, in megabytes.</summary>
    [Range(1, 16384, ErrorMessage = "Clips:MaxMegabytes must be a number from 1 to 16384.")]
    public int MaxMegabytes { get; init; } = 1024;

    /// <summary>Largest still, in megabytes.</summary>
    [Range(1, 1024, ErrorMessage = "Clips:MaxStillMegabytes must be a number from 1 to 1024.")]
    public int MaxStillMegabytes { get; init; } = 20;

    /// <summary>Longest clip, in minutes.</summary>
    [Range(1, 180, ErrorMessage = "Clips:MaxMinutes must be a number from 1 to 180.")]
    public int MaxMinutes { get; init; } = 10;

    /// <summary>Most clips of one song.</summary>
    [Range(1, 1000, ErrorMessage = "Clips:MaxPerSong must be a number from 1 to 1000.")]
    public int MaxPerSong { get; init; } = 64;

    /// <summary>Most clips that one user brings to the library itself, where they stay without a song.</summary>
    [Range(1, 100_000, ErrorMessage = "Clips:MaxKept must be a number from 1 to 100000.")]
    public int MaxKept { get; init; } = 200;

    /// <summary>Largest file in bytes.</summary>
    public long MaxBytes => (long)MaxMegabytes << 20;

    /// <summary>The limits of a file, where files are chosen.</summary>
    public string Hint => FormattableString.Invariant($"Videos and stills, each up to {MaxMegabytes / 1024.0:0.#} GB and {MaxMinutes} minutes");
}
