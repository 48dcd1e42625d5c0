using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Lyrics;
using Downbeat.Features.Songs;

namespace Downbeat.Features.Compositions;

/// <summary>Brings what lies over the pictures into a request: captions, titles and the watermark.</summary>
internal sealed class CutOverlays(SongLibrary songs, LyricSheet lyrics, WatermarkShelf watermarks)
{
    /// <summary>The request with what the settings ask for.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>; 409 <c>captions.no_lyrics</c>; what the lyrics' readers refuse; 404 <c>watermark.not_found</c>.</exception>
    public async Task<CutRequest> AddAsync(Guid ownerId, Guid songId, CompositionSettings settings, SongAnalysis analysis, CutRequest request, CancellationToken stop)
    {
        var song = await songs.GetAsync(ownerId, songId, stop);
        var watermark = settings.Watermark?.Read();
        if (watermark is not null && await watermarks.FindAsync(ownerId, songId, watermark.PictureId, stop) is null)
        {
            throw StudioProblem.NotFound("watermark");
        }

        return request with
        {
            Captions = settings.Captions is { } wish ? wish.Read(analysis, wish.WantsLyrics ? await lyrics.FindAsync(ownerId, songId, stop) : null) : null,
            TitleCard = settings.TitleCard?.Read(song, request.Rate, "titleCard"),
            EndCard = settings.EndCard?.Read(song, request.Rate, "endCard"),
            Watermark = watermark,
        };
    }
}
