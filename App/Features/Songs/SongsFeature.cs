using Downbeat.Features.Uploads;

namespace Downbeat.Features.Songs;

/// <summary>The door to songs.</summary>
internal static class SongsFeature
{
    /// <summary>Registers the library and its settings.</summary>
    public static void AddSongs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SongOptions>().Bind(configuration.GetSection("Songs")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SongLibrary>();
        services.AddSingleton(provider => TargetOf(provider.GetRequiredService<SongLibrary>()));
    }

    private static UploadTarget TargetOf(SongLibrary library) => new(
        "song",
        library.MaxBytes,
        library.TooLarge,
        (owner, _, stop) => library.EnsureQuotaAsync(owner, stop),
        async (whole, stop) => SongLibrary.AddressOf(
            await library.AddAsync(whole.OwnerId, whole.File, whole.Workspace, stop, (db, song) => whole.NoteAsync(db, SongLibrary.AddressOf(song)))));
}
