using System.Text.Json;
using Bunit;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions;

public sealed class VideosPanelTests(Studios studios) : PageTest
{
    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_video_stands_large_with_its_cut_and_proves_its_sync_when_asked()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var (song, _) = await studio.AddHeardSongAsync(owner);
        await studio.AddVideosAsync(owner, song, 2);
        var compositions = studio.Services.GetRequiredService<CompositionStudio>();
        var cut = await compositions.PlanAsync(owner, song, new(), Stop);
        var report = SyncReport.Of([new MeasuredCut(2, 2.004) { Seen = true }, new(4, 4.001) { Seen = true }]);
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        await db.Compositions.Where(video => video.SongId == song).ExecuteUpdateAsync(
            set => set.SetProperty(video => video.CutJson, cut.ToJson()).SetProperty(video => video.SyncJson, JsonSerializer.Serialize(report)), Stop);
        Services.AddFallbackServiceProvider(studio.Services);
        var videos = await compositions.ListAsync(owner, song, Stop);

        var panel = Render<VideosPanel>(p => p.Add(c => c.OwnerId, owner).Add(c => c.Videos, videos));
        await panel.WaitForElementAsync(".cut-strip");
        Assert.Equal((1, 1), (panel.FindAll(".featured article.large").Count, panel.FindAll(".video-grid article").Count));

        await panel.Find(".proof button").ClickAsync(new());

        Assert.StartsWith("2 cuts measured in the pictures of the finished file. The worst is 4.0 ms after its beat", panel.Find(".proof figcaption").TextContent, StringComparison.Ordinal);
    }
}
