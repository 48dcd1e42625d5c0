using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>The studio's own ways to split a song, which are scored and timed.</summary>
internal static class StemEngines
{
    /// <summary>All of them.</summary>
    /// <param name="modelsFolder">Folder of the networks' files; null to do without.</param>
    public static IReadOnlyList<ISeparationEngine> All(string? modelsFolder) => [];
}
