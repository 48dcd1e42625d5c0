using Bunit;
using Downbeat.Components;

namespace Downbeat.Tests.Components;

public sealed class UploadZoneTests : PageTest
{
    [Fact]
    public async Task A_file_shows_how_far_it_is_and_goes_when_it_has_arrived()
    {
        var arrived = 0;
        var zone = Zone(() => arrived++);
        await zone.InvokeAsync(() => zone.Instance.Added("f0", "song.mp3", 2_000_000));
        Assert.Contains("Waiting", zone.Markup, StringComparison.Ordinal);
        await zone.InvokeAsync(() => zone.Instance.Moved("f0", 0.256));
        Assert.Contains("25% of 2.0 MB", zone.Markup, StringComparison.Ordinal);
        await zone.InvokeAsync(() => zone.Instance.Moved("f0", 1));
        Assert.Contains("Checking…", zone.Markup, StringComparison.Ordinal);
        await zone.InvokeAsync(() => zone.Instance.Done("f0"));
        Assert.Empty(zone.FindAll("li"));
        Assert.Equal(1, arrived);
    }

    [Fact]
    public async Task A_refusal_is_said_aloud_and_stays_until_it_is_dismissed()
    {
        var arrived = 0;
        var zone = Zone(() => arrived++);
        await zone.InvokeAsync(() => zone.Instance.Added("f0", "<b>.mp3", 0));
        await zone.InvokeAsync(() => zone.Instance.Failed("f0", "The file is empty."));
        Assert.Equal("The file is empty.", zone.Find("[role=alert]").TextContent);
        Assert.Equal("<b>.mp3", zone.Find(".upload-name").TextContent);
        await zone.Find("button").ClickAsync(new());
        Assert.Empty(zone.FindAll("li"));
        Assert.Equal(0, arrived);
    }

    private IRenderedComponent<UploadZone> Zone(Action arrived) =>
        Render<UploadZone>(p => p.Add(c => c.Url, "/api/v1/songs").Add(c => c.Title, "Drop").Add(c => c.Uploaded, arrived));
}
