using Downbeat.Tests.Support;
using Microsoft.Playwright;

namespace Downbeat.E2E.Support;

/// <summary>What somebody looks at.</summary>
/// <param name="Width">CSS pixels.</param>
/// <param name="Height">CSS pixels.</param>
/// <param name="ColorScheme">What the person prefers.</param>
public sealed record Screen(int Width, int Height, ColorScheme ColorScheme)
{
    /// <summary>A desk: 1440 × 900, dark.</summary>
    public static Screen Desk { get; } = new(1440, 900, ColorScheme.Dark);

    /// <summary>A phone: 390 × 844, dark.</summary>
    public static Screen Phone { get; } = new(390, 844, ColorScheme.Dark);

    /// <summary>The same with a light background.</summary>
    public Screen Light => this with { ColorScheme = ColorScheme.Light };

    /// <summary>Writes the whole page as artifacts/screens/{name}-{width}-{dark|light}.png on desk and phone, dark and light, and leaves it as on a dark desk.</summary>
    public static async Task PhotographAsync(IPage page, string name)
    {
        foreach (var screen in (Screen[])[Phone.Light, Phone, Desk.Light, Desk])
        {
            await page.SetViewportSizeAsync(screen.Width, screen.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = screen.ColorScheme });
            await page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown))))");
            var theme = screen.ColorScheme == ColorScheme.Dark ? "dark" : "light";
            await page.ScreenshotAsync(new()
            {
                Path = Path.Combine(TestData.Repository, "artifacts", "screens", $"{name}-{screen.Width}-{theme}.png"),
                FullPage = true,
                Animations = ScreenshotAnimations.Disabled,
            });
        }
    }
}
