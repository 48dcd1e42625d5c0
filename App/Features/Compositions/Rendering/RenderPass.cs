using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>A piece that must be rendered.</summary>
/// <param name="Key">Hash of everything that shapes it.</param>
/// <param name="Piece">The piece.</param>
internal sealed record MissingPiece(string Key, FilmPiece Piece);

/// <summary>
/// What one run of ffmpeg renders: pieces that each show one and the same clip, in the order of its material and without overlap; or a single piece, of one clip or of two.
/// </summary>
/// <param name="Sources">The clips, in the order of the pieces' parts.</param>
/// <param name="Pieces">At least one.</param>
internal sealed record RenderPass(IReadOnlyList<ShotSource> Sources, IReadOnlyList<MissingPiece> Pieces)
{
    /// <summary>The picture over the film; an input behind the clips. Null for none.</summary>
    public ShotSource? Watermark { get; init; }

    /// <summary>All frames of the pass.</summary>
    public int Frames => Pieces.Sum(missing => missing.Piece.Frames.Count);

    /// <summary>What the pieces show of a clip, in order.</summary>
    /// <param name="source">Place of the clip among <see cref="Sources"/>.</param>
    public IEnumerable<Footage> FootageOf(int source) => Pieces.Select(missing => missing.Piece.Parts[source]);
}

/// <summary>Distributes missing pieces over runs of ffmpeg.</summary>
internal sealed class RenderPasses
{
    /// <summary>Pieces that lie closer than this in the clip go into different passes: a graph that must hand out one picture twice keeps finished ones in memory.</summary>
    private const double LeastGapSeconds = 0.3;

    /// <summary>Across a longer gap a jump is cheaper than decoding what lies between.</summary>
    private const double LongestGapSeconds = 5;

    /// <summary>Bounds the memory of a pass, whatever the number of pieces: each holds some finished frames ready, 12 MB at 1080p.</summary>
    private const int MostPieces = 12;

    private readonly FrameRate rate;
    private readonly int mostFrames;

    private RenderPasses(FrameRate rate, int mostFrames) => (this.rate, this.mostFrames) = (rate, mostFrames);

    /// <summary>Plans the passes, longest first.</summary>
    /// <param name="missing">Pieces; a key that occurs twice is rendered once.</param>
    /// <param name="sources">The clips that they show.</param>
    /// <param name="rate">Frame rate of the film.</param>
    /// <param name="workers">Runs at the same time, at least 1.</param>
    public static IReadOnlyList<RenderPass> Plan(IEnumerable<MissingPiece> missing, IReadOnlyDictionary<Guid, ShotSource> sources, FrameRate rate, int workers)
    {
        var pieces = missing.DistinctBy(m => m.Key).ToList();
        var passes = new RenderPasses(rate, Math.Max(1, pieces.Sum(m => m.Piece.Frames.Count) / (2 * workers)));
        ShotSource SourceOf(Footage footage) => sources[footage.Shot.ClipId];
        bool SharesAPass(MissingPiece m) => m.Piece.Leaving is null && m.Piece.Footage.Shot.Filling == Filling.Hold && !SourceOf(m.Piece.Footage).IsStill;
        var alone = pieces.Where(m => !SharesAPass(m)).Select(m => new RenderPass([.. m.Piece.Parts.Select(SourceOf)], [m]));
        var together = pieces.Where(SharesAPass).GroupBy(m => SourceOf(m.Piece.Footage).ClipId).SelectMany(clip =>
            passes.Apart(clip.OrderBy(passes.StartOf))
                .SelectMany(passes.Parts)
                .Select(part => new RenderPass([SourceOf(part[0].Piece.Footage)], part)));
        return [.. alone.Concat(together).OrderByDescending(pass => pass.Frames)];
    }

    private List<List<MissingPiece>> Apart(IEnumerable<MissingPiece> pieces)
    {
        var passes = new List<List<MissingPiece>>();
        foreach (var piece in pieces)
        {
            var free = passes.Find(pass => EndOf(pass[^1]) + LeastGapSeconds <= StartOf(piece));
            if (free is null)
            {
                passes.Add([piece]);
            }
            else
            {
                free.Add(piece);
            }
        }

        return passes;
    }

    private List<List<MissingPiece>> Parts(List<MissingPiece> pass)
    {
        var parts = new List<List<MissingPiece>>();
        foreach (var piece in pass)
        {
            var startsNew = parts.Count == 0
                || parts[^1].Count == MostPieces
                || parts[^1].Sum(m => m.Piece.Frames.Count) + piece.Piece.Frames.Count > mostFrames
                || StartOf(piece) - EndOf(parts[^1][^1]) > LongestGapSeconds;
            if (startsNew)
            {
                parts.Add([]);
            }

            parts[^1].Add(piece);
        }

        return parts;
    }

    private double StartOf(MissingPiece missing) => missing.Piece.Footage.StartSeconds(rate);

    private double EndOf(MissingPiece missing) => StartOf(missing) + missing.Piece.Footage.SourceSeconds(rate);
}
