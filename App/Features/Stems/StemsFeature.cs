using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Models;
using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;

namespace Downbeat.Features.Stems;

/// <summary>The door to stems.</summary>
internal static class StemsFeature
{
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
        services.AddHostedService<StemKeeper>();
    }
}
