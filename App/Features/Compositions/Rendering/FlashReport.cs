using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Whether a film keeps the limits for flashing pictures that may cause seizures (WCAG 2.3.1; ITU-R BT.1702): nowhere more than three flashes of light, or of saturated red, in any
/// second over more than a quarter of a field of a third of the width and height of the picture.
/// </summary>
/// <param name="MostFlashes">Flashes of light in the worst second.</param>
/// <param name="MostRedFlashes">Flashes of saturated red in the worst second.</param>
/// <param name="Unsafe">Frames of the film with more than three of either in a second, in order, apart from each other.</param>
internal sealed record FlashReport(int MostFlashes, int MostRedFlashes, IReadOnlyList<FrameRange> Unsafe)
{
    /// <summary>For each frame how many flashes, of light or of red, the worst field shows in the second that ends with it.</summary>
    public IReadOnlyList<int> FlashesAt { get; init; } = [];

    /// <summary>True when the film keeps the limits.</summary>
    public bool Passes => Unsafe.Count == 0;
}
