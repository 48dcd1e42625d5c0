using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Songs;

/// <summary>Settings section <c>Songs</c>.</summary>
internal sealed record SongOptions
{
    /// <summary>Largest file, in megabytes.</summary>
    [Range(1, 4096, ErrorMessage = "Songs:MaxMegabytes must be a number from 1 to 4096.")]
    public int MaxMegabytes { get; init; } = 100;

    /// <summary>Longest song, in minutes.</summary>
    [Range(1, 180, ErrorMessage = "Songs:MaxMinutes must be a number from 1 to 180.")]
    public int MaxMinutes { get; init; } = 10;

    /// <summary>Largest file in bytes.</summary>
    public long MaxBytes => (long)MaxMegabytes << 20;
}
