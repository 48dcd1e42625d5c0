using Downbeat.Features.Accounts;
using Downbeat.Media;

namespace Downbeat.Features.Performance;

/// <summary>GET /encoders, for everybody who chooses one · GET /performance/encoders, the same for administrators.</summary>
internal static class EncoderEndpoints
{
    public static void MapEncoders(this IEndpointRouteBuilder api)
    {
        api.MapGet("/encoders", (EncoderTrials trials, CancellationToken stop) => trials.StatesAsync(stop)).WithTags("Compositions");
        api.MapGet("/performance/encoders", (EncoderTrials trials, CancellationToken stop) => trials.StatesAsync(stop))
            .WithTags("Performance").RequireAuthorization(policy => policy.RequireRole(Registrar.Administrator));
    }
}
