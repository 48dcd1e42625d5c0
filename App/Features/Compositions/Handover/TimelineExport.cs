using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Songs;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>Hands a cut over to editing programs, with the clips and the song by their address in the studio.</summary>
internal sealed class TimelineExport(CompositionStudio studio, SongLibrary songs, ClipLibrary clips, SongAnalyst analyst)
{
    /// <summary>The film as <see cref="OtioText"/>, <see cref="EdlText"/> and <see cref="FcpxmlText"/> write it.</summary>
    /// <param name="ownerId">Whose it is.</param>
    /// <param name="id">The composition.</param>
    /// <param name="address">Address of the studio, without a slash at its end; empty for addresses within it.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<HandoverFilm> FilmAsync(Guid ownerId, Guid id, string address, CancellationToken stop)
    {
        var composition = await studio.GetAsync(ownerId, id, stop);
        var cut = await studio.CutOfAsync(ownerId, id, stop);
        var song = await songs.GetAsync(ownerId, composition.SongId, stop);
        var known = (await clips.ListAsync(ownerId, song.Id, stop)).ToDictionary(clip => clip.Id);
        var heard = await analyst.FindAsync(ownerId, song.Id, stop);
        return new(
            HandoverFilm.OneLine(song.Title),
            cut,
            new(HandoverFilm.OneLine(song.Title), $"{address}/api/v1/songs/{song.Id}/audio", song.DurationSeconds, song.SampleRate, Math.Max(1, song.Channels)),
            cut.Shots.Select(shot => shot.ClipId).Distinct().ToDictionary(clip => clip, clip => ClipOf(clip, known.GetValueOrDefault(clip), cut, address)),
            heard is null ? [] : Markers(heard, cut));
    }

    /// <summary>Beats and parts of a song that fall into a film.</summary>
    public static IReadOnlyList<HandoverMarker> Markers(SongAnalysis heard, Cut cut)
    {
        var (start, end) = (cut.StartSeconds, cut.StartSeconds + cut.DurationSeconds);
        var grid = heard.ToBeatGrid();
        var bars = grid.DownbeatIndexes.Select((beat, bar) => (beat, bar)).ToDictionary(pair => pair.beat, pair => pair.bar + 1);
        var beats = grid.BeatSeconds.Select((time, i) => bars.TryGetValue(i, out var bar)
            ? new HandoverMarker(MarkerKind.Bar, FormattableString.Invariant($"Bar {bar}"), time, time)
            : new(MarkerKind.Beat, FormattableString.Invariant($"Beat {i + 1}"), time, time));
        var sections = heard.Sections.Where(section => section.End > start && section.Start < end)
            .Select(section => new HandoverMarker(MarkerKind.Section, HandoverFilm.OneLine(section.Label), Math.Max(start, section.Start), Math.Min(end, section.End)));
        return
        [
            .. sections.Concat(beats)
                .Where(marker => cut.Rate.FrameAt(marker.StartSeconds - start) is var frame && frame >= 0 && frame < cut.Frames)
                .OrderBy(marker => marker.StartSeconds).ThenByDescending(marker => marker.Kind),
        ];
    }

    /// <summary>What is known of a clip; of one that was deleted since, what the cut itself says.</summary>
    private static HandoverClip ClipOf(Guid id, Clip? clip, Cut cut, string address)
    {
        var media = $"{address}/api/v1/clips/{id}/video";
        if (clip is not null)
        {
            return new(HandoverFilm.OneLine(clip.Title), media, clip.DurationSeconds ?? 0, clip.Fps is > 0 and <= 1000 ? FrameRate.Nearest(clip.Fps.Value) : cut.Rate, clip.Width, clip.Height);
        }

        var seconds = cut.Shots.Where(shot => shot.ClipId == id).Max(shot => shot.SourceStartSeconds + (cut.Rate.SecondsAt(shot.Frames.Count) * shot.Speed));
        return new("Deleted clip", media, seconds, cut.Rate, cut.Width, cut.Height);
    }
}
