using Downbeat.Data;
using Downbeat.Features.Performance;
using Downbeat.Features.Performance.Samples;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Data;

/// <summary>The database's own plan decides whether an index is missing.</summary>
public sealed class QueryPlansTests(PostgresServer postgres)
{
    private const int Rows = 3000;

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_scan_of_many_rows_is_told_with_the_index_that_is_missing_and_an_indexed_search_is_not(string database)
    {
        await using var rig = await TestDatabase.CreateAsync(database, postgres);
        await FillAsync(rig);
        var plans = new QueryPlans(rig.Contexts);

        var scan = await plans.ExplainAsync("""SELECT "s"."Id" FROM "SlowStatements" AS "s" WHERE "s"."Text" = @text ORDER BY "s"."SeenAt" DESC LIMIT @p""", Stop);
        var search = await plans.ExplainAsync("""SELECT "s"."Text" FROM "SlowStatements" AS "s" WHERE "s"."Id" = @id""", Stop);

        Assert.Equal("It reads all of SlowStatements: an index on SlowStatements (Text, SeenAt) is missing.", SlowQueries.AdviceOn(scan!));
        Assert.Null(SlowQueries.AdviceOn(search!));
        Assert.NotEmpty(search!.Lines);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Reading_all_of_a_small_table_is_no_fault_and_nothing_is_changed_by_asking(string database)
    {
        await using var rig = await TestDatabase.CreateAsync(database, postgres);
        await FillAsync(rig);
        var plans = new QueryPlans(rig.Contexts);

        Assert.Null(SlowQueries.AdviceOn((await plans.ExplainAsync("""SELECT "s"."Id" FROM "Songs" AS "s" WHERE "s"."Artist" = @artist""", Stop))!));
        Assert.NotNull(await plans.ExplainAsync("""DELETE FROM "SlowStatements" WHERE "Text" = @text""", Stop));
        Assert.Null(await plans.ExplainAsync("PRAGMA synchronous=NORMAL", Stop));

        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        Assert.Equal(Rows, await db.SlowStatements.CountAsync(Stop));
    }

    [Theory]
    [InlineData("""SELECT "s"."Id" FROM "Songs" AS "s" LEFT JOIN "Jobs" AS "j" ON "s"."AnalysisJobId" = "j"."Id" WHERE "s"."OwnerId" = @o AND "j"."Status" = 'Queued' ORDER BY "s"."CreatedAt" DESC""", "s", "OwnerId, CreatedAt")]
    [InlineData("""DELETE FROM "Songs" WHERE "Title" LIKE @t AND "OwnerId" IN (@a, @b)""", "Songs", "Title, OwnerId")]
    [InlineData("""SELECT COUNT(*) FROM "Songs" AS "s" """, "s", "")]
    public void An_index_begins_with_what_is_compared_and_goes_on_with_what_is_sorted_by(string sql, string alias, string columns) =>
        Assert.Equal(columns, string.Join(", ", QueryPlans.ColumnsOf(sql, alias)));

    private static async Task FillAsync(TestDatabase rig)
    {
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        db.SlowStatements.AddRange(Enumerable.Range(0, Rows).Select(i => new SlowStatement { Id = i.ToString("x8"), Text = $"text {i}", SeenAt = DateTimeOffset.UnixEpoch }));
        await db.SaveChangesAsync(Stop);
    }
}
