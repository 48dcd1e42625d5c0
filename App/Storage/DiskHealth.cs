using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Storage;

/// <summary>Ready means that there is room for more work.</summary>
internal sealed class DiskHealth(FileStore files) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(files.RoomBytes > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The disk reserve is reached; new work is refused."));
}
