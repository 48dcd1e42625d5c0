using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>A film that is ready to be joined, and how it flashes.</summary>
/// <param name="Cut">What was rendered: the plan, with weaker and fewer hits where that was necessary.</param>
/// <param name="Pieces">Its pieces.</param>
/// <param name="Flash">The verdict over the finished pictures.</param>
internal sealed record GuardedFilm(Cut Cut, RenderedPieces Pieces, FlashReport Flash);

/// <summary>
/// Renders a film, judges it as a whole from the traces of its pieces, and takes hits back until it keeps the limits for flashing. Only pieces with changed hits are rendered again.
/// What is unsafe without any hit is the footage, or the way it is cut: it stays, and the verdict says where.
/// </summary>
internal sealed class FlashGuard(PieceRenderer renderer)
{
    private static readonly Func<IReadOnlyList<EffectHit>, IReadOnlyList<FrameRange>, IReadOnlyList<EffectHit>>[] Steps =
        [SafeHits.Thinned, SafeHits.Thinned, SafeHits.Halved, SafeHits.Halved, SafeHits.Removed];

    /// <summary>Renders what is missing, as <see cref="PieceRenderer.RenderAsync"/> does, and again what flashes too much.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="isFlashSafe">Whether hits are taken back; otherwise the film is only judged.</param>
    /// <param name="sources">The clips that it names.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="store">Finished pieces.</param>
    /// <param name="workFolder">Folder for unfinished files.</param>
    /// <param name="progress">Told the round, 0 for the first, frames done and frames to do in it.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="Media.MediaFailure">A clip could not be decoded, or gave fewer frames than planned.</exception>
    public async Task<GuardedFilm> RenderAsync(
        Cut cut, bool isFlashSafe, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, IPieceStore store, string workFolder, Action<int, int, int>? progress, CancellationToken stop)
    {
        var round = 0;
        async Task<(Cut Cut, RenderedPieces Pieces)> NextAsync(IReadOnlyList<EffectHit> hits)
        {
            var now = round++;
            var film = cut with { Hits = hits, WeakenedHits = cut.WeakenedHits + SafeHits.Changes(cut.Hits, hits) };
            return (film, await renderer.RenderAsync(film, sources, settings, store, workFolder, (done, total) => progress?.Invoke(now, done, total), stop).ConfigureAwait(false));
        }

        var (film, pieces) = await NextAsync(isFlashSafe ? SafeHits.Possible(cut.Hits, cut.Rate) : cut.Hits).ConfigureAwait(false);
        var rendered = pieces.Rendered.ToHashSet();
        var careful = isFlashSafe ? Judge(film, pieces, isCareful: true) : null;
        foreach (var step in careful is null ? [] : Steps)
        {
            // What the footage does by itself no weaker hit cures: rendering it step by step would be in vain.
            var curable = SafeHits.Removed(film.Hits, SafeHits.BeyondHits(film.Hits, careful!.FlashesAt, cut.Rate));
            var hits = step(curable, careful.Unsafe);
            if (!hits.SequenceEqual(film.Hits))
            {
                (film, pieces) = await NextAsync(hits).ConfigureAwait(false);
                rendered.UnionWith(pieces.Rendered);
                careful = Judge(film, pieces, isCareful: true);
            }
        }

        return new(film, pieces with { Rendered = rendered }, Judge(film, pieces, isCareful: false));
    }

    private static FlashReport Judge(Cut cut, RenderedPieces pieces, bool isCareful) => FlashCheck.Of(
        cut.Rate, cut.Frames, FilmPiece.Of(cut).Zip(pieces.TracePaths).SelectMany(piece => FlashTrace.Pictures(piece.Second, piece.First.Frames.Count)), isCareful);
}
