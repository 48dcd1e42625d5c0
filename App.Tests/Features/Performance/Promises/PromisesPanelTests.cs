using System.Text.Json;
using Bunit;
using Downbeat.Features.Performance.Promises;
using Downbeat.Http;
using Downbeat.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Features.Performance.Promises;

public sealed class PromisesPanelTests : BunitContext
{
    [Fact]
    public void Every_promise_has_a_row_with_its_verdict_in_words_and_the_command_that_repeats_it_or_that_there_is_none()
    {
        Services.AddSingleton(new PublishedPromises(new DataDirectory(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())), NullLogger<PublishedPromises>.Instance));

        var panel = Render<PromisesPanel>();
        panel.WaitForElement("tbody tr");

        Assert.All(panel.FindAll("tbody tr"), row =>
        {
            Assert.Matches("✓ kept|✗ missed|– not measured", row.QuerySelector(".verdict")!.TextContent);
            Assert.Matches("^dotnet run -c Release --project App.Tests -- |^No command measures it", (row.QuerySelector("code") ?? row.QuerySelector("details > span"))!.TextContent);
        });
        Assert.All(panel.FindAll("tbody tr code"), code => Assert.NotEmpty(code.TextContent));
    }

    [Fact]
    public async Task A_run_that_was_too_small_is_said_to_be_and_how_large_it_was()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-panel-");
        try
        {
            var published = new PublishedPromises(new DataDirectory(folder.FullName), NullLogger<PublishedPromises>.Instance);
            var list = (await published.ReadAsync(Xunit.TestContext.Current.CancellationToken)).Single(promise => promise.Id == "song-list");
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, PublishedPromises.FileName),
                JsonSerializer.Serialize<IReadOnlyList<Promise>>([list with { MeasuredAt = DateTimeOffset.MaxValue, Seconds = 5, Songs = 20_000, Database = "SQLite" }], ApiJson.Options),
                Xunit.TestContext.Current.CancellationToken);
            Services.AddSingleton(published);

            var panel = Render<PromisesPanel>();
            panel.WaitForElement("tbody tr");

            var row = panel.FindAll("tbody tr").Single(row => row.TextContent.Contains(list.Name, StringComparison.Ordinal));
            Assert.Equal("– not measured", row.QuerySelector(".verdict")!.TextContent);
            Assert.Contains("5 s, not the 60 s that are promised", row.QuerySelector(".shortfall")!.TextContent, StringComparison.Ordinal);
            Assert.Contains("5 s, 20,000 songs, SQLite", row.TextContent, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
