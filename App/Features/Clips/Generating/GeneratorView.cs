using Downbeat.Features.Clips.Drawing;

namespace Downbeat.Features.Clips.Generating;

/// <summary>A generator as programs see it.</summary>
/// <param name="Name">What to ask for.</param>
/// <param name="Title">What people read.</param>
/// <param name="IsReady">Whether it can be used.</param>
/// <param name="Missing">What has to be done first; null when it can.</param>
/// <param name="Visuals">Its ways of drawing; none for one that only reads the prompt.</param>
/// <param name="Styles">Looks that prompts are written in, each with its palettes.</param>
internal sealed record GeneratorView(string Name, string Title, bool IsReady, string? Missing, IReadOnlyList<string> Visuals, IReadOnlyList<StyleView> Styles)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<GeneratorView> All(ClipGenerators generators) =>
        [.. generators.All.Select(each => new GeneratorView(each.Name, each.Title, each.Missing is null, each.Missing, each is DrawnClips ? [.. Drawing.Visuals.All.Select(visual => visual.Name)] : [], StyleView.All))];
}

/// <summary>A look as programs see it.</summary>
/// <param name="Name">What to ask for.</param>
/// <param name="Title">What people read.</param>
/// <param name="Palettes">Names of its palettes with their colours, the ground first.</param>
internal sealed record StyleView(string Name, string Title, IReadOnlyDictionary<string, IReadOnlyList<string>> Palettes)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<StyleView> All { get; } = [.. DrawingStyles.All.Select(style => new StyleView(style.Name, style.Title, style.Palettes.ToDictionary(palette => palette.Name, palette => palette.Hex)))];
}
