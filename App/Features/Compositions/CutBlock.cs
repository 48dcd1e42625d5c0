using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions;

/// <summary>A shot as pages draw it.</summary>
/// <param name="Start">Seconds from the start of the film.</param>
/// <param name="End">Seconds from the start of the film.</param>
/// <param name="ClipNumber">Place of its clip among those the film shows, from 0: it chooses the colour.</param>
public sealed record CutBlock(double Start, double End, int ClipNumber)
{
    /// <summary>The shots of a cut; clips are numbered as <paramref name="order"/> has them, and after those as they first appear.</summary>
    internal static IReadOnlyList<CutBlock> Of(Cut cut, IEnumerable<Guid> order)
    {
        var numbers = order.Concat(cut.Shots.Select(shot => shot.ClipId)).Distinct().Index().ToDictionary(clip => clip.Item, clip => clip.Index);
        return [.. cut.Shots.Select(shot => new CutBlock(cut.Rate.SecondsAt(shot.Frames.Start), cut.Rate.SecondsAt(shot.Frames.End), numbers[shot.ClipId]))];
    }
}
