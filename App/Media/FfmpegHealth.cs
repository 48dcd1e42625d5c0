using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Media;

/// <summary>Ready means that ffmpeg and ffprobe run. That they do is believed for a minute: to ask costs two processes.</summary>
internal sealed class FfmpegHealth(MediaTools tools, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);
    private Found? found;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (found is { } last && clock.GetElapsedTime(last.AskedAt) < Believed)
        {
            return last.Answer;
        }

        try
        {
            var askedAt = clock.GetTimestamp();
            var result = HealthCheckResult.Healthy($"ffmpeg {(await tools.FindAsync(cancellationToken)).Ffmpeg}");
            found = new(askedAt, result);
            return result;
        }
        catch (MediaFailure failure)
        {
            return HealthCheckResult.Unhealthy(failure.Message);
        }
    }

    private sealed record Found(long AskedAt, HealthCheckResult Answer);
}
