namespace Downbeat.Features.Analysis;

/// <summary>The door to listening.</summary>
internal static class AnalysisFeature
{
    /// <summary>Registers the analyst.</summary>
    public static void AddAnalysis(this IServiceCollection services) => services.AddSingleton<SongAnalyst>();
}
