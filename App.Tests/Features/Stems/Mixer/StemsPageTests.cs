using System.Security.Claims;
using Bunit;
using Downbeat.Caching;
using Downbeat.E2E.Support;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Models;
using Downbeat.Features.Stems.Separation;
using Downbeat.Jobs;
using Downbeat.Networks;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;

namespace Downbeat.Tests.Features.Stems.Mixer;

/// <summary>What the page of stems says and offers in each state of the work.</summary>
public sealed class StemsPageTests(Studios studios) : PageTest
{
    private Guid owner;
    private Guid song;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_song_that_is_not_split_says_what_stems_are_who_makes_them_and_what_to_press()
    {
        var page = await OpenAsync(null);
        var button = await page.WaitForElementAsync("section button.button-primary");
        Assert.Equal("Split into 4 stems", button.TextContent);
        Assert.Contains("who sings, the drums, the bass", page.Find(".about").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Vocals", "Drums", "Bass", "Other"], page.FindAll(".coming li").Select(stem => stem.TextContent));
        Assert.Contains("By the separator “Shares 1”.", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-lane]"));
    }

    [Fact]
    public async Task Where_nothing_can_split_the_page_says_so_and_offers_nothing()
    {
        var page = await OpenAsync(null, engines: []);
        var problem = await page.WaitForElementAsync(".problem");
        Assert.StartsWith("Nothing here can split a song into 4 stems", problem.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("section .button"));
    }

    [Fact]
    public async Task Work_is_shown_as_it_goes_on_and_can_be_cancelled_and_a_failure_says_why_and_can_be_tried_again()
    {
        var studio = await studios.OnAsync("SQLite");
        var page = await OpenAsync(job => (job.Status, job.ErrorCode, job.ErrorMessage) = (JobStatus.Failed, "stems.incomplete", "The stem bass is too short; try again."));
        Assert.Equal("The stem bass is too short; try again.", (await page.WaitForElementAsync("[role=alert]")).TextContent);
        Assert.Equal("Try again", page.Find("section .button").TextContent);

        var job = await JobAsync(studio);
        (job.Status, job.Stage, job.Progress, job.ErrorCode) = (JobStatus.Running, "splitting, block 3 of 12", 0.25, null);
        studio.Services.GetRequiredService<JobBoard>().Publish(job);
        var work = await page.WaitForElementAsync("[role=progressbar]");
        Assert.Equal("Splitting the song: splitting, block 3 of 12", work.GetAttribute("aria-label"));
        Assert.Equal("Cancel", page.Find(".job-cancel").TextContent);
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Finished_stems_are_mixed_as_they_were_left_with_what_the_check_found()
    {
        var studio = await studios.OnAsync("SQLite");
        var page = await OpenAsync(_ => { }, prepare: () => studio.Services.GetRequiredService<StemLibrary>().SaveMixAsync(owner, song, 4, new() { Tracks = [new("bass") { Muted = true }] }, Stop));
        await page.WaitForElementAsync("[data-lane]");
        Assert.Equal(4, page.FindAll("[data-lane]").Count);
        Assert.Contains("By the separator “Shares 1”.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("100 % of 3:24", page.Find(".proof").TextContent, StringComparison.Ordinal);
        var mixer = page.FindComponent<Downbeat.Features.Stems.Mixer.MixerDeck>().Instance;
        Assert.True(Assert.Single(mixer.Mix.Tracks).Muted);

        Assert.True(await page.InvokeAsync(() => mixer.Keeper(new() { Tracks = [new("drums") { Soloed = true }] })));
        Assert.Equal("drums", Assert.Single((await studio.Services.GetRequiredService<StemLibrary>().MixAsync(owner, song, 4, Stop)).Tracks).Name);
    }

    [Fact]
    public async Task Stems_are_removed_only_after_the_page_has_said_what_goes_and_what_stays()
    {
        var studio = await studios.OnAsync("SQLite");
        var dialogs = Render<MudDialogProvider>();
        var page = await OpenAsync(_ => { });
        await page.WaitForElementAsync("[data-lane]");
        await RemoveAsync("Keep it");
        Assert.Single(await studio.Services.GetRequiredService<StemLibrary>().ListAsync(owner, song, Stop));

        await RemoveAsync("Remove");
        await page.WaitForElementAsync(".about");
        Assert.Empty(page.FindAll("[data-lane]"));
        Assert.Empty(await studio.Services.GetRequiredService<StemLibrary>().ListAsync(owner, song, Stop));

        async Task RemoveAsync(string answer)
        {
            var asking = page.FindAll("button").Single(button => button.TextContent == "Remove these stems").ClickAsync(new());
            var dialog = await dialogs.WaitForElementAsync(".mud-dialog");
            Assert.Contains("finished videos", dialog.TextContent, StringComparison.Ordinal);
            await dialogs.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == answer).ClickAsync(new());
            await asking;
        }
    }

    [Fact]
    public async Task Work_at_another_number_of_stems_is_seen_and_can_be_cancelled()
    {
        var page = await OpenAsync(job => (job.Status, job.Stage, job.Progress, job.DueAt) = (JobStatus.Running, "Splitting", 0.25, DateTimeOffset.MaxValue));
        await page.WaitForElementAsync("[role=progressbar]");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/songs/{song}/stems?stems=2");
        await page.WaitForElementAsync("section button.button-primary");

        Assert.Equal("Splitting the song into 4 stems: 4 stems: Splitting", page.Find("[role=progressbar]").GetAttribute("aria-label"));
        Assert.Equal("Split into 2 stems", page.Find("section button.button-primary").TextContent);
        Assert.Single(page.FindAll(".job-cancel"));
    }

    [Fact]
    public async Task A_song_that_is_deleted_elsewhere_takes_its_page_along_and_breaks_nothing()
    {
        var studio = await studios.OnAsync("SQLite");
        var page = await OpenAsync(job => (job.Status, job.DueAt) = (JobStatus.Running, DateTimeOffset.MaxValue));
        await page.WaitForElementAsync("[role=progressbar]");
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Services.GetRequiredService<NavigationManager>().OnNotFound += (_, _) => gone.TrySetResult();
        var job = await JobAsync(studio);
        await using (var db = await studio.Contexts().CreateDbContextAsync(Stop))
        {
            await db.Songs.Where(row => row.Id == song).ExecuteDeleteAsync(Stop);
        }

        await studio.Services.GetRequiredService<CacheRegions>().ForgetAsync(owner);
        job.Status = JobStatus.Cancelled;
        studio.Services.GetRequiredService<JobBoard>().Publish(job);
        await gone.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);
    }

    /// <param name="finish">What became of the job that splits the song into four; null when nobody asked for it.</param>
    /// <param name="engines">What can split here.</param>
    /// <param name="prepare">What else came before.</param>
    private async Task<IRenderedComponent<StemsPage>> OpenAsync(Action<Job>? finish, ISeparationEngine[]? engines = null, Func<Task>? prepare = null)
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        owner = await caller.OwnerIdAsync();
        song = (await studio.AddSongsAsync(owner, 1))[0];
        if (finish is not null)
        {
            await AddSetAsync(studio, finish);
        }

        await (prepare?.Invoke() ?? Task.CompletedTask);
        var somebody = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, $"{owner}")]));
        Services.AddFallbackServiceProvider(new WithEngines(studio.Services, engines ?? [new SharesEngine()]));
        return Render<StemsPage>(p => p.Add(c => c.SongId, song).AddCascadingValue(Task.FromResult(new AuthenticationState(somebody))));
    }

    private async Task AddSetAsync(Studio studio, Action<Job> finish)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        var set = new StemSet { OwnerId = owner, SongId = song, Stems = 4, Engine = "Shares 1", CreatedAt = DateTimeOffset.UnixEpoch };
        var job = new Job { OwnerId = owner, Kind = JobKind.Separation, SubjectId = set.Id, RootId = song, Status = JobStatus.Succeeded, StepName = nameof(SeparateSong), StepJson = "{}", CreatedAt = DateTimeOffset.UnixEpoch };
        finish(job);
        set.JobId = job.Id;
        set.PublishedAttempt = job.Status == JobStatus.Succeeded ? 1 : null;
        set.ReportJson = job.Status == JobStatus.Succeeded ? Stemmed.Report(4) : null;
        db.Jobs.Add(job);
        db.StemSets.Add(set);
        await db.SaveChangesAsync(Stop);
    }

    private async Task<Job> JobAsync(Studio studio)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        return db.Jobs.Single(job => job.RootId == song && job.Kind == JobKind.Separation);
    }

    /// <summary>The studio's services, but for what can split.</summary>
    private sealed class WithEngines(IServiceProvider studio, ISeparationEngine[] engines) : IServiceProvider
    {
        private readonly Separators separators = new(engines, studio.GetRequiredService<StemManifests>(), studio.GetRequiredService<ModelShelf>(), NullLogger<StemModel>.Instance);

        public object? GetService(Type serviceType) => serviceType == typeof(Separators) ? separators : studio.GetService(serviceType);
    }
}
