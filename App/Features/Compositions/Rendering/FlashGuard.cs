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
    // What changes the light goes where the film only comes near the limits, the rest where it passes them: busy pictures come near them by themselves.
    private static readonly Func<IReadOnlyList<EffectHit>, (FlashReport Exact, FlashReport Careful), IReadOnlyList<EffectHit>>[] Steps =
    [
        Thinned, Thinned, Halved, Halved,
        (hits, flash) => SafeHits.WithoutLight(hits, flash.Careful.Unsafe),
        (hits, flash) => SafeHits.Removed(hits, flash.Exact.Unsafe),
    ];

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
        var flash = Judge(film.Rate, FilmPiece.Of(film), pieces.TracePaths, stop);
        foreach (var step in isFlashSafe ? Steps : [])
        {
            var hits = step(Curable(film, flash), flash);
            if (!hits.SequenceEqual(film.Hits))
            {
                (film, pieces) = await NextAsync(hits).ConfigureAwait(false);
                rendered.UnionWith(pieces.Rendered);
                flash = Judge(film.Rate, FilmPiece.Of(film), pieces.TracePaths, stop);
            }
        }

        // What is lit shortly before an unsafe second may be what its first change is counted from; where the footage is to blame, nothing is won by taking it away.
        var second = cut.Rate.FrameAt(1);
        var around = SafeHits.Removed(film.Hits, [.. flash.Exact.Unsafe.Select(range => new FrameRange(range.Start - second, range.End + second))]);
        if (isFlashSafe && around.Count < film.Hits.Count)
        {
            var (darker, others) = await NextAsync(around).ConfigureAwait(false);
            rendered.UnionWith(others.Rendered);
            var darkerFlash = Judge(darker.Rate, FilmPiece.Of(darker), others.TracePaths, stop);
            if (UnsafeFrames(darkerFlash.Exact) < UnsafeFrames(flash.Exact))
            {
                (film, pieces, flash) = (darker, others, darkerFlash);
            }
        }

        return new(film, pieces with { Rendered = rendered }, flash.Exact);
    }

    private static int UnsafeFrames(FlashReport flash) => flash.Unsafe.Sum(range => range.Count);

    private static IReadOnlyList<EffectHit> Thinned(IReadOnlyList<EffectHit> hits, (FlashReport Exact, FlashReport Careful) flash) => SafeHits.Thinned(hits, flash.Careful.Unsafe);

    private static IReadOnlyList<EffectHit> Halved(IReadOnlyList<EffectHit> hits, (FlashReport Exact, FlashReport Careful) flash) => SafeHits.Halved(hits, flash.Careful.Unsafe);

    /// <summary>What the footage does by itself no weaker hit cures: rendering it step by step would be in vain.</summary>
    private static IReadOnlyList<EffectHit> Curable(Cut film, (FlashReport Exact, FlashReport Careful) flash)
    {
        IReadOnlyList<FrameRange> Beyond(FlashReport report) => SafeHits.BeyondHits(film.Hits, report.FlashesAt, film.Rate);
        return SafeHits.Removed(SafeHits.WithoutLight(film.Hits, Beyond(flash.Careful)), Beyond(flash.Exact));
    }

    /// <summary>Judges pieces that follow each other; frames are counted from the first one's.</summary>
    /// <param name="rate">Frame rate.</param>
    /// <param name="pieces">The pieces.</param>
    /// <param name="tracePaths">The trace of each.</param>
    /// <param name="stop">Gives up.</param>
    public static (FlashReport Exact, FlashReport Careful) Judge(FrameRate rate, IReadOnlyList<FilmPiece> pieces, IReadOnlyList<string> tracePaths, CancellationToken stop) => FlashCheck.BothOf(
        rate,
        pieces.Sum(piece => piece.Frames.Count),
        pieces.Zip(tracePaths).SelectMany(piece =>
        {
            stop.ThrowIfCancellationRequested();
            return FlashTrace.Pictures(piece.Second, piece.First.Frames.Count);
        }));
}
