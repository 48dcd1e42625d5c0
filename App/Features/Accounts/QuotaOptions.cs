using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Accounts;

/// <summary>Settings section <c>Quotas</c>: what one user may have.</summary>
internal sealed record QuotaOptions
{
    /// <summary>Songs per user.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Quotas:Songs must be a number from 1 to 1000000.")]
    public int Songs { get; init; } = 5;
}
