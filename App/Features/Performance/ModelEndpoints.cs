using Downbeat.Features.Accounts;
using Downbeat.Networks;

namespace Downbeat.Features.Performance;

/// <summary>GET /performance/models · DELETE /performance/models, for administrators; for everybody else there is nothing here.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        var models = api.MapGroup("/performance/models").WithTags("Performance").RequireAuthorization(policy => policy.RequireRole(Registrar.Administrator));
        models.MapGet("", (ModelShelf shelf) => shelf.States);
        models.MapDelete("", (ModelShelf shelf) => new ReleasedModels(shelf.Release(), shelf.States));
    }
}

/// <summary>What a release of the networks' memory did.</summary>
/// <param name="Bytes">Given back at once; a network in use follows when its last user is done.</param>
/// <param name="Models">How it stands with them now.</param>
internal sealed record ReleasedModels(long Bytes, IReadOnlyList<NetworkState> Models);
