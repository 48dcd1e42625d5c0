namespace Downbeat.Features.Clips.Planning;

/// <summary>What is to be seen in a slot: in words for generators that read, in choices for the one that draws.</summary>
/// <param name="Prompt">Words, 1 to 2000 characters.</param>
/// <param name="Visual">Way of drawing.</param>
/// <param name="Style">Look.</param>
/// <param name="Palette">Colours, one of the style's.</param>
/// <param name="Motion">calm, flowing, driving or wild.</param>
/// <param name="Camera">still, drift, push, pull, orbit or bounce.</param>
/// <param name="Seed">Which of all forms; the same seed gives the same clip.</param>
public sealed record ClipScene(string Prompt, string Visual, string Style, string Palette, string Motion, string Camera, int Seed);

/// <summary>Parts of a scene that somebody wants; the rest is chosen.</summary>
/// <param name="Prompt">Words, at most 2000 characters.</param>
/// <param name="Visual">Way of drawing; when it is left out, what the words name counts.</param>
/// <param name="Style">Look; likewise.</param>
/// <param name="Palette">Colours; likewise.</param>
/// <param name="Motion">calm, flowing, driving or wild.</param>
/// <param name="Camera">still, drift, push, pull, orbit or bounce.</param>
/// <param name="Seed">Which of all forms.</param>
public sealed record SceneWish(string? Prompt = null, string? Visual = null, string? Style = null, string? Palette = null, string? Motion = null, string? Camera = null, int? Seed = null);
