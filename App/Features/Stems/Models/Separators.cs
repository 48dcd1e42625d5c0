using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;

namespace Downbeat.Features.Stems.Models;

/// <summary>Everything that can split songs here and now: the models of the models directory, and what is built in.</summary>
internal sealed class Separators(IEnumerable<ISeparationEngine> builtIn, StemManifests manifests, ModelShelf shelf, ILogger<StemModel> logger)
{
    /// <summary>Reads what is new in the models directory to its end: until then a model that has just come, or any after a start, is not among those that can split.</summary>
    public void Look() => shelf.Look();

    /// <summary>The engines that can split into so many stems, the best first: models in the order of their preference, then what is built in.</summary>
    public IReadOnlyList<ISeparationEngine> For(int stems) =>
        [.. manifests.Models.OrderByDescending(model => model.Manifest.Preference).Select(model => new StemModel(model, shelf, logger)).Concat(builtIn).Where(engine => engine.Splits(stems))];

    /// <summary>The best of them, or the one that was asked for.</summary>
    /// <param name="stems">How many stems.</param>
    /// <param name="name">Name of the engine; null for the best.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is no such engine, or it cannot split into so many stems at the moment.</exception>
    public ISeparationEngine Choose(int stems, string? name = null)
    {
        var engines = For(stems);
        return engines.FirstOrDefault(engine => name is null || engine.Name == name)
            ?? throw StudioProblem.Field("engine", $"No engine of that name splits into {stems} stems at the moment; there are: {string.Join(", ", engines.Select(engine => engine.Name))}.");
    }
}
