using Downbeat.Features.Compositions.Handover;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Features.Songs;
using Downbeat.Features.Uploads;

namespace Downbeat.Features.Compositions;

/// <summary>The door to videos.</summary>
internal static class CompositionsFeature
{
    /// <summary>Registers the studio, the renderer and their settings.</summary>
    public static void AddCompositions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CompositionOptions>().Bind(configuration.GetSection("Compositions")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CompositionStudio>();
        services.AddSingleton<ClipStatusBoard>();
        services.AddSingleton<TimelineExport>();
        services.AddSingleton<CutOverlays>();
        services.AddSingleton<WatermarkShelf>();
        services.AddSingleton<CaptionFonts>();
        services.AddSingleton<TimelineDesk>();
        services.AddSingleton<PieceShelf>();
        services.AddSingleton<FilmSources>();
        services.AddSingleton<FilmMusic>();
        services.AddSingleton<RenderForecasts>();
        services.AddSingleton<PieceRenderer>();
        services.AddSingleton<FlashGuard>();
        services.AddSingleton<FilmCoder>();
        services.AddSingleton<SoundTrack>();
        services.AddSingleton<FilmJoiner>();
        services.AddSingleton<FilmPreviews>();
        services.AddSingleton<TransitionPreviews>();
        services.AddSingleton<SyncMeter>();
        services.AddSingleton<SyncProof>();
        services.AddSingleton(provider => TargetOf(provider.GetRequiredService<WatermarkShelf>(), provider.GetRequiredService<SongLibrary>()));
    }

    private static UploadTarget TargetOf(WatermarkShelf shelf, SongLibrary songs) => new(
        "watermark",
        WatermarkShelf.MaxBytes,
        WatermarkShelf.TooLarge,
        songs.GetAsync,
        async (whole, stop) => (await shelf.AddAsync(whole.OwnerId, whole.SongId, whole.File, whole.Workspace, stop)).Url);
}
