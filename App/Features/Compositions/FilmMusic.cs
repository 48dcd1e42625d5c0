using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Media;

namespace Downbeat.Features.Compositions;

/// <summary>Finds what is heard under a film: the song, or what its stems make of it. Of several splittings that counts whose mix was changed last, and where no mixer is asked, that with the most stems.</summary>
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

        var set = await SetAsync(song.OwnerId, song.Id, music, stop);
        var mix = music switch
        {
            SongMusic.Instrumental => Instrumental,
            SongMusic.Vocals => Voice,
            _ => await stems.MixAsync(song.OwnerId, song.Id, set.Stems, stop),
        };
        return new(StemSounds.HashOf(set, mix), (folder, cancel) => WriteAsync(song, music, set, mix, folder, cancel))
        {
            VoicelessSeconds = Voiceless(set, mix),
            BytesWhileMade = (long)(song.DurationSeconds * StereoBlock.SampleRate) * StemFile.FrameBytes,
        };
    }

    /// <summary>Makes sure that there are stems where they are wanted, and that something is heard of them.</summary>
    /// <exception cref="StudioProblem">404 <c>song.not_found</c>; 422 <c>music.no_stems</c>, <c>music.silent</c>.</exception>
    public async Task RequireAsync(Guid ownerId, Guid songId, SongMusic music, CancellationToken stop)
    {
        if (music == SongMusic.Song)
        {
            return;
        }

        var set = await SetAsync(ownerId, songId, music, stop);
        if (music == SongMusic.Mix && !Mixdown.Audible(StemNames.Of(set.Stems), await stems.MixAsync(ownerId, songId, set.Stems, stop)).Any())
        {
            const string detail = "All stems are muted in the mixer, so the video would be silent: open the song's stems and let one be heard, or take the song as it is.";
            throw new StudioProblem(422, "music.silent", detail, new Dictionary<string, string[]> { ["music"] = [detail] });
        }
    }

    /// <summary>The settings without music that cannot be had any more.</summary>
    public async Task<CompositionSettings> WhatIsLeftAsync(Guid ownerId, Guid songId, CompositionSettings settings, CancellationToken stop) =>
        settings.Music is null || await stems.FindReadyAsync(ownerId, songId, stop) is not null ? settings : settings with { Music = null };

    private async Task<StemSetView> SetAsync(Guid ownerId, Guid songId, SongMusic music, CancellationToken stop) =>
        await (music == SongMusic.Mix ? stems.FindMixedAsync(ownerId, songId, stop) : stems.FindReadyAsync(ownerId, songId, stop)) ?? throw NoStems();

    private async Task<string> WriteAsync(Song song, SongMusic music, StemSetView set, StemMix mix, string folder, CancellationToken stop)
    {
        var path = Path.Combine(folder, "music.wav");
        try
        {
            await sounds.WriteMixAsync(set, mix, SoundFormat.Wav, path, stop);
        }
        catch (StudioProblem problem) when (problem.Status == StatusCodes.Status404NotFound && !stop.IsCancellationRequested)
        {
            // Gone since the film was begun. Where another splitting has taken its place, the next attempt begins with that.
            var there = await SetAsync(song.OwnerId, song.Id, music, stop);
            if ((there.Id, there.PublishedAttempt) == (set.Id, set.PublishedAttempt))
            {
                throw;
            }

            throw new MediaFailure(MediaFailureReason.WrongOutput, "The song was split anew while the video was made.");
        }

        return path;
    }

    private static IReadOnlyList<(double Start, double End)> Voiceless(StemSetView set, StemMix mix) =>
        Mixdown.Audible(StemNames.Of(set.Stems), mix).Contains(StemNames.Vocals)
            ? [.. mix.Tracks.Where(track => track.Name == StemNames.Vocals).SelectMany(track => track.Silences).Select(silence => (silence.Start, silence.End))]
            : [(0, double.PositiveInfinity)];

    private static StudioProblem NoStems()
    {
        const string detail = "This song has no stems to make that sound from: split it into stems on its page first, or take the song as it is.";
        return new(422, "music.no_stems", detail, new Dictionary<string, string[]> { ["music"] = [detail] });
    }
}
