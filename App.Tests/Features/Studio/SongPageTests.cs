using System.Security.Claims;
using System.Text.Json;
using Bunit;
using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Studio;
using Downbeat.Jobs;
using Downbeat.Tests.Components;
using Downbeat.Tests.Features.Analysis;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.StudioPages;

public sealed class SongPageTests(Studios studios) : PageTest
{
    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_older_revision_heard_is_shown_and_can_be_corrected_while_the_song_is_heard_again()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        var older = CorrectorTests.Song([.. Enumerable.Range(0, 20).Select(n => n * 0.5)], 4, phase: 0) with { SongId = song };
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        await db.Analyses.Where(stored => stored.SongId == song).ExecuteUpdateAsync(set => set.SetProperty(stored => stored.Json, JsonSerializer.Serialize(older)).SetProperty(stored => stored.Revision, AnalyseSongHandler.Revision - 1), Stop);
        var somebody = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, $"{owner}")]));
        Services.AddFallbackServiceProvider(studio.Services);

        var page = Render<SongPage>(p => p.Add(c => c.SongId, song).AddCascadingValue(Task.FromResult(new AuthenticationState(somebody))));
        await page.WaitForElementAsync("button[aria-label^='×2']");
        studio.Services.GetRequiredService<JobBoard>().Publish(await RunningAsync(db, song));
        await page.WaitForElementAsync("[role=progressbar]");
        Assert.Equal("120.0 BPM", page.Find(".facts dd").TextContent.Trim());

        await page.Find("button[aria-label^='×2']").ClickAsync(new());
        await page.WaitForAssertionAsync(() => Assert.Equal("240.0 BPM", page.Find(".facts dd").TextContent.Trim()));
        Assert.NotNull(page.Find("[role=progressbar]"));
    }

    private static async Task<Job> RunningAsync(StudioDb db, Guid song)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(job => job.SubjectId == song && job.Kind == JobKind.Analysis, Stop);
        job.Status = JobStatus.Running;
        return job;
    }
}
