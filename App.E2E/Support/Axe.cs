using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Downbeat.E2E.Support;

/// <summary>What axe finds on a page.</summary>
internal static class Axe
{
    /// <summary>The serious and critical findings, light and dark, each with the elements it is about. The page stays dark, and without motion.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(IPage page)
    {
        var findings = new List<string>();
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });

            // The new colours begin to fade in with the next frame, and those on their way are no colours of the page.
            await page.EvaluateAsync("""
                async () => {
                  await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
                  await Promise.all(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished.catch(() => null)));
                }
                """);

            // Only colours differ between the two.
            var result = await page.RunAxe(scheme == ColorScheme.Light ? null : new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") });
            Assert.NotEmpty(result.Passes);
            findings.AddRange(result.Violations
                .Where(violation => violation.Impact is "serious" or "critical")
                .Select(violation => $"{scheme}: {violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
        }

        return findings;
    }
}
