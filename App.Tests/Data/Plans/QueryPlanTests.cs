using Downbeat.Data;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions;
using Downbeat.Features.Songs;
using Downbeat.Features.Uploads;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Data.Plans;

/// <summary>With a million rows, what the studio sends to its database is found by an index: the very commands, as both databases would go about them.</summary>
public sealed class QueryPlanTests(FullStudios studios, PostgresServer postgres) : IClassFixture<FullStudios>
{
    // What is asked, and the indexes that have to be among those it is found by. {song} is a song of the caller, {clip} a clip, and so on.
    private static readonly (string Path, string Indexes)[] Routes =
    [
        ("songs", "IX_Songs_OwnerId_CreatedAt_Id PK_Songs PK_Jobs"),
        ("songs?page=5000", "IX_Songs_OwnerId_CreatedAt_Id"),
        ("songs/{song}", "PK_Songs PK_Jobs"),
        ("songs/{song}/clips", "PK_Songs IX_Clips_SongId_Index_Id PK_Clips PK_Jobs"),
        ("songs/{song}/clips/status", "PK_Songs IX_Clips_SongId_Index_Id PK_Jobs IX_Compositions_SongId_CreatedAt_Id_OwnerId"),
        ("songs/{song}/compositions", "PK_Songs IX_Compositions_SongId_CreatedAt_Id_OwnerId"),
        ("songs/{song}/stems", "IX_StemSets_SongId_Stems PK_Jobs"),
        ("songs/{song}/analysis", "PK_Songs PK_Analyses"),
        ("footage", "IX_Footage_OwnerId_CreatedAt_Id PK_Footage IX_Clips_FootageId PK_Songs"),
        ("footage?page=900", "IX_Footage_OwnerId_CreatedAt_Id"),
        ("footage?search=film", "IX_Footage_OwnerId_CreatedAt_Id"),
        ("footage/{footage}", "PK_Footage IX_Clips_FootageId PK_Songs"),
        ("compositions", "IX_Compositions_OwnerId_CreatedAt_Id PK_Compositions PK_Jobs PK_Songs PK_Analyses"),
        ("compositions?page=900", "IX_Compositions_OwnerId_CreatedAt_Id"),
        ("compositions/{composition}", "PK_Compositions PK_Jobs PK_Songs PK_Analyses"),
        ("jobs", "IX_Jobs_OwnerId_CreatedAt_Id_Kind_Priority PK_Jobs"),
        ("jobs?page=1000", "IX_Jobs_OwnerId_CreatedAt_Id_Kind_Priority"),
        ("jobs?kind=composition", "IX_Jobs_OwnerId_CreatedAt_Id_Kind_Priority"),
        ("jobs?queue=high", "IX_Jobs_OwnerId_CreatedAt_Id_Kind_Priority"),
        ("jobs?status=queued", "IX_Jobs_OwnerId_Status_CreatedAt_Id_Kind_Priority"),
        ("jobs?status=failed&kind=analysis&queue=low", "IX_Jobs_OwnerId_Status_CreatedAt_Id_Kind_Priority"),
        ("jobs/{job}", "PK_Jobs"),
        ("jobs/{job}/log", "PK_Jobs"),
    ];

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task Every_list_and_state_is_found_by_an_index(string database)
    {
        var full = await studios.OnAsync(database);
        await using var plans = await PlanReader.OpenAsync(full, database, postgres);
        foreach (var (path, indexes) in Routes)
        {
            var address = path.Replace("{song}", $"{FullStudio.SongId(50)}").Replace("{job}", $"{FullStudio.JobId(50)}")
                .Replace("{footage}", $"{FullStudio.FootageId(50)}").Replace("{composition}", $"{FullStudio.CompositionId(50)}");
            await plans.AssertAsync(path, async () => (await full.Many.Http.GetAsync(address)).EnsureSuccessStatusCode(), indexes);
        }
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Who_has_little_is_found_among_those_who_have_much(string database)
    {
        var full = await studios.OnAsync(database);
        await using var plans = await PlanReader.OpenAsync(full, database, postgres);
        foreach (var (path, _) in Routes)
        {
            var address = path.Replace("{song}", $"{FullStudio.SongId(FullStudio.Most)}").Replace("{job}", $"{FullStudio.JobId(FullStudio.Most)}")
                .Replace("{footage}", $"{FullStudio.FootageId(FullStudio.Most)}").Replace("{composition}", $"{FullStudio.CompositionId(FullStudio.Most)}");
            await plans.AssertAsync(path, async () => (await full.Few.Http.GetAsync(address)).EnsureSuccessStatusCode(), "");
        }
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Work_is_found_by_an_index(string database)
    {
        var full = await studios.OnAsync(database);
        await using var plans = await PlanReader.OpenAsync(full, database, postgres);
        var (services, stop) = (full.Studio.Services, TestContext.Current.CancellationToken);
        var (desk, owner) = (services.GetRequiredService<JobDesk>(), await full.Many.OwnerIdAsync());
        await using var db = await full.Studio.Contexts().CreateDbContextAsync(stop);

        await plans.AssertAsync("active jobs", () => desk.ActiveAsync(owner, stop), "IX_Jobs_OwnerId_Status_CreatedAt_Id_Kind_Priority|IX_Jobs_Status_Kind_OwnerId_Rank_DueAt");
        await plans.AssertAsync("job by key", () => desk.FindByKeyAsync(owner, JobKind.Analysis, FullStudio.SongId(100), "key 20", stop), "IX_Jobs_OwnerId_IdempotencyKey");
        await plans.AssertAsync("work on a song", () => desk.StopWorkOnAsync(owner, FullStudio.SongId(105), stop), "IX_Jobs_SubjectId|IX_Jobs_OwnerId_Status_CreatedAt_Id_Kind_Priority");
        await plans.AssertAsync("next job", () => services.GetRequiredService<JobRunner>().ClaimAsync(JobKind.Analysis, stop), "IX_Jobs_Status_Kind_OwnerId_Rank_DueAt PK_Jobs");
        await plans.AssertAsync("kinds that are due", () => Sweep.DueAsync(db, DateTimeOffset.UtcNow, stop), "IX_Jobs_Status_Kind_OwnerId_Rank_DueAt");
        await plans.AssertAsync(
            "lost jobs",
            () => Sweep.ReleaseAsync(db, new(), new(new(), TimeProvider.System), NullLogger.Instance, job => job.LeaseUntil < DateTimeOffset.UnixEpoch.AddYears(1), DateTimeOffset.UtcNow, stop),
            "IX_Jobs_Status_Kind_OwnerId_Rank_DueAt IX_Jobs_GroupId PK_Jobs");
        await plans.AssertAsync("upload", () => services.GetRequiredService<UploadDesk>().LookAsync(owner, FullStudio.UploadId(11), stop), "PK_Uploads");
        await plans.AssertAsync("expired uploads", () => services.GetRequiredService<UploadDesk>().SweepAsync(DateTimeOffset.UtcNow, stop), "IX_Uploads_ExpiresAt");
        await plans.AssertAsync("older analyses", () => services.GetRequiredService<SongAnalyst>().RedoOutdatedAsync(stop), "IX_Analyses_Revision_SongId");

        // From its end, as far as the hundredth film.
        await plans.AssertAsync("forecasts", () => services.GetRequiredService<RenderForecasts>().AccuracyAsync(stop), "", "IX_Compositions_Id_Paced");
        // Two users are so few that PostgreSQL does not look for one of them in an index.
        await plans.AssertAsync("removal of a song", () => services.GetRequiredService<SongLibrary>().DeleteAsync(owner, FullStudio.SongId(75), stop), "IX_Jobs_RootId_OwnerId PK_Songs", "AspNetUsers");
    }

    /// <summary>Asks the databases how they would go about what was sent.</summary>
    private sealed class PlanReader(FullStudio full, string database, StudioDb db, TestDatabase? empty, StudioDb? unknown) : IAsyncDisposable
    {
        public static async Task<PlanReader> OpenAsync(FullStudio full, string database, PostgresServer postgres)
        {
            var db = await full.Studio.Contexts().CreateDbContextAsync();
            await db.Database.OpenConnectionAsync();
            if (database != "SQLite")
            {
                return new(full, database, db, null, null);
            }

            // Without statistics SQLite plans the same however much there is, and a studio never gathers any: as on an empty database.
            var empty = await TestDatabase.CreateAsync(database, postgres);
            var unknown = await empty.Contexts.CreateDbContextAsync();
            await unknown.Database.OpenConnectionAsync();
            return new(full, database, db, empty, unknown);
        }

        /// <summary>Nothing is read from one end to the other but <paramref name="scans"/>, and each of <paramref name="indexes"/> is used, of those between bars one.</summary>
        public async Task AssertAsync(string what, Func<Task> ask, string indexes, string scans = "")
        {
            var sent = await full.Recorder.RecordAsync(ask);
            Assert.True(sent.Count > 0, $"{what} asks nothing");
            await AssertAsync(db, sent, $"{what} on {database}", indexes, scans);
            await (unknown is null ? Task.CompletedTask : AssertAsync(unknown, sent, $"{what} on {database} without statistics", indexes, scans));
        }

        public async ValueTask DisposeAsync()
        {
            await db.DisposeAsync();
            await (unknown?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (empty?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        private static async Task AssertAsync(StudioDb db, IReadOnlyList<SentCommand> sent, string what, string indexes, string scans)
        {
            List<QueryPlan> plans = [];
            foreach (var command in sent)
            {
                plans.Add(await QueryPlan.OfAsync(db.Database.GetDbConnection(), command));
            }

            var all = string.Join("\n\n", sent.Zip(plans, (command, plan) => $"{command.Text}\n{plan.Text}"));
            var scanned = plans.SelectMany(plan => plan.Scans).Except(scans.Split(' ')).ToList();
            var missing = indexes.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Where(either => !either.Split('|').Intersect(plans.SelectMany(plan => plan.Indexes)).Any()).ToList();
            Assert.True(scanned.Count == 0 && missing.Count == 0, $"{what} reads all of [{string.Join(' ', scanned)}] and does not use [{string.Join(' ', missing)}]:\n{all}");
        }
    }
}
