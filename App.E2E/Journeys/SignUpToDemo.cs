using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Songs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Downbeat.E2E.Journeys;

/// <summary>A newcomer starts the studio for the first time and wants to see what it can do.</summary>
public sealed class SignUpToDemo(BrowserFixture browser)
{
    [Fact]
    public async Task The_first_visitor_signs_up_and_one_press_later_plays_a_finished_video()
    {
        await using var studio = Studio.Start();
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.GotoAsync("/");
            await Screen.PhotographAsync(page, "first-visit");
            await page.GetByRole(AriaRole.Link, new() { Name = "Create the administrator account" }).ClickAsync();
            await Expect(page.Heading("Create the administrator account")).ToBeVisibleAsync();
            await page.GetByLabel("Email").FillAsync("first@example.org");
            await page.GetByLabel("Password").FillAsync(ApiCaller.Password);
            await page.Button("Create account").ClickAsync();

            await Expect(page.Heading("Make your first video in a minute.")).ToBeVisibleAsync();
            await page.Button("Try the demo").ClickAsync();
            await Expect(page.Heading("First Light")).ToBeAttachedAsync(new() { Timeout = Gestures.Patience });
            await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "Making clips" })).ToBeVisibleAsync();
            await Screen.PhotographAsync(page, "demo-begins");
            await Expect(page.Work()).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            await Screen.PhotographAsync(page, "demo-renders");

            var video = page.Videos();
            await Expect(video).ToBeVisibleAsync(new() { Timeout = Gestures.Patience });
            await Screen.PhotographAsync(page, "demo-finished");
            var played = await video.Film().PlayAsync();
            Assert.Equal((1280, 720), (played.Width, played.Height));
            Assert.InRange(played.Seconds, 20, 120);

            var poster = await page.APIRequest.GetAsync((await video.Film().GetAttributeAsync("poster"))!);
            Assert.Equal((200, "image/webp"), (poster.Status, poster.Headers["content-type"]));
            var download = await page.RunAndWaitForDownloadAsync(() => video.GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") }).ClickAsync());
            Assert.Equal("Downbeat - First Light.mp4", download.SuggestedFilename);
        });
        await AssertDrawnToTheSongAndCutOnItsBeatsAsync(studio);
    }

    private static async Task AssertDrawnToTheSongAndCutOnItsBeatsAsync(Studio studio)
    {
        await using var db = await studio.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        var (song, video) = (await db.Songs.SingleAsync(), await db.Compositions.SingleAsync());
        Assert.Equal("First Light", song.Title);
        var clips = await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(song.OwnerId, song.Id, TestContext.Current.CancellationToken);
        Assert.Equal(10, clips.Count);
        Assert.All(clips, clip => Assert.True(clip is { Source: ClipSource.Generated, Status: ClipStatus.Completed, Prompt.Length: > 20 }));
        Assert.Equal(0, clips[0].SongStart);
        Assert.All(clips.Zip(clips.Skip(1)), pair => Assert.InRange(pair.First.SongStart!.Value + pair.First.DurationSeconds!.Value - pair.Second.SongStart!.Value, 0, 1.0 / 30));
        var sync = await studio.Services.GetRequiredService<SyncProof>().ReadAsync(song.OwnerId, video.Id, TestContext.Current.CancellationToken);
        Assert.True(sync.Cuts.Count > 8);
        Assert.InRange(sync.MaxErrorMs, 0, 1000.0 / 60);
    }

    [Fact]
    public async Task Once_there_is_an_account_a_visitor_is_asked_to_make_an_ordinary_one()
    {
        await using var studio = Studio.Start();
        using var first = await ApiCaller.RegisterAsync(studio);
        await browser.VisitAsync(studio.Address, async page =>
        {
            await page.GotoAsync("/");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Create account" })).ToBeVisibleAsync();
            await Expect(page.GetByText("administrator")).ToHaveCountAsync(0);
            await page.GotoAsync("/songs");
            await Expect(page.Heading("Welcome back")).ToBeVisibleAsync();
        });
    }
}
