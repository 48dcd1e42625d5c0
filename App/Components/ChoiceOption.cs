namespace Downbeat.Components;

/// <summary>One option of a <see cref="Choice{TValue}"/>.</summary>
/// <param name="Value">What it stands for.</param>
/// <param name="Label">What it is called, in a word.</param>
/// <param name="Hint">A sentence shown while it is chosen; may be null.</param>
public sealed record ChoiceOption<TValue>(TValue Value, string Label, string? Hint = null);
