using Downbeat.Features.Compositions.Rendering;

namespace Downbeat.Features.Compositions;

/// <summary>The door to videos.</summary>
internal static class CompositionsFeature
{
    /// <summary>Registers the studio and the renderer.</summary>
    public static void AddCompositions(this IServiceCollection services)
    {
        services.AddSingleton<CompositionStudio>();
        services.AddSingleton<ClipStatusBoard>();
        services.AddSingleton<TimelineExport>();
        services.AddSingleton<PieceRenderer>();
        services.AddSingleton<SoundTrack>();
        services.AddSingleton<FilmJoiner>();
    }
}
