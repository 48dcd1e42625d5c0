using System.Diagnostics.Metrics;
using Downbeat.Features.Performance.Charts;
using Downbeat.Features.Performance.Samples;
using Downbeat.Telemetry;
using Downbeat.Tests.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Downbeat.Tests.Features.Performance.Samples;

/// <summary>Reports from what is kept agree with the measurements themselves, however old.</summary>
public sealed class SampleKeeperTests(PostgresServer postgres)
{
    private const double MostError = 0.045;

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_report_agrees_with_the_raw_samples_also_when_they_have_become_coarse(string database)
    {
        await using var db = await TestDatabase.CreateAsync(database, postgres);
        using var meter = new Meter("Downbeat.Tests.Samples");
        using var book = new SampleBook();
        var clock = new HandClock();
        using var keeper = new SampleKeeper(db.Contexts, book, clock, NullLogger<SampleKeeper>.Instance);
        var reports = new Reports(db.Contexts, book, keeper, clock);
        var durations = meter.CreateHistogram<double>("downbeat.storage.duration");
        var random = new Random(7);
        List<double> raw = [];
        for (var minute = 0; minute < 150; minute++)
        {
            for (var i = 0; i < 20; i++)
            {
                raw.Add(Math.Pow(10, (random.NextDouble() * 4) - 4));
                durations.Record(raw[^1], new KeyValuePair<string, object?>("call", Call));
            }

            clock.Advance(TimeSpan.FromMinutes(1));
            await keeper.WriteAsync(Stop);
        }

        await AssertAgreesAsync(reports, raw);
        clock.Advance(TimeSpan.FromHours(30));
        await keeper.TidyAsync(Stop);
        await AssertAgreesAsync(reports, raw);
        Assert.InRange(await CountAsync(db), 3, 4);

        clock.Advance(TimeSpan.FromDays(7));
        await keeper.TidyAsync(Stop);
        Assert.Equal(0, await CountAsync(db));
    }

    [Fact]
    public async Task What_is_not_written_yet_is_in_the_report_too_and_failures_are_counted()
    {
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        using var meter = new Meter("Downbeat.Tests.Unwritten");
        using var book = new SampleBook();
        var requests = meter.CreateHistogram<double>("http.server.request.duration");
        var route = $"/{Guid.NewGuid():N}";
        foreach (var status in (int[])[200, 404, 500, 503, 101])
        {
            requests.Record(0.25, new("http.request.method", "GET"), new("http.route", route), new("http.response.status_code", status));
        }

        var clock = new HandClock();
        using var keeper = new SampleKeeper(db.Contexts, book, clock, NullLogger<SampleKeeper>.Instance);
        var report = await new Reports(db.Contexts, book, keeper, clock).ReadAsync(SampleCategory.Api, TimeSpan.FromHours(1), $"GET {route}", Stop);

        var row = Assert.Single(report.Rows);
        Assert.Equal((4, 2), (row.Count, row.Failed));
        Assert.Equal(4, report.Points.Sum(point => point.Count));
        Assert.Contains($"\"GET {route}\",4,2,", report.ToCsv(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_with_the_next_minute()
    {
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        using var meter = new Meter("Downbeat.Tests.Unwritable");
        using var book = new SampleBook();
        var contexts = new GatedContexts(db.Contexts);
        using var keeper = new SampleKeeper(contexts, book, new HandClock(), NullLogger<SampleKeeper>.Instance);
        var durations = meter.CreateHistogram<double>("downbeat.storage.duration");
        durations.Record(1, new KeyValuePair<string, object?>("call", Call));

        contexts.IsAway = true;
        await Assert.ThrowsAsync<NpgsqlException>(() => keeper.WriteAsync(Stop));
        Assert.Equal(0, keeper.Writes);
        durations.Record(2, new KeyValuePair<string, object?>("call", Call));
        contexts.IsAway = false;
        await keeper.WriteAsync(Stop);

        await using var context = await db.Contexts.CreateDbContextAsync(Stop);
        var sample = await context.Samples.SingleAsync(sample => sample.Name == Call, Stop);
        Assert.Equal((2L, 3.0, 1L), (sample.Count, sample.TotalSeconds, keeper.Writes));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Instances_that_find_the_same_slow_statement_lose_no_samples(string database)
    {
        await using var db = await TestDatabase.CreateAsync(database, postgres);
        using var meter = new Meter("Downbeat.Tests.Statements");
        var durations = meter.CreateHistogram<double>(QueryCounter.InstrumentName);
        var books = Enumerable.Range(0, 4).Select(_ => new SampleBook()).ToList();
        var statements = Enumerable.Range(0, 10).Select(_ => Statement.Of($"SELECT '{Guid.NewGuid()}'")).ToList();
        statements.ForEach(statement => durations.Record(0.5, new("statement", statement.Name), new("failed", false)));

        await Task.WhenAll(books.Select(async book =>
        {
            using var keeper = new SampleKeeper(db.Contexts, book, new HandClock(), NullLogger<SampleKeeper>.Instance);
            await keeper.WriteAsync(Stop);
        }));

        await using var context = await db.Contexts.CreateDbContextAsync(Stop);
        foreach (var statement in statements)
        {
            Assert.Equal(books.Count, await context.Samples.CountAsync(sample => sample.Name == statement.Name, Stop));
            Assert.Equal(statement.Text, (await context.SlowStatements.SingleAsync(kept => kept.Id == statement.Id, Stop)).Text);
        }

        books.ForEach(book => book.Dispose());
    }

    [Fact]
    public async Task Many_who_look_read_once_until_samples_are_written_again()
    {
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        using var meter = new Meter("Downbeat.Tests.Shared");
        using var book = new SampleBook();
        var (clock, contexts) = (new HandClock(), new GatedContexts(db.Contexts));
        using var keeper = new SampleKeeper(db.Contexts, book, clock, NullLogger<SampleKeeper>.Instance);
        var reports = new Reports(contexts, book, keeper, clock);

        Task<Report> ReadAsync() => reports.ReadAsync(SampleCategory.Storage, TimeSpan.FromHours(1), null, Stop);
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync()));
        Assert.All(all, report => Assert.Same(all[0], report));
        Assert.Equal(1, contexts.Opened);

        meter.CreateHistogram<double>("downbeat.storage.duration").Record(1, new KeyValuePair<string, object?>("call", Call));
        await keeper.WriteAsync(Stop);
        Assert.NotSame(all[0], await ReadAsync());
        clock.Advance(TimeSpan.FromSeconds(11));
        await ReadAsync();
        Assert.Equal(3, contexts.Opened);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(168)]
    public async Task What_happens_evenly_is_drawn_as_an_even_line(double hours)
    {
        const int PerMinute = 6;
        await using var db = await TestDatabase.CreateAsync("SQLite", postgres);
        using var meter = new Meter("Downbeat.Tests.Even");
        var durations = meter.CreateHistogram<double>("downbeat.storage.duration");
        var random = new Random(11);
        for (var round = 0; round < 6; round++)
        {
            // As a studio that has run for two weeks has kept it, last tidied up to an hour ago, some seconds after its last writing.
            var minute = new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(3 * 1440));
            var seconds = random.Next(6) * 10;
            var tidied = minute.AddMinutes(-random.Next(60));
            var (minutesFrom, tensFrom) = (Floor(tidied.AddHours(-1), 600), Floor(tidied.AddHours(-24), 3600));
            List<Sample> samples = [];
            for (var at = Floor(tidied.AddDays(-7), 3600); at < minute;)
            {
                var span = at < tensFrom ? 3600 : at < minutesFrom ? 600 : 60;
                var spread = new Spread();
                for (var i = 0; i < PerMinute * span / 60; i++)
                {
                    spread.Add(0.5);
                }

                samples.Add(Sample.Of(new(SampleCategory.Storage, Call, spread, 0), at, span, "here"));
                at = at.AddSeconds(span);
            }

            await using (var context = await db.Contexts.CreateDbContextAsync(Stop))
            {
                await context.Samples.ExecuteDeleteAsync(Stop);
                context.Samples.AddRange(samples.Where(sample => sample.StartsAt >= tidied.AddDays(-7)));
                await context.SaveChangesAsync(Stop);
            }

            var clock = new HandClock();
            clock.Advance(minute.AddSeconds(seconds) - clock.GetUtcNow());
            using var book = new SampleBook();
            for (var second = 0; second < seconds; second += 60 / PerMinute)
            {
                durations.Record(0.5, new KeyValuePair<string, object?>("call", Call));
            }

            using var keeper = new SampleKeeper(db.Contexts, book, clock, NullLogger<SampleKeeper>.Instance);
            var report = await new Reports(db.Contexts, book, keeper, clock).ReadAsync(SampleCategory.Storage, TimeSpan.FromHours(hours), Call, Stop);
            var line = report.PerMinute("all", point => point.Count);

            Assert.InRange(line.Values.Count, 14, 92);
            Assert.All(line.Values.SkipLast(1), value => Assert.Equal(PerMinute, value!.Value, 1e-9));
            Assert.Equal(PerMinute, line.Values[^1] ?? PerMinute, 1e-9);
            Assert.Equal(report.Rows.Single().Count, report.Points.Sum(point => point.Count));
        }
    }

    private static DateTimeOffset Floor(DateTimeOffset time, int seconds) => new(time.UtcTicks - (time.UtcTicks % (seconds * TimeSpan.TicksPerSecond)), TimeSpan.Zero);

    private static string Call => "a call of the tests of samples";

    private static async Task<int> CountAsync(TestDatabase database)
    {
        await using var db = await database.Contexts.CreateDbContextAsync(Stop);
        return await db.Samples.CountAsync(sample => sample.Name == Call, Stop);
    }

    private static async Task AssertAgreesAsync(Reports reports, List<double> raw)
    {
        var report = await reports.ReadAsync(SampleCategory.Storage, TimeSpan.FromHours(48), Call, Stop);
        var row = Assert.Single(report.Rows);
        Assert.Equal(raw.Count, row.Count);
        Assert.Equal(raw.Count, report.Points.Sum(point => point.Count));
        Assert.Equal(raw.Sum(), row.TotalSeconds, 1e-6);
        Assert.Equal(raw.Max(), row.MaxSeconds);
        foreach (var (share, seconds) in ((double, double)[])[(0.5, row.P50Seconds), (0.95, row.P95Seconds), (0.99, row.P99Seconds)])
        {
            var exact = raw.Order().ElementAt((int)Math.Ceiling(share * raw.Count) - 1);
            Assert.InRange(seconds, exact * (1 - MostError), exact * (1 + MostError));
        }
    }
}
