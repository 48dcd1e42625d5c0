using Bunit;
using Bunit.TestDoubles;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Jobs;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Downbeat.Timing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions;

/// <summary>What a video's card says and offers in each state that the video may be in.</summary>
public sealed class VideoCardTests(Studios studios) : PageTest
{
    private static readonly Guid Id = Guid.Parse("00000000-0000-0000-0000-000000000007");

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(JobStatus.Queued)]
    [InlineData(JobStatus.Running)]
    public async Task While_it_is_made_the_card_shows_how_far_it_is_and_can_be_cancelled(JobStatus status)
    {
        var card = await CardAsync(Made() with { Status = status, Stage = "Softening flashes", Progress = 0.85, PublishedAttempt = null });

        Assert.Equal("Making the video of Long nights: Softening flashes", card.Find("[role=progressbar]").GetAttribute("aria-label"));
        Assert.Equal(["Cancel"], card.FindAll(".video-frame button").Select(button => button.TextContent));
        Assert.Empty(card.FindAll("video, a[download], details, .video-flash, .video-outdated"));
    }

    [Fact]
    public async Task A_finished_video_plays_and_is_handed_over_in_every_format()
    {
        var card = await CardAsync(Made());

        Assert.Equal($"/api/v1/compositions/{Id}/video", card.Find("video").GetAttribute("src"));
        Assert.Equal("Hand over the cut of Long nights, 16:9 1080p high, to an editing program", card.Find("summary").GetAttribute("aria-label"));
        Assert.Equal(
            [.. from extension in (string[])["otio", "edl", "fcpxml"] select $"/api/v1/compositions/{Id}/timeline.{extension}"],
            card.FindAll("details a").Select(link => link.GetAttribute("href")));
        Assert.All(card.FindAll("details a"), link => Assert.True(link.HasAttribute("download")));
        Assert.Equal($"/songs/{Id}/timeline?video={Id}", card.Find("a[aria-label^='Edit the cut']").GetAttribute("href"));
        Assert.Contains("3:20 · 12.0 MB", card.Find(".video-words").TextContent, StringComparison.Ordinal);
        Assert.Empty(card.FindAll(".video-outdated, [role=alert]"));
    }

    [Theory]
    [InlineData(true, 0, "Flash check passed", false)]
    [InlineData(true, 2, "Flash check passed, 2 effects softened", false)]
    [InlineData(false, 0, "Flash check failed: up to 5 flashes a second at 0:02–0:04. They come from the clips, their cuts and transitions: no effect is left there.", true)]
    public async Task The_flash_check_is_told_and_stands_out_where_it_failed(bool passes, int weakened, string expected, bool standsOut)
    {
        var verdict = new FlashVerdict(passes, passes ? 2 : 5, 0, passes ? [] : [new(2, 3.5)], weakened);
        var card = await CardAsync(Made() with { FlashJson = System.Text.Json.JsonSerializer.Serialize(verdict) });

        Assert.Equal(expected, card.Find(".video-flash").TextContent);
        Assert.Equal(standsOut, card.Find(".video-flash").ClassList.Contains("unsafe"));
    }

    [Fact]
    public async Task A_title_of_any_length_stands_in_full_where_the_card_leads_to_its_song()
    {
        var title = string.Join(' ', Enumerable.Repeat("endless", 36));
        var card = await CardAsync(Made() with { SongTitle = title }, showsSong: true);

        Assert.Equal(title, card.Find("a.video-song").TextContent);
        Assert.Equal($"/songs/{Id}", card.Find("a.video-song").GetAttribute("href"));
    }

    [Theory]
    [InlineData(JobStatus.Cancelled, null, "Cancelled.", "Try again")]
    [InlineData(JobStatus.Failed, "storage.full", "The studio's disk is nearly full.", "Try again")]
    [InlineData(JobStatus.Failed, "composition.clip_gone", "A clip has been deleted.", "Try again")]
    [InlineData(JobStatus.Failed, "composition.watermark_gone", "The watermark has been removed.", "Make again")]
    public async Task What_was_given_up_says_why_and_what_helps(JobStatus status, string? code, string reason, string button)
    {
        var card = await CardAsync(Made() with { Status = status, ErrorCode = code, ErrorMessage = reason, PublishedAttempt = null });

        Assert.Equal([reason], card.FindAll(".video-note p").Select(sentence => sentence.TextContent));
        Assert.Equal([button], card.FindAll(".video-note button").Select(help => help.TextContent));
        Assert.Equal(status == JobStatus.Failed, card.FindAll("[role=alert]").Count == 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [InlineData(null)]
    public async Task Made_again_a_video_is_planned_afresh_unless_that_would_lose_what_was_or_may_have_been_done_by_hand(bool? isByHand)
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var (song, clips) = await studio.AddHeardSongAsync(owner);
        var made = await studio.Services.GetRequiredService<CompositionStudio>().StartAsync(owner, song, new() { Width = 128, Height = 128, Captions = new() { Source = "text" } }, Cut(isByHand, clips[0]), "old", null, Stop);
        var card = await CardAsync(made with { Status = JobStatus.Succeeded, IsOutdated = true }, owner);

        await card.Find(".video-outdated button").ClickAsync(new());

        var videos = await studio.Services.GetRequiredService<CompositionStudio>().ListAsync(owner, song, Stop);
        var isAtTimeline = Services.GetRequiredService<BunitNavigationManager>().Uri.EndsWith($"/songs/{song}/timeline?video={made.Id}", StringComparison.Ordinal);
        Assert.Equal((isByHand != false, isByHand == false ? 2 : 1), (isAtTimeline, videos.Count));
        if (isByHand == false)
        {
            var again = await studio.Services.GetRequiredService<CompositionStudio>().CutOfAsync(owner, videos[0].Id, Stop);
            Assert.Equal(["la la"], again.Captions!.Lines.Select(line => line.Text));
            Assert.True(again.Shots.Count > 1);
        }
    }

    private static Cut Cut(bool? isByHand, Guid clip) => new(FrameRate.Of(30), 128, 128, Fit.Cover, 0, 360, [new(0, clip, new(0, 360), 0, null, 0, Filling.Hold)])
    {
        IsByHand = isByHand,
        Captions = new(CaptionStyle.Bottom, 0.055, null, [new(1, 2, "la la")]),
    };

    private static CompositionView Made() => new()
    {
        Id = Id,
        SongId = Id,
        SongTitle = "Long nights",
        SongArtist = "",
        JobId = Id,
        Status = JobStatus.Succeeded,
        Stage = "",
        Progress = 1,
        SettingsJson = """{"preset":"high"}""",
        SizeBytes = 12_000_000,
        DurationSeconds = 200,
        ReusedShots = 0,
        RenderedShots = 24,
        CreatedAt = DateTimeOffset.UnixEpoch,
        PublishedAttempt = 1,
    };

    private async Task<IRenderedComponent<VideoCard>> CardAsync(CompositionView video, Guid owner = default, bool showsSong = false)
    {
        Services.AddFallbackServiceProvider((await studios.OnAsync("SQLite")).Services);
        return Render<VideoCard>(p => p.Add(c => c.OwnerId, owner).Add(c => c.Video, video).Add(c => c.ShowsSong, showsSong));
    }
}
