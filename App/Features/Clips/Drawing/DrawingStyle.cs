namespace Downbeat.Features.Clips.Drawing;

/// <summary>A look that clips are drawn in.</summary>
/// <param name="Name">What programs call it.</param>
/// <param name="Title">What people read.</param>
/// <param name="Words">What it looks like, for models that read.</param>
/// <param name="Palettes">Its colours, for dark songs first, for bright ones last.</param>
internal sealed record DrawingStyle(string Name, string Title, string Words, IReadOnlyList<Palette> Palettes)
{
    /// <summary>How strongly bright parts shine into their surroundings, against what a visual does by itself.</summary>
    public float Bloom { get; init; } = 1;

    /// <summary>How much darker the corners are, 0 to 1.</summary>
    public float CornerLoss { get; init; } = 0.5f;

    /// <summary>Grain, as ffmpeg's noise filter counts it; some of it keeps dark gradients from falling into steps.</summary>
    public int Grain { get; init; } = 3;

    /// <summary>How thick lines are, against what a visual does by itself.</summary>
    public float Line { get; init; } = 1;

    /// <summary>How far a picture of one's own takes on the palette, 0 to 1.</summary>
    public float Tone { get; init; } = 0.5f;

    /// <summary>Whether there are darker lines as on an old screen.</summary>
    public bool HasScanlines { get; init; }

    /// <summary>Families of letters, the first that is there counts.</summary>
    public IReadOnlyList<string> Fonts { get; init; } = ["DejaVu Sans"];

    /// <summary>The palette of that name.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: the style has none of that name.</exception>
    public Palette Palette(string name) =>
        Palettes.FirstOrDefault(palette => palette.Name == name) ?? throw StudioProblem.Field("palette", $"The palettes of {Name} are {string.Join(", ", Palettes.Select(palette => palette.Name))}.");
}
