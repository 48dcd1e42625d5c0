using Downbeat.Features.Performance.Promises;
using Downbeat.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Load;

public sealed class LoadOptionsTests
{
    [Fact]
    public void Without_a_word_everything_is_measured_at_full_size()
    {
        var options = LoadOptions.Read([], "/repository");
        Assert.Equal((60, 1_000_000, "/repository/artifacts/load", false, false), (options.Seconds, options.Songs, options.Out, options.IsPostgres, options.IsPublished));
        Assert.True(options.Wants("health"));
    }

    [Fact]
    public void What_is_said_counts()
    {
        var options = LoadOptions.Read(["--only", "health", "media", "--seconds", "9", "--database", "sqlite", "--publish", "--data", "/data"], "/repository");
        Assert.Equal((9, 3.0, false, true, "/data"), (options.Seconds, options.Short.TotalSeconds, options.IsPostgres, options.IsPublished, options.Data));
        Assert.Equal((true, false, true), (options.Wants("media"), options.Wants("mixed"), options.Wants("mixed", "health")));
    }

    [Theory]
    [InlineData("--second", "9")]
    [InlineData("--only", "helth")]
    public void What_is_not_known_is_refused_with_what_there_is(params string[] words) =>
        Assert.Contains(words[0] == "--only" ? "song-list" : "--seconds", Assert.Throws<ArgumentException>(() => LoadOptions.Read(words, "/repository")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("slides", "No command measures slides: There are no presentations yet")]
    [InlineData("critical-paths", "load does not measure critical-paths, but this does: dotnet run -c Release --project App.Tests -- benchmark")]
    public void What_the_load_does_not_measure_is_refused_with_what_does(string id, string words) =>
        Assert.StartsWith(words, Assert.Throws<ArgumentException>(() => LoadOptions.Read(["--only", "health", id], "/repository")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--publish")]
    [InlineData("--data", "/data")]
    public void Results_of_PostgreSQL_lie_beside_those_of_SQLite_and_are_not_published(params string[] words)
    {
        var options = LoadOptions.Read(["--database", "postgres"], "/repository");
        Assert.Equal((true, "/repository/artifacts/load-postgres"), (options.IsPostgres, options.Out));
        Assert.Contains("SQLite", Assert.Throws<ArgumentException>(() => LoadOptions.Read(["--database", "postgres", .. words], "/repository")).Message, StringComparison.Ordinal);
        Assert.Contains("sqlite or postgres", Assert.Throws<ArgumentException>(() => LoadOptions.Read(["--database", "mysql"], "/repository")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_studio_says_that_it_promises_is_what_the_load_measures()
    {
        // docs/promises/promises.json is what the program takes its goals from: load --publish writes it anew.
        var published = new PublishedPromises(new DataDirectory(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())), NullLogger<PublishedPromises>.Instance);
        static object Made(Promise promise) => (promise.Id, promise.Name, promise.Command, promise.AtLeastSeconds, promise.AtLeastSongs, string.Join("; ", promise.Figures.Where(figure => figure.IsBound).Select(PromiseWords.GoalOf)));
        Assert.Equal(PromiseTable.All.Select(Made), (await published.ReadAsync(TestContext.Current.CancellationToken)).Select(Made));
    }

    [Fact]
    public void Each_promise_has_a_bound_a_command_where_one_measures_it_and_a_name_of_its_own()
    {
        Assert.Distinct(PromiseTable.All.Select(promise => promise.Id));
        Assert.All(PromiseTable.All, promise => Assert.Contains(promise.Figures, figure => figure.IsBound));
        Assert.All(PromiseTable.All, promise => Assert.Equal(PromiseVerdict.NotMeasured, promise.Verdict));
        Assert.All(PromiseTable.All, promise => Assert.True(promise.Command.StartsWith("dotnet run ", StringComparison.Ordinal) || (promise.Command.Length == 0 && promise.Note.Length > 0)));
    }

    [Fact]
    public async Task A_run_of_one_promise_leaves_what_was_found_of_the_others()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-report-");
        try
        {
            await LoadReport.WriteAsync(folder.FullName, "promises", [Health(5200)]);
            await LoadReport.WriteAsync(folder.FullName, "promises", [PromiseTable.Measured("idle-memory", new Dictionary<string, double> { ["resident"] = 301 }) with { MeasuredAt = DateTimeOffset.UnixEpoch }]);

            await using var json = File.OpenRead(Path.Combine(folder.FullName, "promises.json"));
            var all = await PublishedPromises.ParseAsync(json, TestContext.Current.CancellationToken);
            Assert.Equal(PromiseTable.All.Select(promise => promise.Id), all.Select(promise => promise.Id));
            Assert.Equal(["health"], all.Where(promise => promise.Verdict == PromiseVerdict.Kept).Select(promise => promise.Id));
            Assert.Equal(["idle-memory"], all.Where(promise => promise.Verdict == PromiseVerdict.Missed).Select(promise => promise.Id));
            var markdown = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "promises.md"), TestContext.Current.CancellationToken);
            Assert.Contains("| throughput ≥ 5,000 requests/s; p95 ≤ 10 ms; mean ≤ 5 ms; failed ≤ 0 | throughput 5,200 requests/s; p95 4 ms; mean 2 ms; failed 0; longest 8 ms | 0.40 | ✓ kept | 60 s, 1,000,000 songs, SQLite | 1970-01-01 |", markdown, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Promise Health(double perSecond) =>
        PromiseTable.Measured("health", new Dictionary<string, double> { ["throughput"] = perSecond, ["p95"] = 4, ["mean"] = 2, ["failed"] = 0, ["longest/ms"] = 8 }) with { MeasuredAt = DateTimeOffset.UnixEpoch, BareRatio = 0.4, Seconds = 60, Songs = 1_000_000, Database = "SQLite" };
}
