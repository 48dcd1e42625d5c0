using System.ComponentModel.DataAnnotations;

namespace Downbeat.Jobs;

/// <summary>Settings section <c>Quotas</c>, as far as it is about work.</summary>
internal sealed record WaitingQuota
{
    /// <summary>Jobs of one user that may wait at the same time.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Quotas:WaitingJobs must be a number from 1 to 1000000.")]
    public int WaitingJobs { get; init; } = 200;
}
