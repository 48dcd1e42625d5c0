using Downbeat.Features.Clips.Fetching;
using Downbeat.Features.Uploads;

namespace Downbeat.Features.Clips;

/// <summary>The door to clips.</summary>
internal static class ClipsFeature
{
    /// <summary>Registers the library and its settings.</summary>
    public static void AddClips(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClipOptions>().Bind(configuration.GetSection("Clips")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<FetchOptions>().Bind(configuration.GetSection("Import")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ClipLibrary>();
        services.AddSingleton<Fetcher>();
        services.AddSingleton(provider => TargetOf(provider.GetRequiredService<ClipLibrary>()));
    }

    private static UploadTarget TargetOf(ClipLibrary library) => new(
        "clip",
        library.MaxBytes,
        library.TooLarge,
        library.EnsureQuotaAsync,
        async (whole, stop) => ClipLibrary.AddressOf(
            await library.AddAsync(whole.OwnerId, whole.SongId, whole.File, whole.Workspace, stop, alongside: (db, clip) => whole.NoteAsync(db, ClipLibrary.AddressOf(clip)))));
}
