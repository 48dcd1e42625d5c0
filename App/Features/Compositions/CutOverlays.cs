using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Lyrics;
using Downbeat.Features.Songs;

namespace Downbeat.Features.Compositions;

/// <summary>Brings what lies over the pictures into a request: captions, titles and the watermark.</summary>
internal sealed class CutOverlays(SongLibrary songs, LyricSheet lyrics, WatermarkShelf watermarks)
{
    /// <summary>The request with what the settings ask for.</summary>
    /// <param name="ownerId">Whose song it is.</param>
    /// <param name="songId">The song.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="analysis">The song as it was heard.</param>
    /// <param name="request">The request so far.</param>
    /// <param name="words">Words that were sent along once and are no longer with the settings; null when there are none.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>; 409 <c>captions.no_lyrics</c>; what the lyrics' readers refuse; 404 <c>watermark.not_found</c>.</exception>
    public async Task<CutRequest> AddAsync(Guid ownerId, Guid songId, CompositionSettings settings, SongAnalysis analysis, CutRequest request, Captions? words, CancellationToken stop)
    {
        var song = await songs.GetAsync(ownerId, songId, stop);
        var watermark = settings.Watermark?.Read();
        if (watermark is not null && await watermarks.FindAsync(ownerId, songId, watermark.PictureId, stop) is null)
        {
            throw StudioProblem.NotFound("watermark");
        }

        return request with
        {
            Captions = settings.Captions switch
            {
                null => null,
                { Text: null, WantsLyrics: false } wish when words is not null => wish.Dress(words),
                var wish => wish.Read(analysis, wish.WantsLyrics ? await lyrics.FindAsync(ownerId, songId, stop) : null, request.StartSeconds, request.EndSeconds),
            },
            TitleCard = settings.TitleCard?.Read(song, request.Rate, "titleCard"),
            EndCard = settings.EndCard?.Read(song, request.Rate, "endCard"),
            Watermark = watermark,
        };
    }

    /// <summary>The settings without what cannot be had again: words that were sent along, lyrics and a watermark that have been removed since.</summary>
    public async Task<CompositionSettings> WhatIsLeftAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop)
    {
        var hasWords = settings.Captions is { WantsLyrics: true } && await lyrics.FindAsync(ownerId, songId, stop) is not null;
        var hasMark = settings.Watermark?.PictureId is { } picture && await watermarks.FindAsync(ownerId, songId, picture, stop) is not null;
        return settings with { Captions = hasWords ? settings.Captions : null, Watermark = hasMark ? settings.Watermark : null };
    }
}
