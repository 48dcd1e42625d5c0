namespace Downbeat.Features.Songs;

/// <summary>The door to songs.</summary>
internal static class SongsFeature
{
    /// <summary>Registers the library and its settings.</summary>
    public static void AddSongs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SongOptions>().Bind(configuration.GetSection("Songs")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SongLibrary>();
    }
}
