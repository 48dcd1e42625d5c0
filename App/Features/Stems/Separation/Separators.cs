namespace Downbeat.Features.Stems.Separation;

/// <summary>All ways to split, the best first.</summary>
internal sealed class Separators(IEnumerable<ISeparationEngine> engines)
{
    /// <summary>The best one that can split into so many stems here and now.</summary>
    /// <exception cref="StudioProblem">503 <c>stems.not_configured</c>: none can.</exception>
    public ISeparationEngine Best(int stems) =>
        engines.FirstOrDefault(engine => engine.Splits(stems))
        ?? throw new StudioProblem(503, "stems.not_configured", $"Nothing here can split a song into {stems} stems; the administrator can put a model into the models directory.");
}
