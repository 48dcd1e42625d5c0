using Downbeat.Data;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Jobs;

/// <summary>Whose job is next.</summary>
public sealed class TurnsTests(PostgresServer postgres)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task Two_hundred_jobs_of_one_do_not_keep_the_single_one_of_another_until_the_end(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var other = await rig.AddUserAsync();
        await AskManyAsync(rig, rig.Owner, 200);
        var order = new List<Guid>();
        rig.Handler.Work = async (step, context, _) =>
        {
            order.Add(context.OwnerId);
            rig.Clock.Advance(TimeSpan.FromMinutes(5));
            if (order.Count == 3)
            {
                // Asked for while the fourth of the first owner has long been waiting.
                await rig.AskAsync(owner: other);
                rig.Clock.Advance(TimeSpan.FromMinutes(5));
            }

            return StepOutcome.Done();
        };

        await rig.RunWaitingAsync();

        Assert.Equal(201, order.Count);
        Assert.InRange(order.IndexOf(other), 3, 4);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Two_with_many_jobs_each_take_turns(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var other = await rig.AddUserAsync();
        await AskManyAsync(rig, rig.Owner, 10);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await AskManyAsync(rig, other, 10);
        var order = new List<Guid>();
        rig.Handler.Work = (_, context, _) =>
        {
            order.Add(context.OwnerId);
            rig.Clock.Advance(TimeSpan.FromMinutes(20));
            return Task.FromResult(StepOutcome.Done());
        };

        await rig.RunWaitingAsync();

        Assert.Equal([.. Enumerable.Repeat<Guid[]>([rig.Owner, other], 10).SelectMany(pair => pair)], order);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Who_has_the_fewest_running_is_next_on_every_instance(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var (second, third) = (await rig.AddUserAsync(), await rig.AddUserAsync());
        await AskManyAsync(rig, rig.Owner, 20, priority: 9);
        await AskManyAsync(rig, second, 2, priority: 4);
        await AskManyAsync(rig, third, 1, priority: 0);

        var owners = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            owners.Add((await (i % 2 == 0 ? rig.Runner : rig.SecondRunner).ClaimAsync(JobKind.Composition, Stop))!.OwnerId);
        }

        Assert.Equal([rig.Owner, second, third, rig.Owner, second, rig.Owner, rig.Owner], owners);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_stands_for_others_does_not_count_as_running(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        var other = await rig.AddUserAsync();
        await rig.AskGroupAsync(1);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        await rig.AskAsync(owner: other);

        Assert.Equal(rig.Owner, (await rig.Runner.ClaimAsync(JobKind.Composition, Stop))!.OwnerId);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_is_claimed_with_three_queries_served_by_indexes(string database)
    {
        await using var rig = await JobRig.CreateAsync(database, postgres);
        List<Guid> owners = [rig.Owner];
        for (var i = 0; i < 9; i++)
        {
            owners.Add(await rig.AddUserAsync());
        }

        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        var now = rig.Clock.GetUtcNow();
        db.Jobs.AddRange(Enumerable.Range(0, 10_000).Select(i => new Job
        {
            OwnerId = owners[i % owners.Count],
            Kind = (JobKind)(i / 10 % 5),
            Status = i % 4 == 0 ? JobStatus.Queued : JobStatus.Succeeded,
            SubjectId = Guid.CreateVersion7(),
            StepName = "TestStep",
            StepJson = "{}",
            CreatedAt = now,
            DueAt = now,
            Rank = i,
            TurnRank = i,
        }));
        await db.SaveChangesAsync(Stop);
        await db.Database.ExecuteSqlRawAsync("ANALYZE", Stop);

        var owner = await PlanAsync(db, Turns.Owners(db, JobKind.Composition, now).ToQueryString());
        Assert.Contains("IX_Jobs_Status_Kind_OwnerId_Rank_DueAt", owner, StringComparison.Ordinal);
        Assert.Contains("IX_Jobs_OwnerId_Kind_TurnRank", owner, StringComparison.Ordinal);
        AssertScansNothing(owner);
        var next = await PlanAsync(db, Turns.OfOwner(db, JobKind.Composition, now, rig.Owner).Take(1).ToQueryString());
        Assert.Contains("IX_Jobs_Status_Kind_OwnerId_Rank_DueAt", next, StringComparison.Ordinal);
        AssertScansNothing(next);
        var waiting = await PlanAsync(db, db.Jobs.Where(job => job.OwnerId == rig.Owner && job.Status == JobStatus.Queued).Select(job => job.Status).ToQueryString());
        Assert.Contains("IX_Jobs_", waiting, StringComparison.Ordinal);

        var count = Tally.Begin();
        Assert.NotNull(await rig.Runner.ClaimAsync(JobKind.Composition, Stop));
        Assert.Equal(3, count.Counts.Queries);
    }

    private static async Task AskManyAsync(JobRig rig, Guid owner, int count, int priority = 5)
    {
        for (var i = 0; i < count; i++)
        {
            await rig.AskAsync(i, priority, owner: owner);
        }
    }

    private static void AssertScansNothing(string plan)
    {
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotMatch("SCAN \"?[a-z]+\"?(?! USING)(\n|$)", plan.Replace("SCAN w", "", StringComparison.Ordinal));
    }

    /// <summary>How the database goes about a query, as text.</summary>
    private static async Task<string> PlanAsync(StudioDb db, string query)
    {
        // SQLite's texts begin with settings of parameters, in a form that only its shell understands; PostgreSQL's with comments.
        var parameters = new Dictionary<string, string>();
        var lines = query.Split('\n').Where(line =>
        {
            var isParameter = line.StartsWith(".param set ", StringComparison.Ordinal) || line.StartsWith("-- @", StringComparison.Ordinal);
            if (line.Split(' ') is [".param", "set", var name, ..] && line.Split(' ', 4) is [.., var value])
            {
                parameters[name] = value.Trim();
            }
            else if (line.StartsWith("-- ", StringComparison.Ordinal) && line[3..].Split('=', 2) is [var named, var text])
            {
                parameters[named] = text[..(text.LastIndexOf('\'') + 1)];
            }

            return !isParameter && line.Trim().Length > 0;
        }).ToList();
        var sql = parameters.OrderByDescending(parameter => parameter.Key.Length).Aggregate(string.Join('\n', lines), (text, parameter) => text.Replace(parameter.Key, parameter.Value, StringComparison.Ordinal));
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = (db.Database.IsSqlite() ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + sql;
        await db.Database.OpenConnectionAsync(Stop);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var plan = new List<string>();
        while (await reader.ReadAsync(Stop))
        {
            plan.Add(reader.GetString(reader.FieldCount - 1));
        }

        return string.Join('\n', plan);
    }
}
