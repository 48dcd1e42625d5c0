using Downbeat.Tests.Support;

namespace Downbeat.E2E.Support;

/// <summary>What the build fetched into wwwroot/lib. That a studio serves it whole shows that it found its static files: a wrong content root answers 200 with nothing.</summary>
internal static class BrowserLibraries
{
    /// <summary>Asks <paramref name="client"/> for one of them and compares it with the file.</summary>
    public static async Task AssertServedAsync(HttpClient client)
    {
        var top = Path.Combine(TestData.Repository, "wwwroot");
        var library = Directory.EnumerateFiles(Path.Combine(top, "lib"), "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var served = await client.GetByteArrayAsync("/" + Path.GetRelativePath(top, library), TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllBytesAsync(library, TestContext.Current.CancellationToken), served);
    }
}
