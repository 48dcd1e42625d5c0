namespace Downbeat.Features.Lyrics;

/// <summary>The door to the words of songs.</summary>
internal static class LyricsFeature
{
    /// <summary>Registers the sheet.</summary>
    public static void AddLyrics(this IServiceCollection services) => services.AddSingleton<LyricSheet>();
}
