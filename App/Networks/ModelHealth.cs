using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Networks;

/// <summary>The studio works without any network; one that is there and refused is worth a look.</summary>
internal sealed class ModelHealth(ModelShelf shelf) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var states = shelf.States;
        var refused = states.Where(state => state.State == NetworkStanding.Refused).Select(state => state.Sentence).ToList();
        var here = states.Where(state => state.State is NetworkStanding.Ready or NetworkStanding.Loaded).Select(state => state.Name).ToList();
        return Task.FromResult(refused.Count > 0
            ? HealthCheckResult.Degraded(string.Join(' ', refused))
            : HealthCheckResult.Healthy(here.Count > 0 ? string.Join(", ", here) : "No networks are here; the studio listens without them."));
    }
}
