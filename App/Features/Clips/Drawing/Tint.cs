using SkiaSharp;
using Lanes = System.Numerics.Vector<float>;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>Colours of some neighbouring pixels, each part 0 to 1.</summary>
internal readonly record struct Tint(Lanes Red, Lanes Green, Lanes Blue)
{
    /// <summary>One colour everywhere.</summary>
    public static Tint Of(SKColor colour) => new(new(colour.Red / 255f), new(colour.Green / 255f), new(colour.Blue / 255f));

    /// <summary>A share of the way to another colour.</summary>
    public Tint To(SKColor other, Lanes share) => To(Of(other), share);

    /// <inheritdoc cref="To(SKColor, Lanes)"/>
    public Tint To(Tint other, Lanes share) => new(Red + ((other.Red - Red) * share), Green + ((other.Green - Green) * share), Blue + ((other.Blue - Blue) * share));

    /// <summary>With light of another colour added.</summary>
    public Tint Plus(SKColor other, Lanes amount) => new(Red + (amount * (other.Red / 255f)), Green + (amount * (other.Green / 255f)), Blue + (amount * (other.Blue / 255f)));

    /// <summary>Brighter or darker.</summary>
    public Tint Times(Lanes amount) => new(Red * amount, Green * amount, Blue * amount);
}
