using Bunit;
using Downbeat.Features.Compositions;
using Downbeat.Tests.Components;

namespace Downbeat.Tests.Features.Compositions;

public sealed class PreviewDialogTests : PageTest
{
    private readonly TaskCompletionSource<FilmPreview> rendered = new();
    private CancellationToken given;

    [Fact]
    public async Task It_says_that_it_is_rendering_and_then_plays()
    {
        var dialog = Dialog();
        Assert.Contains("Rendering", dialog.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Stop", dialog.Find("button").TextContent);

        await dialog.InvokeAsync(() => rendered.SetResult(new("key", "/previews/key", 62, 72)));

        await dialog.WaitForAssertionAsync(() => Assert.Equal("/previews/key", dialog.Find("video[controls]").GetAttribute("src")));
        Assert.Empty(dialog.FindAll("[role=status]"));
        Assert.Equal("Close", dialog.Find("button").TextContent);
        Assert.Contains("1:02.0 to 1:12.0", dialog.Markup, StringComparison.Ordinal);

        // It may have made room for something else meanwhile.
        await dialog.Find("video").TriggerEventAsync("onerror", EventArgs.Empty);
        Assert.Contains("ask for it again", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_shown_in_its_words()
    {
        var dialog = Dialog();
        await dialog.InvokeAsync(() => rendered.SetException(new StudioProblem(422, "composition.clip_gone", "A clip has gone.")));
        await dialog.WaitForAssertionAsync(() => Assert.Equal("A clip has gone.", dialog.Find("[role=alert]").TextContent));
    }

    [Fact]
    public async Task Whoever_closes_it_stops_the_work()
    {
        var dialog = Dialog();
        Assert.False(given.IsCancellationRequested);
        await DisposeComponentsAsync();
        Assert.True(given.IsCancellationRequested);
    }

    private IRenderedComponent<PreviewDialog> Dialog() => Render<PreviewDialog>(p => p.Add(c => c.Title, "Shot 3").Add(c => c.Render, stop =>
    {
        given = stop;
        stop.Register(() => rendered.TrySetCanceled(stop));
        return rendered.Task;
    }));
}
