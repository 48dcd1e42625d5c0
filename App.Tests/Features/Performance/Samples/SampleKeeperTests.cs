using System.Diagnostics.Metrics;
using Downbeat.Features.Performance.Samples;
using Downbeat.Telemetry;
using Downbeat.Tests.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

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
        var reports = new Reports(db.Contexts, book, clock);
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

        var report = await new Reports(db.Contexts, book, new HandClock()).ReadAsync(SampleCategory.Api, TimeSpan.FromHours(1), $"GET {route}", Stop);

        var row = Assert.Single(report.Rows);
        Assert.Equal((4, 2), (row.Count, row.Failed));
        Assert.Equal(4, report.Points.Sum(point => point.Count));
        Assert.Contains($"\"GET {route}\",4,2,", report.ToCsv(), StringComparison.Ordinal);
    }

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
