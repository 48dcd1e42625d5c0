using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Http;

/// <summary>What the first requests would wait for is done while the doors open; until it is, the studio answers and is not ready.</summary>
internal sealed class WarmUp(IHostApplicationLifetime lifetime, ILogger<WarmUp> logger) : IHealthCheck
{
    private Task<bool> work = Task.FromResult(true);

    /// <summary>Begins; the pipeline says with what.</summary>
    public void Begin(Func<CancellationToken, Task> warmUp) => work = Task.Run(() => RunAsync(warmUp));

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!work.IsCompleted)
        {
            return HealthCheckResult.Unhealthy("The studio is still warming up.");
        }

        return await work ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("Warming up failed; first requests take longer.");
    }

    private async Task<bool> RunAsync(Func<CancellationToken, Task> warmUp)
    {
        try
        {
            await warmUp(lifetime.ApplicationStopping);
            return true;
        }
        catch (Exception e)
        {
            if (!lifetime.ApplicationStopping.IsCancellationRequested)
            {
                logger.LogWarning(e, "Warming up failed");
            }

            return false;
        }
    }
}
