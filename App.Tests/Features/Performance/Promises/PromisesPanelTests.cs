using Bunit;
using Downbeat.Features.Performance.Promises;
using Downbeat.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Features.Performance.Promises;

public sealed class PromisesPanelTests : BunitContext
{
    [Fact]
    public void Every_promise_has_a_row_with_its_verdict_in_words_and_the_command_that_repeats_it()
    {
        Services.AddSingleton(new PublishedPromises(new DataDirectory(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())), NullLogger<PublishedPromises>.Instance));

        var panel = Render<PromisesPanel>();
        panel.WaitForElement("tbody tr");

        Assert.All(panel.FindAll("tbody tr"), row =>
        {
            Assert.Matches("✓ kept|✗ missed|– not measured", row.QuerySelector(".verdict")!.TextContent);
            Assert.StartsWith("dotnet run -c Release --project App.Tests -- ", row.QuerySelector("code")!.TextContent, StringComparison.Ordinal);
        });
    }
}
