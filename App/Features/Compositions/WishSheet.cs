namespace Downbeat.Features.Compositions;

/// <summary>What is wished for a video, as the groups of the panel share it.</summary>
/// <param name="SongId">The song.</param>
/// <param name="Settings">The wishes.</param>
/// <param name="Problem">Why there is no plan for them; null while there is one.</param>
/// <param name="Change">Called with other wishes.</param>
public sealed record WishSheet(Guid SongId, CompositionSettings Settings, StudioProblem? Problem, Func<CompositionSettings, Task> Change)
{
    /// <summary>What is wrong with a field; null when nothing is.</summary>
    public string? ErrorOf(string field) => Problem?.Errors?.GetValueOrDefault(field)?.FirstOrDefault();

    /// <summary>Whether the fault lies in one of these fields, or inside them.</summary>
    public bool IsWrongIn(params IReadOnlyList<string> fields) =>
        Problem?.Errors?.Keys.Any(wrong => fields.Any(field => wrong == field || wrong.StartsWith(field + '.', StringComparison.Ordinal))) == true;
}
