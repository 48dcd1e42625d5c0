using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Clips.Fetching;
using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Clips.Generating.Remote;
using Downbeat.Features.Clips.Library;
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
        services.AddSingleton(provider => TargetOf(provider.GetRequiredService<ClipLibrary>()));
        services.AddSingleton(provider => TargetOf(provider.GetRequiredService<FootageLibrary>(), provider.GetRequiredService<FootageShelf>()));
    }

    private static UploadTarget TargetOf(ClipLibrary library) => new(
        "clip",
        library.MaxBytes,
        library.TooLarge,
        library.EnsureQuotaAsync,
        async (whole, stop) => ClipLibrary.AddressOf(
            await library.AddAsync(whole.OwnerId, whole.SongId, whole.File, whole.Workspace, stop, alongside: (db, clip) => whole.NoteAsync(db, ClipLibrary.AddressOf(clip)))));

    private static UploadTarget TargetOf(FootageLibrary library, FootageShelf shelf) => new(
        "footage",
        shelf.MaxBytes,
        shelf.TooLarge,
        (owner, _, stop) => library.EnsureQuotaAsync(owner, stop),
        async (whole, stop) => FootageLibrary.AddressOf(
            await library.AddAsync(whole.OwnerId, whole.File, whole.Workspace, stop, (db, footage) => whole.NoteAsync(db, FootageLibrary.AddressOf(footage)))));
}
