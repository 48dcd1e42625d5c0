using System.Text;
using System.Text.Json;
using Downbeat.Features.Performance.Promises;
using Downbeat.Http;
using Downbeat.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Features.Performance.Promises;

public sealed class PromiseTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5000.0, 10.0, PromiseVerdict.Kept)]
    [InlineData(4999.0, 10.0, PromiseVerdict.Missed)]
    [InlineData(5000.0, 10.1, PromiseVerdict.Missed)]
    [InlineData(5000.0, null, PromiseVerdict.NotMeasured)]
    [InlineData(4999.0, null, PromiseVerdict.Missed)]
    [InlineData(5000.0, double.NaN, PromiseVerdict.Missed)]
    public void A_promise_is_kept_when_every_number_lies_within_its_bound(double? perSecond, double? p95, PromiseVerdict verdict) =>
        Assert.Equal(verdict, Health(Monday, new("throughput", "requests/s", perSecond, AtLeast: 5000), new("p95", "ms", p95, AtMost: 10), new("longest", "ms", 900)).Verdict);

    [Fact]
    public void A_promise_without_a_date_or_without_a_bound_is_not_measured()
    {
        Assert.Equal(PromiseVerdict.NotMeasured, Health(null, new PromiseFigure("p95", "ms", 1, AtMost: 10)).Verdict);
        Assert.Equal(PromiseVerdict.NotMeasured, Health(Monday, new PromiseFigure("p95", "ms", 1)).Verdict);
    }

    [Fact]
    public async Task A_promise_is_read_as_it_was_written_and_judged_anew()
    {
        var written = Health(Monday, new PromiseFigure("p95", "ms", 12, AtMost: 10)) with { BareRatio = 0.4, Spreads = [new("studio", 10, 0, 5, 1, 1, 2, 3, 4)], Note = "n", Machine = "m", Commit = "c" };
        var json = JsonSerializer.Serialize<IReadOnlyList<Promise>>([written], ApiJson.Options);
        Assert.Contains("\"verdict\":\"missed\"", json, StringComparison.Ordinal);

        var read = Assert.Single(await ParseAsync(json.Replace("\"missed\"", "\"kept\"", StringComparison.Ordinal)));

        Assert.Equal(PromiseVerdict.Missed, read.Verdict);
        Assert.Equal(json, JsonSerializer.Serialize<IReadOnlyList<Promise>>([read], ApiJson.Options));
    }

    [Theory]
    [InlineData(60, 1_000_000L, PromiseVerdict.Kept, "")]
    [InlineData(61, 2_000_000L, PromiseVerdict.Kept, "")]
    [InlineData(5, 1_000_000L, PromiseVerdict.NotMeasured, "5 s, not the 60 s that are promised")]
    [InlineData(60, 20_000L, PromiseVerdict.NotMeasured, "20,000 songs, not the 1,000,000 songs that are promised")]
    [InlineData(null, null, PromiseVerdict.NotMeasured, "size unknown, not the 60 s that are promised; size unknown, not the 1,000,000 songs that are promised")]
    public void A_run_that_is_shorter_or_smaller_than_promised_says_nothing_about_the_promise(int? seconds, long? songs, PromiseVerdict verdict, string words)
    {
        var promised = Health(Monday, new PromiseFigure("p95", "ms", 1, AtMost: 10)) with { AtLeastSeconds = 60, AtLeastSongs = 1_000_000, Seconds = seconds, Songs = songs, Database = "SQLite" };
        var missed = promised with { Figures = [new("p95", "ms", 11, AtMost: 10)] };

        Assert.Equal(verdict, promised.Verdict);
        Assert.Equal(words, PromiseWords.ShortfallOf(promised));
        Assert.Equal(verdict == PromiseVerdict.Kept ? PromiseVerdict.Missed : verdict, missed.Verdict);
    }

    [Fact]
    public void How_large_a_run_was_is_put_into_words()
    {
        var promise = Health(Monday);
        Assert.Equal("60 s, 1,000,000 songs, SQLite", PromiseWords.RunOf(promise with { Seconds = 60, Songs = 1_000_000, Database = "SQLite" }));
        Assert.Equal("", PromiseWords.RunOf(promise));
        Assert.Equal(("0.35", "0.0013"), (PromiseWords.RatioOf(0.354), PromiseWords.RatioOf(0.00131)));
    }

    [Fact]
    public void Of_two_measurements_the_later_one_counts_and_a_later_table_takes_nothing_away()
    {
        var (measured, other) = (Health(Monday, new PromiseFigure("p95", "ms", 1, AtMost: 10)), Health(Monday, new PromiseFigure("p95", "ms", 1)) with { Id = "other" });
        var later = measured with { MeasuredAt = Monday.AddDays(1) };
        var never = measured with { MeasuredAt = null };

        Assert.Equal(later.MeasuredAt, Assert.Single(PublishedPromises.Merge([measured], [other, later])).MeasuredAt);
        Assert.Equal(later.MeasuredAt, Assert.Single(PublishedPromises.Merge([later], [measured])).MeasuredAt);
        Assert.Equal([measured], PublishedPromises.Merge([measured], [never]));
        Assert.Equal(measured.MeasuredAt, Assert.Single(PublishedPromises.Merge([never], [measured])).MeasuredAt);
        Assert.Equal(later.MeasuredAt, Assert.Single(PublishedPromises.Merge([never], [measured, later, measured, never])).MeasuredAt);
    }

    [Fact]
    public void A_measurement_brings_values_and_never_goals_names_or_commands()
    {
        var today = Health(null, new PromiseFigure("p95", "ms", null, AtMost: 10)) with { AtLeastSeconds = 60 };
        var forged = Health(Monday, new("p95", "years", 50, AtMost: 100), new("longest", "ms", 900, AtMost: 1)) with
        {
            Name = "Other",
            Command = "rm -rf",
            AtLeastSeconds = 1,
            Seconds = 60,
            Songs = 7,
            Database = "SQLite",
            Machine = "m",
            Commit = "c",
            Note = "n",
            BareRatio = 0.5,
            Spreads = [new("s", 1, 0, 1, 1, 1, 1, 1, 1)],
        };

        var shown = Assert.Single(PublishedPromises.Merge([today], [forged]));

        Assert.Equal((today.Name, today.Command, 60, PromiseVerdict.Missed), (shown.Name, shown.Command, shown.AtLeastSeconds, shown.Verdict));
        Assert.Equal([new("p95", "ms", 50, AtMost: 10), new("longest", "ms", 900)], shown.Figures);
        Assert.Equal((Monday, 60, 7, "SQLite", "m", "c", "n", 0.5, "s"), (shown.MeasuredAt, shown.Seconds, shown.Songs, shown.Database, shown.Machine, shown.Commit, shown.Note, shown.BareRatio, Assert.Single(shown.Spreads).Name));
    }

    [Fact]
    public void What_was_measured_before_a_number_was_promised_does_not_count()
    {
        var today = Health(null, new("p95", "ms", null, AtMost: 10), new("from the database", "%", null, AtLeast: 90));
        Assert.Equal([today], PublishedPromises.Merge([today], [Health(Monday, new PromiseFigure("p95", "ms", 1, AtMost: 10))]));
    }

    [Fact]
    public async Task What_was_measured_here_is_shown_and_a_broken_file_hides_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-promises-");
        try
        {
            var stop = TestContext.Current.CancellationToken;
            var published = new PublishedPromises(new DataDirectory(folder.FullName), NullLogger<PublishedPromises>.Instance);
            var shipped = await published.ReadAsync(stop);
            Assert.NotEmpty(shipped);
            Assert.Equal(shipped.Count, shipped.Select(promise => promise.Id).Distinct().Count());

            var here = shipped.Single(promise => promise.Id == "idle-memory") with { MeasuredAt = DateTimeOffset.MaxValue, Machine = "this one" };
            var path = Path.Combine(folder.FullName, PublishedPromises.FileName);
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize<IReadOnlyList<Promise>>([here with { Figures = [new("resident", "MB", 1)] }, here with { Id = "only here" }, here with { MeasuredAt = null }], ApiJson.Options), stop);
            var read = await published.ReadAsync(stop);
            Assert.Equal(shipped.Select(promise => promise.Id), read.Select(promise => promise.Id));
            Assert.Equal(["idle-memory"], read.Where(promise => promise.Machine == "this one").Select(promise => promise.Id));

            foreach (var broken in new[] { "{", "[null]", """[{"id":null,"name":"","command":""}]""", """[{"id":"health","name":"","command":"","figures":null}]""", """[{"id":"health","name":"","command":"","figures":[null]}]""" })
            {
                await File.WriteAllTextAsync(path, broken, stop);
                Assert.Equal(shipped.Select(promise => promise.Id), (await published.ReadAsync(stop)).Select(promise => promise.Id));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Goals_and_values_are_put_into_words()
    {
        Assert.Equal("throughput ≥ 5,000 requests/s", PromiseWords.GoalOf(new("throughput", "requests/s", null, AtLeast: 5000)));
        Assert.Equal("p95 ≤ 10 ms", PromiseWords.GoalOf(new("p95", "ms", 3, AtMost: 10)));
        Assert.Equal("failed ≤ 0", PromiseWords.GoalOf(new("failed", "", 3, AtMost: 0)));
        Assert.Equal("p95 3.46 ms", PromiseWords.MeasuredOf(new("p95", "ms", 3.456)));
        Assert.Equal("p95 10 ms", PromiseWords.MeasuredOf(new("p95", "ms", 10, AtMost: 10)));
        Assert.Equal("p95 10.004 ms", PromiseWords.MeasuredOf(new("p95", "ms", 10.004, AtMost: 10)));
        Assert.Equal("throughput 4,999.9 requests/s", PromiseWords.MeasuredOf(new("throughput", "requests/s", 4999.9, AtLeast: 5000)));
        Assert.Equal("p95 –", PromiseWords.MeasuredOf(new("p95", "ms", null)));
    }

    private static Promise Health(DateTimeOffset? measuredAt, params PromiseFigure[] figures) => new() { Id = "health", Name = "Health", Command = "load --only health", Figures = figures, MeasuredAt = measuredAt };

    private static Task<IReadOnlyList<Promise>> ParseAsync(string json) => PublishedPromises.ParseAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), TestContext.Current.CancellationToken);
}
