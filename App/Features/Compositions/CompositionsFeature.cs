using Downbeat.Features.Compositions.Handover;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Compositions.Timeline;

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
    }
}
