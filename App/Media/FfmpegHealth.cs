using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Media;

/// <summary>Ready means that ffmpeg and ffprobe run.</summary>
internal sealed class FfmpegHealth(MediaTools tools) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return HealthCheckResult.Healthy($"ffmpeg {(await tools.FindAsync(cancellationToken)).Ffmpeg}");
        }
        catch (MediaFailure failure)
        {
            return HealthCheckResult.Unhealthy(failure.Message);
        }
    }
}
