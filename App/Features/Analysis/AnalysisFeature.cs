using Downbeat.Features.Analysis.Networks;
using Downbeat.Networks;

namespace Downbeat.Features.Analysis;

/// <summary>The door to listening.</summary>
internal static class AnalysisFeature
{
    /// <summary>Registers the analyst and the networks that it may ask.</summary>
    public static void AddAnalysis(this IServiceCollection services)
    {
        services.AddSingleton<SongAnalyst>();
        services.AddSingleton<EarNetworks>();
        services.AddKnown(EarNetworks.Known);
    }
}
