using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Stems;

/// <summary>Settings section <c>Stems</c>.</summary>
internal sealed record StemOptions
{
    /// <summary>Splittings of files that belong to no song which are kept for each user, the newest; asked for again they cost nothing.</summary>
    [Range(1, 100, ErrorMessage = "Stems:KeptPerUser must be a number from 1 to 100.")]
    public int KeptPerUser { get; init; } = 3;

    /// <summary>How many hours they are kept.</summary>
    [Range(1, 720, ErrorMessage = "Stems:KeptHours must be a number from 1 to 720.")]
    public int KeptHours { get; init; } = 24;
}
