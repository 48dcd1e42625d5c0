using Downbeat.Components;
using MudBlazor;
using MudBlazor.Utilities;

namespace Downbeat.Tests.Components;

/// <summary>WCAG 2.2, 1.4.3 and 1.4.11: text stands out 4.5 to 1, what marks a control 3 to 1.</summary>
public sealed class StudioThemeTests
{
    public static readonly TheoryData<bool> Palettes = [true, false];

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Text_can_be_read_on_every_ground(bool isDark)
    {
        var palette = PaletteOf(isDark);
        MudColor[] texts = [palette.TextPrimary, palette.TextSecondary, palette.Error];
        MudColor[] grounds = [palette.Background, palette.BackgroundGray, palette.Surface];
        Assert.All(texts.SelectMany(text => grounds.Select(ground => (text, ground))), pair => AssertContrast(pair.text, pair.ground, 4.5));
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void The_accent_marks_and_carries_text(bool isDark)
    {
        var palette = PaletteOf(isDark);
        AssertContrast(palette.Primary, palette.Background, 4.5);
        AssertContrast(palette.Primary, palette.Surface, 4.5);
        AssertContrast(palette.PrimaryContrastText, palette.Primary, 4.5);
    }

    [Theory]
    [MemberData(nameof(Palettes))]
    public void Messages_can_be_read_in_their_colour(bool isDark)
    {
        var palette = PaletteOf(isDark);
        AssertContrast(palette.ErrorContrastText, palette.Error, 4.5);
        AssertContrast(palette.SuccessContrastText, palette.Success, 4.5);
        AssertContrast(palette.WarningContrastText, palette.Warning, 4.5);
        AssertContrast(palette.InfoContrastText, palette.Info, 4.5);
    }

    [Fact]
    public void Both_palettes_stand_in_one_page_under_their_own_scope() =>
        Assert.Equal((":root", ":root[data-theme=light]"), (StudioTheme.Dark.PseudoCss.Scope, StudioTheme.Light.PseudoCss.Scope));

    private static Palette PaletteOf(bool isDark) => isDark ? StudioTheme.Dark.PaletteDark : StudioTheme.Light.PaletteLight;

    private static void AssertContrast(MudColor front, MudColor ground, double least)
    {
        var (a, b) = (Luminance(front), Luminance(ground));
        var contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
        Assert.True(contrast >= least, $"{front} on {ground} stands out {contrast:0.00} to 1.");
    }

    private static double Luminance(MudColor colour) => (0.2126 * Linear(colour.R)) + (0.7152 * Linear(colour.G)) + (0.0722 * Linear(colour.B));

    private static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
}
