using System.Data.Common;
using Downbeat.Data;
using Downbeat.Features.Performance;
using Downbeat.Features.Performance.Samples;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Tests.Data;

/// <summary>The database's own plan decides whether an index is missing.</summary>
public sealed class QueryPlansTests(PostgresServer postgres)
{
    private const int Rows = 10_000;

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

    [Theory, MemberData(nameof(Databases))]
    public async Task What_EF_sends_is_understood_however_its_provider_writes_aliases(string database)
    {
        await using var rig = await TestDatabase.CreateAsync(database, postgres);
        await FillAsync(rig);
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        var text = "text 5";
        await using var command = db.SlowStatements.Where(s => s.Text == text && s.Id != text).OrderByDescending(s => s.SeenAt).Select(s => s.Id).Take(3).CreateDbCommand();

        var plan = await new QueryPlans(rig.Contexts).ExplainAsync(command.CommandText, Stop);

        var scan = Assert.Single(plan!.Scans);
        Assert.Equal(("SlowStatements", 10_000L, "Text, SeenAt", null), (scan.Table, scan.Rows, string.Join(", ", scan.Columns), scan.Index));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task An_index_that_the_studio_has_is_not_said_to_be_missing(string database)
    {
        await using var rig = await TestDatabase.CreateAsync(database, postgres);
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        await db.Database.ExecuteSqlRawAsync("""DROP INDEX "IX_Samples_StartsAt_SpanSeconds" """, Stop);
        var at = DateTimeOffset.UnixEpoch;
        await using var command = db.Samples.Where(s => s.StartsAt < at).Select(s => s.Name).CreateDbCommand();

        var plan = await new QueryPlans(rig.Contexts).ExplainAsync(command.CommandText, Stop);

        var scan = Assert.Single(plan!.Scans);
        Assert.Equal(("StartsAt", "IX_Samples_StartsAt_SpanSeconds"), (Assert.Single(scan.Columns), scan.Index));
        var advice = SlowQueries.AdviceOn(new(plan.Lines, [scan with { Rows = 10_000 }]));
        Assert.Contains("although IX_Samples_StartsAt_SpanSeconds", advice, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", advice, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Of_several_statements_none_is_done_and_what_cannot_be_explained_says_why(string database)
    {
        await using var rig = await TestDatabase.CreateAsync(database, postgres);
        await FillAsync(rig);
        var plans = new QueryPlans(rig.Contexts);

        Assert.Null(await plans.ExplainAsync("""SELECT 1; DELETE FROM "SlowStatements";""", Stop));
        for (var i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAnyAsync<DbException>(() => plans.ExplainAsync("""SELECT "g"."Id" FROM "Gone" AS "g";""", Stop));
            Assert.Contains("Gone", error.Message, StringComparison.Ordinal);
        }

        Assert.NotNull(await plans.ExplainAsync("""DELETE FROM "SlowStatements" AS "s";""", Stop));
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        Assert.Equal(Rows, await db.SlowStatements.CountAsync(Stop));
    }

    [Fact]
    public async Task Who_waits_no_longer_for_a_plan_learns_of_no_other_error_and_leaves_nothing_behind()
    {
        const string Sql = """SELECT s."Id" FROM "SlowStatements" AS s WHERE s."Text" = @text""";
        await using var rig = await TestDatabase.CreateAsync("PostgreSQL", postgres);
        var plans = new QueryPlans(rig.Contexts);
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        await using (await db.Database.BeginTransactionAsync(Stop))
        {
            await db.Database.ExecuteSqlRawAsync("""LOCK TABLE "SlowStatements" IN ACCESS EXCLUSIVE MODE""", Stop);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plans.ExplainAsync(Sql, patience.Token));
        }

        Assert.NotEmpty((await plans.ExplainAsync(Sql, Stop))!.Lines);
        await using var same = await rig.Contexts.CreateDbContextAsync(Stop);
        Assert.Empty(await same.Database.SqlQueryRaw<string>("""SELECT name AS "Value" FROM pg_prepared_statements WHERE name LIKE 'downbeat%'""").ToListAsync(Stop));
    }

    [Theory]
    [InlineData("SCAN s0", "Songs", "s0")]
    [InlineData("SCAN s0 USING COVERING INDEX IX_Songs_OwnerId", null, null)]
    [InlineData("SCAN s USING INDEX IX_Songs_OwnerId", null, null)]
    [InlineData("SCAN Jobs", "Jobs", "Jobs")]
    [InlineData("SEARCH s0 USING INDEX IX_Songs_OwnerId (OwnerId=?)", null, null)]
    public void A_whole_name_is_read_from_a_line_of_the_plan(string line, string? table, string? alias)
    {
        var scan = QueryPlans.ScanOf("""SELECT 1 FROM "Songs" AS "s0" """, line);

        Assert.Equal((table, alias), (scan?.Table, scan?.Alias));
    }

    [Theory]
    [InlineData("""SELECT "s"."Id" FROM "Songs" AS "s" LEFT JOIN "Jobs" AS "j" ON "s"."AnalysisJobId" = "j"."Id" WHERE "s"."OwnerId" = @o AND "j"."Status" = 'Queued' ORDER BY "s"."CreatedAt" DESC""", "s", "OwnerId, CreatedAt")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s INNER JOIN "Jobs" AS j ON s."AnalysisJobId" = j."Id" WHERE s."OwnerId" = @o AND j."Status" = 'Queued' ORDER BY s."CreatedAt" DESC, j."Id" LIMIT @p""", "s", "OwnerId, CreatedAt")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s WHERE s."OwnerId" <> @o AND s."A" = s."B" AND s."Title" LIKE @t""", "s", "")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s WHERE s."CreatedAt" >= @from AND s."OwnerId" = ANY (@ids) ORDER BY s."Title" LIMIT 5""", "s", "OwnerId, CreatedAt")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s WHERE s."OwnerId" = @o AND (s."Title" = @t OR s."Artist" = @t)""", "s", "OwnerId")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s WHERE s."Title" = @t OR s."Artist" = @t""", "s", "")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s ORDER BY s."CreatedAt" DESC""", "s", "")]
    [InlineData("""SELECT s."Id" FROM "Songs" AS s ORDER BY s."CreatedAt" DESC LIMIT @p""", "s", "CreatedAt")]
    [InlineData("""DELETE FROM "Songs" WHERE "Title" = 'a OR b' AND "OwnerId" IN (@a, @b)""", "Songs", "Title, OwnerId")]
    [InlineData("""SELECT COUNT(*) FROM "Songs" AS "s" """, "s", "")]
    public void An_index_begins_with_what_must_be_equal_and_goes_on_with_a_range_or_what_is_sorted_by(string sql, string alias, string columns) =>
        Assert.Equal(columns, string.Join(", ", QueryPlans.ColumnsOf(sql, alias)));

    private static async Task FillAsync(TestDatabase rig)
    {
        await using var db = await rig.Contexts.CreateDbContextAsync(Stop);
        db.SlowStatements.AddRange(Enumerable.Range(0, Rows).Select(i => new SlowStatement { Id = i.ToString("x8"), Text = $"text {i}", SeenAt = DateTimeOffset.UnixEpoch }));
        await db.SaveChangesAsync(Stop);
    }
}
