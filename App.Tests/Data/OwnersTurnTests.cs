using Downbeat.Data;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Data;

public sealed class OwnersTurnTests(PostgresServer postgres)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_rule_over_an_owners_rows_holds_when_many_write_at_once(string kind)
    {
        const int Limit = 3;
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        var owner = await database.AddUserAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => database.Contexts.InTurnOfAsync(
            owner,
            async db =>
            {
                if (await db.Jobs.CountAsync(job => job.OwnerId == owner) >= Limit)
                {
                    return false;
                }

                db.Jobs.Add(new() { OwnerId = owner });
                await db.SaveChangesAsync();
                return true;
            },
            CancellationToken.None))));

        Assert.Equal(Limit, outcomes.Count(added => added));
        Assert.Equal(Limit, await CountAsync(database));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_refused_leaves_nothing(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        var owner = await database.AddUserAsync();

        await Assert.ThrowsAsync<StudioProblem>(() => database.Contexts.InTurnOfAsync<int>(
            owner,
            async db =>
            {
                db.Jobs.Add(new() { OwnerId = owner });
                await db.SaveChangesAsync();
                throw new StudioProblem(409, "x.full", "Full.");
            },
            CancellationToken.None));

        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task Owners_do_not_wait_for_each_other()
    {
        await using var database = await TestDatabase.CreateAsync("PostgreSQL", postgres);
        var (slow, quick) = (await database.AddUserAsync(), await database.AddUserAsync());
        var quickIsDone = new TaskCompletionSource();

        var waiting = database.Contexts.InTurnOfAsync(
            slow,
            async _ =>
            {
                await quickIsDone.Task;
                return 0;
            },
            CancellationToken.None);
        await database.Contexts.InTurnOfAsync(quick, _ => Task.FromResult(0), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        quickIsDone.SetResult();
        await waiting;
    }

    private static async Task<int> CountAsync(TestDatabase database)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        return await db.Jobs.CountAsync();
    }
}
