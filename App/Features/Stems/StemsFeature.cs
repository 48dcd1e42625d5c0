using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Models;
using Downbeat.Features.Stems.Separation;
using Downbeat.Jobs;
using Downbeat.Networks;

namespace Downbeat.Features.Stems;

/// <summary>The door to stems.</summary>
internal static class StemsFeature
{
    // Nobody waits for an answer as long.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Registers the library, the engines and their settings. Settings section <c>Stems</c>.</summary>
    public static void AddStems(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StemOptions>().Bind(configuration.GetSection("Stems")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<StemManifests>();
        services.AddSingleton<INetworkSource>(provider => provider.GetRequiredService<StemManifests>());
        services.AddSingleton<ISeparationEngine, DownbeatEngine>();
        services.AddSingleton<Separators>();
        services.AddSingleton<StemLibrary>();
        services.AddSingleton<StemSounds>();
        services.AddSingleton<FileSplits>();
        services.AddSingleton(provider => new HourlyWork("Removing stems that are kept no longer", async stop =>
        {
            await provider.GetRequiredService<StemLibrary>().SweepAsync(stop);
            await provider.GetRequiredService<FileSplits>().SweepAsync(provider.GetRequiredService<TimeProvider>().GetUtcNow() - Abandoned, stop);
        }));
    }
}
