using Downbeat.Features.Accounts;
using Downbeat.Features.Compositions;

namespace Downbeat.Features.Performance;

/// <summary>GET /performance/estimates, for administrators: how far what was said of videos beforehand was off.</summary>
internal static class EstimateEndpoints
{
    public static void MapEstimates(this IEndpointRouteBuilder api) =>
        api.MapGet("/performance/estimates", (RenderForecasts forecasts, CancellationToken stop) => forecasts.AccuracyAsync(stop))
            .WithTags("Performance").RequireAuthorization(policy => policy.RequireRole(Registrar.Administrator));
}
