namespace Downbeat.Features.Compositions;

/// <summary>The step that renders a composition.</summary>
internal sealed record RenderComposition(Guid CompositionId);
