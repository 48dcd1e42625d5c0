using Downbeat.Caching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Downbeat.Tests.Support;

/// <summary>The cache of one instance without the rest of the studio.</summary>
internal static class Caches
{
    /// <summary>Makes it, with Redis behind it when its address is given; what it logs goes to <paramref name="log"/>.</summary>
    public static ServiceProvider Make(string? redis = null, ILoggerProvider? log = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => _ = log is null ? logging : logging.AddProvider(log));
        services.AddCaching(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Redis", redis)]).Build());
        return services.BuildServiceProvider();
    }
}
