using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Jobs;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Jobs;

/// <summary>How much may wait.</summary>
public sealed class WaitingQuotaTests(PostgresServer postgres, Studios studios)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task Who_has_as_many_waiting_as_he_may_gets_no_more_until_one_begins(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        for (var i = 0; i < JobRig.WaitingJobs; i++)
        {
            await rig.AskAsync(i);
        }

        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        var refused = await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.AdmitAsync(db, rig.Owner, 1, Stop));
        Assert.Equal((429, "job.too_many"), (refused.Status, refused.Code));
        await rig.Desk.AdmitAsync(db, await rig.AddUserAsync(), JobRig.WaitingJobs, Stop);

        Assert.NotNull(await rig.Runner.ClaimAsync(JobKind.Composition, Stop));
        await rig.Desk.AdmitAsync(db, rig.Owner, 1, Stop);
        await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.AdmitAsync(db, rig.Owner, 2, Stop));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_tried_again_counts_too_and_a_group_as_a_whole(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var (group, members) = await rig.AskGroupAsync(2);
        await rig.Desk.CancelAsync(rig.Owner, group.Id, Stop);
        for (var i = 0; i < JobRig.WaitingJobs - 1; i++)
        {
            await rig.AskAsync(i);
        }

        Assert.Equal("job.too_many", (await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.RetryAsync(rig.Owner, group.Id, Stop))).Code);
        Assert.Equal(JobStatus.Cancelled, (await rig.ReadAsync(members[0])).Status);
        Assert.Equal(JobStatus.Queued, (await rig.Desk.RetryAsync(rig.Owner, members[0].Id, Stop)).Status);
        Assert.Equal("job.too_many", (await Assert.ThrowsAsync<StudioProblem>(() => rig.Desk.RetryAsync(rig.Owner, members[1].Id, Stop))).Code);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Programs_are_told_to_wait(string database)
    {
        var studio = await studios.OnAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        Assert.Equal(200, (await caller.GetAsync("auth/me")).GetProperty("quotas").GetProperty("waitingJobs").GetInt32());
        await using (var db = await studio.Contexts().CreateDbContextAsync(Stop))
        {
            db.Jobs.AddRange(Enumerable.Range(0, 200).Select(_ => new Job { OwnerId = owner, SubjectId = song, RootId = song, StepName = "AnalyseSong", StepJson = "{}", DueAt = DateTimeOffset.MaxValue.AddDays(-1) }));
            await db.SaveChangesAsync(Stop);
        }

        foreach (var (path, body) in new (string, object)[] { ("analysis", new { }), ("stems", new { stems = 2 }), ("clips/import", new { url = "https://example.org/film.mp4" }) })
        {
            var refused = await caller.Http.PostAsJsonAsync($"songs/{song}/{path}", body, Stop);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Equal("job.too_many", (await refused.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());
        }
    }
}
