namespace Downbeat.Features.Clips.Drawing;

/// <summary>A way of drawing to music.</summary>
/// <param name="Name">What programs call it.</param>
/// <param name="Title">What people read.</param>
/// <param name="Words">What is to be seen, for models that read.</param>
/// <param name="Energy">How much energy the music has that it suits best, 0 to 1.</param>
/// <param name="Rows">Pixels of the short side that it is drawn with; made larger afterwards. Soft ones need few.</param>
/// <param name="Bloom">How strongly bright parts shine into their surroundings.</param>
/// <param name="Draw">Lights one moment of a clip.</param>
internal sealed record Visual(string Name, string Title, string Words, double Energy, int Rows, float Bloom, Action<Stage, Moment> Draw)
{
    /// <summary>Whether it makes something of a picture.</summary>
    public bool NeedsPicture { get; init; }
}

/// <summary>All ways of drawing.</summary>
internal static class Visuals
{
    private const int Soft = 360;
    private const int Middle = 432;
    private const int Sharp = 576;

    /// <summary>Them, in an order in which neighbours look unlike.</summary>
    public static IReadOnlyList<Visual> All { get; } =
    [
        new("horizon", "Horizon", "flight over a land of wire-frame hills towards a low striped sun", 0.65, Middle, 0.5f, VisualLines.Horizon),
        new("silk", "Silk", "cloth of light folding slowly, waves of colour", 0.25, Soft, 0, VisualFields.Silk),
        new("galaxy", "Galaxy", "a tilted wheel of stars winding around a glowing heart", 0.4, Sharp, 0.5f, VisualPoints.Galaxy),
        new("tunnel", "Tunnel", "flight through a tunnel of glowing rings", 0.85, Sharp, 0.5f, VisualLines.Tunnel),
        new("valley", "Valley", "layers of hills in mist below a large sun, birds and fireflies", 0.2, Middle, 0.3f, VisualLand.Valley),
        new("tiles", "Tiles", "a quilt of flat geometric shapes, circles and stripes that turn", 0.7, Sharp, 0, VisualForms.Tiles),
        new("mercury", "Mercury", "liquid drops melting into each other", 0.35, Soft, 0.2f, VisualFields.Mercury),
        new("ridges", "Ridges", "lines of sound like a range of mountains, one behind the other", 0.5, Sharp, 0.35f, VisualForms.Mountains),
        new("lanterns", "Lanterns", "discs of light out of focus, rising through the dark", 0.3, Soft, 0.3f, VisualPoints.Lanterns),
        new("mandala", "Mandala", "a mirrored ornament of glowing lines, turning", 0.6, Soft, 0.5f, VisualFields.Mandala),
        new("spectrum", "Spectrum", "a wheel of bars of light around a ring that trembles like a string", 0.8, Sharp, 0.5f, VisualForms.Spectrum),
        new("ripples", "Ripples", "a field of dots that rings of light run through", 0.55, Sharp, 0.35f, VisualPoints.Ripples),
        new("words", "Words", "large typography", 0.65, Sharp, 0.3f, VisualWords.Words),
        new("kaleidoscope", "Kaleidoscope", "a kaleidoscope, turning", 0.6, Soft, 0.15f, VisualPictures.Kaleidoscope) { NeedsPicture = true },
        new("slices", "Slices", "a picture cut into strips that move against each other", 0.75, Middle, 0.1f, VisualPictures.Slices) { NeedsPicture = true },
    ];

    /// <summary>The one of that name.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is none.</exception>
    public static Visual Of(string name) =>
        All.FirstOrDefault(visual => visual.Name == name) ?? throw StudioProblem.Field("visual", $"The visuals are {string.Join(", ", All.Select(visual => visual.Name))}.");
}
