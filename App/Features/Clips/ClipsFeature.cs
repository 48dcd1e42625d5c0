using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Clips.Fetching;
using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Clips.Generating.Remote;
using Downbeat.Features.Clips.Library;

namespace Downbeat.Features.Clips;

/// <summary>The door to clips.</summary>
internal static class ClipsFeature
{
    /// <summary>Registers the library and its settings.</summary>
    public static void AddClips(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClipOptions>().Bind(configuration.GetSection("Clips")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<FetchOptions>().Bind(configuration.GetSection("Import")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<FootageIntake>();
        services.AddSingleton<FootageShelf>();
        services.AddSingleton<FootageLibrary>();
        services.AddSingleton<FootageSweep>();
        services.AddSingleton<ClipLibrary>();
        services.AddSingleton<ClipMaker>();
        services.AddSingleton<ClipArtist>();
        services.AddSingleton<DrawnClips>();
        services.AddSingleton<IClipGenerator>(provider => provider.GetRequiredService<DrawnClips>());
        services.AddOptions<RemoteOptions>().Bind(configuration.GetSection("RemoteGenerator")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PredictionService>();
        services.AddSingleton<ChargeBook>();
        services.AddSingleton<RemoteClips>();
        services.AddSingleton<IClipGenerator>(provider => provider.GetRequiredService<RemoteClips>());
        services.AddSingleton<ClipGenerators>();
        services.AddSingleton<Fetcher>();
    }
}
