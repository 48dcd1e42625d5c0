using Downbeat.Features.Songs;
using Downbeat.Features.Uploads;

namespace Downbeat.Features.Lyrics;

/// <summary>The door to the words of songs.</summary>
internal static class LyricsFeature
{
    /// <summary>Registers the sheet.</summary>
    public static void AddLyrics(this IServiceCollection services)
    {
        services.AddSingleton<LyricSheet>();
        services.AddSingleton(provider => TargetOf(provider.GetRequiredService<LyricSheet>(), provider.GetRequiredService<SongLibrary>()));
    }

    private static UploadTarget TargetOf(LyricSheet sheet, SongLibrary songs) => new(
        "lyrics",
        LyricText.MaxBytes,
        LyricText.TooLarge,
        songs.GetAsync,
        async (whole, stop) =>
        {
            await sheet.ImportAsync(whole.OwnerId, whole.SongId, await File.ReadAllBytesAsync(whole.File.Path, stop), stop);
            return LyricSheet.AddressOf(whole.SongId);
        });
}
