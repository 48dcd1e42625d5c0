using Bunit;
using Downbeat.Components;

namespace Downbeat.Tests.Components;

public sealed class UploadZoneTests : PageTest
{
    private static readonly UploadRow Song = new("f0", "song.mp3", 2_000_000, 0, UploadStage.Waiting, null);

    [Fact]
    public async Task A_file_shows_how_far_it_is_and_goes_when_it_has_arrived()
    {
        var arrived = 0;
        var zone = Zone(() => arrived++);
        await ShowAsync(zone, Song);
        Assert.Contains("Waiting", zone.Markup, StringComparison.Ordinal);
        await ShowAsync(zone, Song with { Stage = UploadStage.Sending, Fraction = 0.256 });
        Assert.Contains("25% of 2.0 MB", zone.Markup, StringComparison.Ordinal);
        await ShowAsync(zone, Song with { Stage = UploadStage.Resting, Fraction = 0.256 });
        Assert.Contains("25%, waiting to go on", zone.Markup, StringComparison.Ordinal);
        await ShowAsync(zone, Song with { Stage = UploadStage.Sending, Fraction = 1 });
        Assert.Contains("Checking…", zone.Markup, StringComparison.Ordinal);
        Assert.Equal("Stop uploading song.mp3", zone.Find("button").GetAttribute("aria-label"));
        await ShowAsync(zone, Song with { Stage = UploadStage.Done, Fraction = 1 });
        Assert.Empty(zone.FindAll("li"));
        Assert.Equal(1, arrived);
    }

    [Fact]
    public async Task What_is_said_twice_or_only_at_the_end_is_understood()
    {
        var arrived = 0;
        var zone = Zone(() => arrived++);
        await ShowAsync(zone, Song, Song with { Id = "f1" });
        await ShowAsync(zone, Song, Song with { Id = "f1" });
        Assert.Equal(2, zone.FindAll("li").Count);
        await ShowAsync(zone, Song with { Stage = UploadStage.Dropped }, Song with { Id = "f1", Stage = UploadStage.Dropped });
        Assert.Empty(zone.FindAll("li"));
        Assert.Equal(0, arrived);
        await ShowAsync(zone, Song with { Id = "f2", Stage = UploadStage.Done });
        Assert.Empty(zone.FindAll("li"));
        Assert.Equal(1, arrived);
    }

    [Fact]
    public async Task A_file_that_the_browser_no_longer_has_is_asked_for()
    {
        var zone = Zone(() => { });
        await ShowAsync(zone, Song with { Stage = UploadStage.Wanted });
        Assert.Equal("Choose song.mp3 again to go on.", zone.Find("[role=status]").TextContent);
        Assert.Empty(zone.FindAll("[role=progressbar]"));
        await zone.Find("button").ClickAsync(new());
        Assert.Empty(zone.FindAll("li"));
    }

    [Fact]
    public async Task A_refusal_is_said_aloud_and_stays_until_it_is_dismissed()
    {
        var arrived = 0;
        var zone = Zone(() => arrived++);
        await ShowAsync(zone, Song with { Name = "<b>.mp3", Stage = UploadStage.Failed, Problem = "The file is empty." });
        Assert.Equal("The file is empty.", zone.Find("[role=alert]").TextContent);
        Assert.Equal("<b>.mp3", zone.Find(".upload-name").TextContent);
        Assert.Equal("Dismiss <b>.mp3", zone.Find("button").GetAttribute("aria-label"));
        await zone.Find("button").ClickAsync(new());
        Assert.Empty(zone.FindAll("li"));
        Assert.Equal(0, arrived);
    }

    private static Task ShowAsync(IRenderedComponent<UploadZone> zone, params UploadRow[] rows) => zone.InvokeAsync(() => zone.Instance.Show(rows));

    private IRenderedComponent<UploadZone> Zone(Action arrived) =>
        Render<UploadZone>(p => p.Add(c => c.OwnerId, Guid.NewGuid()).Add(c => c.Target, "song").Add(c => c.Title, "Drop").Add(c => c.Uploaded, arrived));
}
