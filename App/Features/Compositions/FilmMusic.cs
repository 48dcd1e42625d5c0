using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Media;

namespace Downbeat.Features.Compositions;

/// <summary>Finds what is heard under a film: the song, or what its stems make of it. Of several splittings that with the most stems counts.</summary>
internal sealed class FilmMusic(SongLibrary songs, StemLibrary stems, StemSounds sounds)
{
    private static readonly StemMix Instrumental = new() { Tracks = [new(StemNames.Vocals) { Muted = true }] };
    private static readonly StemMix Voice = new() { Tracks = [new(StemNames.Vocals) { Soloed = true }] };

    /// <summary>The music of a film. A mix of stems is named by the stems and the state of the mixer, and written only when its sound is coded.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 422 <c>music.no_stems</c>.</exception>
    public async Task<FilmSong> OfAsync(Song song, SongMusic music, CancellationToken stop)
    {
        if (music == SongMusic.Song)
        {
            return new(songs.FindAudio(song) ?? throw StudioProblem.NotFound("song"), song.ContentHash);
        }

        var set = await stems.FindReadyAsync(song.OwnerId, song.Id, stop) ?? throw NoStems();
        var mix = music switch
        {
            SongMusic.Instrumental => Instrumental,
            SongMusic.Vocals => Voice,
            _ => await stems.MixAsync(song.OwnerId, song.Id, set.Stems, stop),
        };
        return new(StemSounds.HashOf(set, mix), async (folder, cancel) =>
        {
            var path = Path.Combine(folder, "music.wav");
            await sounds.WriteMixAsync(set, mix, SoundFormat.Wav, path, cancel);
            return path;
        });
    }

    /// <summary>Makes sure that there are stems where they are wanted.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 422 <c>music.no_stems</c>.</exception>
    public async Task RequireAsync(Guid ownerId, Guid songId, SongMusic music, CancellationToken stop)
    {
        if (music != SongMusic.Song && await stems.FindReadyAsync(ownerId, songId, stop) is null)
        {
            throw NoStems();
        }
    }

    /// <summary>The settings without music that cannot be had any more.</summary>
    public async Task<CompositionSettings> WhatIsLeftAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop) =>
        settings.Music is null || await stems.FindReadyAsync(ownerId, songId, stop) is not null ? settings : settings with { Music = null };

    private static StudioProblem NoStems()
    {
        const string detail = "This song has no stems to make that sound from: split it into stems on its page first, or take the song as it is.";
        return new(422, "music.no_stems", detail, new Dictionary<string, string[]> { ["music"] = [detail] });
    }
}
