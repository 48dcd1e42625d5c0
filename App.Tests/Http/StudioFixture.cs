using Downbeat.E2E.Support;

namespace Downbeat.Tests.Http;

/// <summary>One studio for the tests of a class.</summary>
public sealed class StudioFixture : IAsyncDisposable
{
    private readonly Lazy<Studio> studio = new(() => Studio.Start(("Quotas:Songs", "3")));

    internal Studio Studio => studio.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (studio.IsValueCreated)
        {
            await studio.Value.DisposeAsync();
        }
    }
}
