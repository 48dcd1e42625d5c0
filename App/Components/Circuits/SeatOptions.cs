using System.ComponentModel.DataAnnotations;

namespace Downbeat.Components.Circuits;

/// <summary>Settings section <c>Circuits</c>: how many open pages one caller may have.</summary>
internal sealed record SeatOptions
{
    /// <summary>Pages of one account.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Circuits:PerUser must be a number from 1 to 1000000.")]
    public int PerUser { get; init; } = 20;

    /// <summary>Pages of strangers from one address, behind which a whole school may sit.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Circuits:PerAddress must be a number from 1 to 1000000.")]
    public int PerAddress { get; init; } = 100;
}
