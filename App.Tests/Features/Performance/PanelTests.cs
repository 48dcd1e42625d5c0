using Bunit;
using Downbeat.Data;
using Downbeat.Features.Performance;
using Downbeat.Features.Performance.Samples;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Downbeat.Tests.Components;
using Downbeat.Tests.Jobs;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Features.Performance;

/// <summary>The parts of the performance page, over a real database.</summary>
public sealed class PanelTests(PostgresServer postgres) : PageTest
{
    private readonly Pulse pulse = new(NullLogger<Pulse>.Instance);
    private readonly JobBoard board = new();

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_keeps_its_own_name_until_the_one_that_was_chosen_is_there()
    {
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        using var book = new SampleBook();
        var contexts = new GatedContexts(db.Contexts);
        using var keeper = new SampleKeeper(db.Contexts, book, TimeProvider.System, NullLogger<SampleKeeper>.Instance);
        Add(new Reports(contexts, book, keeper, TimeProvider.System));
        var panel = Render<ReportsPanel>();
        panel.WaitForAssertion(() => Assert.Equal("Requests", panel.Find("#report-title").TextContent));
        Assert.Empty(panel.FindAll("[role=status]"));

        var slow = new TaskCompletionSource();
        contexts.Gate = slow.Task;
        var choosing = panel.Find("select").ChangeAsync(new ChangeEventArgs { Value = "Storage" });
        var choosingAgain = panel.Find("select").ChangeAsync(new ChangeEventArgs { Value = "Cache" });
        panel.WaitForAssertion(() => Assert.Contains("Reading", panel.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.Equal("Requests", panel.Find("#report-title").TextContent);

        slow.SetResult();
        await Task.WhenAll(choosing, choosingAgain);
        panel.WaitForAssertion(() => Assert.Equal("Caches", panel.Find("#report-title").TextContent));
        Assert.Empty(panel.FindAll("[role=status]"));

        contexts.IsAway = true;
        await panel.Find("select").ChangeAsync(new ChangeEventArgs { Value = "Job" });
        panel.WaitForAssertion(() => Assert.Contains("does not answer", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("Caches", panel.Find("#report-title").TextContent);
    }

    [Fact]
    public async Task What_runs_already_is_there_when_the_page_is_opened_and_goes_when_it_ends()
    {
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        var job = new Job { OwnerId = await db.AddUserAsync(), Kind = JobKind.Analysis, Status = JobStatus.Running, StepName = "TestStep", Stage = "Decoding", Progress = 0.25, StartedAt = DateTimeOffset.UtcNow.AddMinutes(-3) };
        await SaveAsync(db, context => context.Jobs.Add(job));
        Add(new Traces(db.Contexts));

        var panel = Render<JobsPanel>();
        panel.WaitForAssertion(() => Assert.Contains("Decoding", panel.Find("table").TextContent, StringComparison.Ordinal));
        Assert.Contains("3 min", panel.Find("table").TextContent, StringComparison.Ordinal);

        job.Stage = "Beats";
        board.Publish(job);
        await pulse.BeatUntilAsync(() => panel.Markup.Contains("Beats", StringComparison.Ordinal));

        await SaveAsync(db, context => context.Update(job).Entity.Status = JobStatus.Succeeded);
        board.Publish(job);
        await pulse.BeatUntilAsync(() => !panel.Markup.Contains("Running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_is_drawn_again_with_the_pulse_and_not_with_each_push()
    {
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        var job = new Job { OwnerId = await db.AddUserAsync(), Kind = JobKind.Analysis, Status = JobStatus.Running, StepName = "TestStep", Stage = "Decoding", Progress = 0.25, StartedAt = DateTimeOffset.UtcNow };
        await SaveAsync(db, context => context.Jobs.Add(job));
        Add(new Traces(db.Contexts));
        var page = Render<JobTracePage>(parameters => parameters.Add(page => page.Id, job.Id));
        page.WaitForAssertion(() => Assert.Contains("Decoding, 25 %", page.Markup, StringComparison.Ordinal));
        var renders = page.RenderCount;

        for (var i = 0; i < 30; i++)
        {
            job.Progress = 0.3 + (i * 0.01);
            board.Publish(job);
        }

        Assert.Equal(renders, page.RenderCount);
        await pulse.BeatUntilAsync(() => page.Markup.Contains("Decoding, 59 %", StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[role=status]"));
    }

    [Theory]
    [InlineData(0, 5.0, "the reserve of 2048 MB is reached; uploads and new work are refused")]
    [InlineData(-1, null, "the reserve of 2048 MB is reached; uploads and new work are refused")]
    [InlineData(1, 5.0, "reserve of 2048 MB reached in 5 h at this pace")]
    [InlineData(1, null, "above the reserve of 2048 MB; it is not filling up")]
    public void A_disk_at_its_reserve_is_not_said_to_be_above_it(long room, double? hours, string words)
    {
        var now = new Vital(DateTimeOffset.UnixEpoch, null, 0, 0, 0, 0, 0, 0, 0, room);
        var view = new OverviewView("", DateTimeOffset.UnixEpoch, null, now, 1, 0, [], [], 2048L << 20, hours, DateTimeOffset.UnixEpoch, null, [], null, null!);

        Assert.Equal(words, OverviewPanel.DiskWords(view, DateTimeOffset.UnixEpoch.AddDays(1)));
    }

    [Fact]
    public async Task What_many_look_at_is_read_once_and_what_could_not_be_read_again()
    {
        var (clock, reads) = (new HandClock(), 0);
        var shared = new SharedReads<string, int>(clock);
        Task<int> ReadAsync(bool isBroken = false) => shared.ReadAsync("plan", TimeSpan.FromMinutes(10), () => isBroken ? throw new InvalidOperationException() : Task.FromResult(++reads), Stop);

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(isBroken: true));
        var all = await Task.WhenAll(ReadAsync(), ReadAsync(), ReadAsync());
        Assert.Equal([1, 1, 1], all);
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, await ReadAsync());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, await ReadAsync());
    }

    private static async Task SaveAsync(TestDatabase rig, Action<StudioDb> change)
    {
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        change(db);
        await db.SaveChangesAsync(Stop);
    }

    private void Add<TService>(TService service)
        where TService : class =>
        Services.AddFallbackServiceProvider(new ServiceCollection().AddLogging().AddSingleton(pulse).AddSingleton(board).AddSingleton(service).BuildServiceProvider());
}
