namespace Downbeat.Jobs;

/// <summary>All kinds of step that this studio knows.</summary>
internal sealed class StepKinds(IEnumerable<StepKind> kinds)
{
    private readonly Dictionary<string, StepKind> byName = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    /// <summary>The kind with this name.</summary>
    public StepKind this[string name] => byName[name];

    /// <summary>The kind of a step record.</summary>
    public StepKind Of(Type step) => byName[step.Name];
}
