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

    [Fact]
    public void Of_two_measurements_the_later_one_counts_and_a_later_table_takes_nothing_away()
    {
        var (measured, other) = (Health(Monday, new PromiseFigure("p95", "ms", 1, AtMost: 10)), Health(Monday, new PromiseFigure("p95", "ms", 1)) with { Id = "other" });
        var later = measured with { MeasuredAt = Monday.AddDays(1) };
        var never = measured with { MeasuredAt = null };

        Assert.Equal([later, other], PublishedPromises.Merge([measured], [other, later]));
        Assert.Equal([later], PublishedPromises.Merge([later], [measured]));
        Assert.Equal([measured], PublishedPromises.Merge([measured], [never]));
        Assert.Equal([measured], PublishedPromises.Merge([never], [measured]));
    }

    [Fact]
    public async Task What_was_measured_here_is_shown_and_a_broken_file_hides_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-promises-");
        try
        {
            var published = new PublishedPromises(new DataDirectory(folder.FullName), NullLogger<PublishedPromises>.Instance);
            var shipped = await published.ReadAsync(TestContext.Current.CancellationToken);
            Assert.NotEmpty(shipped);
            Assert.Equal(shipped.Count, shipped.Select(promise => promise.Id).Distinct().Count());

            var here = Health(DateTimeOffset.MaxValue, new PromiseFigure("p95", "ms", 1, AtMost: 10)) with { Id = "only here" };
            var path = Path.Combine(folder.FullName, PublishedPromises.FileName);
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize<IReadOnlyList<Promise>>([here], ApiJson.Options), TestContext.Current.CancellationToken);
            Assert.Equal([.. shipped.Select(promise => promise.Id), "only here"], (await published.ReadAsync(TestContext.Current.CancellationToken)).Select(promise => promise.Id));

            await File.WriteAllTextAsync(path, "{", TestContext.Current.CancellationToken);
            Assert.Equal(shipped.Count, (await published.ReadAsync(TestContext.Current.CancellationToken)).Count);
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
        Assert.Equal("p95 –", PromiseWords.MeasuredOf(new("p95", "ms", null)));
    }

    private static Promise Health(DateTimeOffset? measuredAt, params PromiseFigure[] figures) => new() { Id = "health", Name = "Health", Command = "load --only health", Figures = figures, MeasuredAt = measuredAt };

    private static Task<IReadOnlyList<Promise>> ParseAsync(string json) => PublishedPromises.ParseAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), TestContext.Current.CancellationToken);
}
