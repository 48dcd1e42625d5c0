using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;

namespace Downbeat.Features.Compositions;

/// <summary>Finds the files that a cut is rendered from.</summary>
internal sealed class FilmSources(ClipLibrary clips, WatermarkShelf watermarks)
{
    /// <summary>The clips that a cut shows, and its watermark.</summary>
    /// <exception cref="StudioProblem">422 <c>composition.clip_gone</c>, <c>composition.watermark_gone</c>.</exception>
    public async Task<IReadOnlyDictionary<Guid, ShotSource>> OfAsync(Guid ownerId, Guid songId, Cut cut, CancellationToken stop)
    {
        var wanted = cut.Shots.Select(shot => shot.ClipId).ToHashSet();
        var sources = (await clips.ProbedAsync(ownerId, songId, stop)).Where(clip => wanted.Contains(clip.Id)).ToDictionary(
            clip => clip.Id,
            clip => SourceOf(clip, clips.FindVideo(clip) ?? throw ClipGone(), ClipLibrary.FactsOf(clip)));
        if (sources.Count != wanted.Count)
        {
            throw ClipGone();
        }

        if (cut.Watermark is { } mark)
        {
            sources.Add(mark.PictureId, watermarks.SourceOf(songId, mark.PictureId));
        }

        return sources;
    }

    private static StudioProblem ClipGone() =>
        new(422, "composition.clip_gone", "A clip of this video has been deleted. A render that is tried again shows other clips in its place; on the timeline another one can be chosen.");

    private static ShotSource SourceOf(Clip clip, string path, MediaFacts facts)
    {
        var video = facts.Video!;
        return new(clip.Id, path, clip.ContentHash, video.Width, video.Height)
        {
            IsStill = facts.IsStill,
            Demuxer = facts.Kind.Demuxer,
            Codec = video.Codec,
            FramesPerSecond = video.FrameRate?.PerSecond ?? 30,
            IsVariableFrameRate = video.IsVariableFrameRate,
            IsInterlaced = video.IsInterlaced,
            HasAlpha = video.HasAlpha,
            HasSound = facts.Audio is not null,
            Transfer = video.Transfer,
            ColourMatrix = video.ColourMatrix,
            SeeksExactly = facts.Kind.Demuxer is "mov" or "matroska",
        };
    }
}
