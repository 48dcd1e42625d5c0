using Bunit;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Jobs;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Downbeat.Tests.Features.Clips;

/// <summary>What the list of clips says and offers in each state of a clip that comes from elsewhere.</summary>
public sealed class ClipsPanelTests(Studios studios) : PageTest
{
    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_is_fetched_as_a_clip_that_waits()
    {
        var (studio, owner, song) = await StartAsync();
        var panel = Show(owner, song, []);
        await panel.Find("#clip-address").ChangeAsync(new() { Value = "https://198.51.100.7/a/My%20film.mp4" });
        await panel.Find(".by-address").SubmitAsync();

        var clip = Assert.Single(await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop));
        Assert.Equal(("My film.mp4", ClipSource.Import), (clip.Title, clip.Source));
        Assert.Equal("", panel.Find("#clip-address").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task What_is_no_address_stays_in_its_field()
    {
        var (studio, owner, song) = await StartAsync();
        var panel = Show(owner, song, []);
        await panel.Find("#clip-address").ChangeAsync(new() { Value = "my film" });
        await panel.Find(".by-address").SubmitAsync();

        Assert.Empty(await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop));
        Assert.Equal("my film", panel.Find("#clip-address").GetAttribute("value"));
    }

    [Fact]
    public async Task A_clip_on_its_way_says_how_far_it_is_and_can_be_stopped()
    {
        var (_, owner, song) = await StartAsync();
        var panel = Show(owner, song, [new() { SongId = song, Title = "Film", Status = ClipStatus.Processing, Progress = 0.4 }]);

        Assert.Equal("Fetching Film", panel.Find("[role=progressbar]").GetAttribute("aria-label"));
        Assert.Equal("Stop fetching Film", panel.Find(".clip-again").GetAttribute("aria-label"));
        Assert.Empty(panel.FindAll("img"));
    }

    [Fact]
    public async Task A_clip_that_failed_says_why_and_is_tried_again()
    {
        var (studio, owner, song) = await StartAsync();
        var job = new Job { OwnerId = owner, Kind = JobKind.ClipImport, StepName = nameof(ImportClip), StepJson = "{}", RootId = song, Status = JobStatus.Failed, ErrorCode = "import.not_there", ErrorMessage = "The server answered 404.", CreatedAt = DateTimeOffset.UtcNow, DueAt = DateTimeOffset.MaxValue };
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        db.Jobs.Add(job);
        db.Clips.Add(new() { OwnerId = owner, SongId = song, Title = "Film", JobId = job.Id });
        await db.SaveChangesAsync(Stop);
        var panel = Show(owner, song, await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop));

        Assert.Equal("The server answered 404.", panel.Find(".problem").TextContent);
        await panel.Find(".clip-again").ClickAsync(new());
        Assert.NotEqual("import.not_there", (await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id, Stop)).ErrorCode);
    }

    [Theory]
    [InlineData(false, false, "Videos that were already made keep it. Nothing else uses it, so its file goes for good.")]
    [InlineData(true, false, "Videos that were already made keep it. It stays in your clips.")]
    [InlineData(false, true, "Videos that were already made keep it. It stays in your clips.")]
    public async Task Who_deletes_a_clip_is_told_whether_its_file_goes_too(bool isUsedTwice, bool isKept, string said)
    {
        var (studio, owner, song) = await StartAsync();
        var library = studio.Services.GetRequiredService<ClipLibrary>();
        var footage = (await studio.AddFootageAsync(owner, isKept ? null : song, "Film"))[0];
        if (isKept || isUsedTwice)
        {
            await library.UseAsync(owner, song, [footage], Stop);
        }

        var clips = await library.ListAsync(owner, song, Stop);
        var dialogs = Render<MudDialogProvider>();
        var panel = Show(owner, song, clips);
        var deletion = panel.FindAll("[aria-label='Delete Film']")[0].ClickAsync(new());
        await dialogs.WaitForAssertionAsync(() => Assert.Contains(said, dialogs.Markup, StringComparison.Ordinal));

        await dialogs.FindAll(".mud-dialog button").Single(button => button.TextContent.Contains("Delete", StringComparison.Ordinal)).ClickAsync(new());
        await deletion;
        Assert.Equal(clips.Skip(1).Select(clip => clip.Id), (await library.ListAsync(owner, song, Stop)).Select(clip => clip.Id));
    }

    [Fact]
    public async Task Clips_of_the_library_are_chosen_in_a_dialog_of_its_own()
    {
        var (studio, owner, song) = await StartAsync();
        await studio.AddFootageAsync(owner, null, "Film");
        var panel = Show(owner, song, []);
        Assert.Empty(panel.FindAll("dialog"));

        await panel.Find(".from-library").ClickAsync(new());

        Assert.Equal("Film", panel.Find("dialog .picker-title").TextContent);
        panel.Find("dialog").TriggerEvent("onclose", EventArgs.Empty);
        Assert.Empty(panel.FindAll("dialog"));
    }

    private async Task<(Studio Studio, Guid Owner, Guid Song)> StartAsync()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        Services.AddFallbackServiceProvider(studio.Services);
        return (studio, owner, (await studio.AddSongsAsync(owner, 1))[0]);
    }

    private IRenderedComponent<ClipsPanel> Show(Guid owner, Guid song, IReadOnlyList<Clip> clips) =>
        Render<ClipsPanel>(panel => panel.Add(p => p.OwnerId, owner).Add(p => p.SongId, song).Add(p => p.Clips, clips));
}
