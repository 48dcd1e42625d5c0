using Downbeat.Features.Accounts;

namespace Downbeat.Features.Performance.Promises;

/// <summary>GET /performance/promises, for administrators; for everybody else there is nothing here.</summary>
internal static class PromiseEndpoints
{
    public static void MapPromises(this IEndpointRouteBuilder api) =>
        api.MapGet("/performance/promises", (PublishedPromises promises, CancellationToken stop) => promises.ReadAsync(stop))
            .WithTags("Performance").RequireAuthorization(policy => policy.RequireRole(Registrar.Administrator));
}
