using Downbeat.Features.Performance;
using Downbeat.Telemetry;

namespace Downbeat.Tests.Telemetry;

/// <summary>What a piece of work asked for is counted for it alone, and said in words.</summary>
public sealed class TallyTests
{
    [Fact]
    public async Task Each_piece_of_work_counts_its_own_also_across_its_asynchronous_calls()
    {
        var (first, second) = (WorkAsync(3), WorkAsync(5));

        Assert.Equal(3, (await first).Queries);
        Assert.Equal(5, (await second).Queries);
        Assert.Null(Tally.Current);
    }

    [Fact]
    public void The_greatest_share_of_the_time_comes_first()
    {
        var counts = new Counts { Queries = 3, DatabaseSeconds = 0.84, Runs = 1, RunSeconds = 1.2, CacheMisses = 2 };

        Assert.Equal("media tools 1.20 s in 1 runs, database 0.84 s in 3 queries, the studio itself 0.46 s, 2 cache misses", counts.Cause(2.5));
    }

    [Fact]
    public void Of_many_runs_the_longest_are_kept()
    {
        var tally = new Tally();
        for (var i = 0; i < 250; i++)
        {
            tally.AddRun(new("ffmpeg", "", "", "", DateTimeOffset.UnixEpoch.AddSeconds(i), i % 7 == 0 ? 10 : 1, null, ToolRun.Done, ""));
        }

        Assert.Equal((250, 100), (tally.Counts.Runs, tally.Runs.Count));
        Assert.Equal(36, tally.Runs.Count(run => run.Seconds == 10));
        Assert.Equal(tally.Runs.OrderBy(run => run.StartedAt), tally.Runs);
    }

    [Fact]
    public void What_failed_is_kept_with_what_it_said_however_short_it_was()
    {
        var tally = new Tally();
        for (var i = 0; i < 250; i++)
        {
            tally.AddRun(new("ffmpeg", "", "", "", DateTimeOffset.UnixEpoch.AddSeconds(i), i == 3 ? 0.1 : 10, null, i == 3 ? "exit 1" : ToolRun.Done, "said"));
        }

        var failed = Assert.Single(tally.Runs, run => run.ErrorTail.Length > 0);
        Assert.Equal(("exit 1", "said"), (failed.Ending, failed.ErrorTail));
        Assert.Equal(failed, JobTracePage.Shown(tally.Runs).First());
    }

    [Theory]
    [InlineData("""SELECT "s"."Id" FROM "Songs" AS "s" WHERE "s"."Id" = @p""", "SELECT Songs ")]
    [InlineData("""UPDATE "Jobs" AS "j" SET "Stage" = @p""", "UPDATE Jobs ")]
    [InlineData("""INSERT INTO "Clips" ("Id") VALUES (@p0);""", "INSERT Clips ")]
    [InlineData("""DELETE FROM "Clips" AS "c" WHERE "c"."Id" = @p""", "DELETE Clips ")]
    [InlineData("PRAGMA synchronous=NORMAL", "PRAGMA ")]
    public void A_statement_is_named_by_what_it_does_and_to_which_table(string sql, string name)
    {
        var statement = Statement.Of(sql);

        Assert.Equal(name + statement.Id, statement.Name);
        Assert.Same(statement, Statement.Find(statement.Id));
    }

    private static async Task<Counts> WorkAsync(int queries)
    {
        var tally = Tally.Begin();
        for (var i = 0; i < queries; i++)
        {
            await Task.Yield();
            await QueryAsync();
        }

        return tally.Counts;
    }

    private static async Task QueryAsync()
    {
        await Task.Yield();
        Tally.Current!.AddQuery(TimeSpan.FromMilliseconds(1));
    }
}
