using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>A piece that must be rendered.</summary>
/// <param name="Key">Hash of everything that shapes it.</param>
/// <param name="Piece">The piece.</param>
internal sealed record MissingPiece(string Key, FilmPiece Piece);

/// <summary>A clip as a pass opens it.</summary>
/// <param name="Source">The clip.</param>
/// <param name="Footage">What is brought to the form of the film, in the order of the clip's material and without overlap.</param>
internal sealed record PassInput(ShotSource Source, IReadOnlyList<Footage> Footage);

/// <summary>
/// What one run of ffmpeg renders. Either pieces that each show one and the same clip, in the order of its material and without overlap: it is decoded once for all of them. Or a stretch of the
/// film that holds transitions, with an input for each shot: it is decoded once for its own piece and both of its transitions.
/// </summary>
/// <param name="Inputs">The clips.</param>
/// <param name="Pieces">At least one.</param>
internal sealed record RenderPass(IReadOnlyList<PassInput> Inputs, IReadOnlyList<MissingPiece> Pieces)
{
    /// <summary>The picture over the film; an input behind the clips. Null for none.</summary>
    public ShotSource? Watermark { get; init; }

    /// <summary>All frames of the pass.</summary>
    public int Frames => Pieces.Sum(missing => missing.Piece.Frames.Count);

    /// <summary>Whether the pieces show one clip, a run of pictures each; otherwise they are a stretch of the film.</summary>
    public bool IsOfOneClip => Inputs is [{ Footage.Count: var runs }] && runs == Pieces.Count;

    /// <summary>Pieces of one shot each that show the same clip.</summary>
    public static RenderPass OfClip(ShotSource source, IReadOnlyList<MissingPiece> pieces) => new([new(source, [.. pieces.Select(missing => missing.Piece.Footage)])], pieces);

    /// <summary>Pieces that follow each other in the film.</summary>
    public static RenderPass OfStretch(IReadOnlyDictionary<Guid, ShotSource> sources, IReadOnlyList<MissingPiece> pieces) =>
        new([.. pieces.SelectMany(missing => missing.Piece.Parts).GroupBy(part => part.Shot.Index).Select(parts => new PassInput(sources[parts.First().Shot.ClipId], [Whole([.. parts])]))], pieces);

    private static Footage Whole(IReadOnlyList<Footage> parts)
    {
        var (first, end) = (parts.Min(part => part.Offset), parts.Max(part => part.Offset + part.Frames));
        return parts[0] with { Offset = first, Frames = end - first };
    }
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

    /// <summary>Bounds the memory of a stretch, in pixels of the film: each shot has a decoder and filters of its own, some 150 MB at 1080p.</summary>
    private const double MostPixels = 4 * 1920 * 1080;

    private const int MostShots = 6;

    /// <summary>Less work than this is not divided: starting a run and jumping into a clip cost as much.</summary>
    private const double LeastSeconds = 2;

    private const double RoundingSeconds = 1e-6;

    private readonly FrameRate rate;
    private readonly int mostFrames;
    private readonly int mostShots;

    private RenderPasses(Cut cut, int mostFrames)
    {
        (rate, this.mostFrames) = (cut.Rate, mostFrames);
        mostShots = (int)Math.Clamp(MostPixels / (cut.Width * cut.Height), 1, MostShots);
    }

    /// <summary>Plans the passes, longest first.</summary>
    /// <param name="missing">Pieces; a key that occurs twice is rendered once.</param>
    /// <param name="sources">The clips that they show.</param>
    /// <param name="cut">Rate and size of the film.</param>
    /// <param name="workers">Runs at the same time, at least 1.</param>
    public static IReadOnlyList<RenderPass> Plan(IEnumerable<MissingPiece> missing, IReadOnlyDictionary<Guid, ShotSource> sources, Cut cut, int workers)
    {
        var pieces = missing.DistinctBy(m => m.Key).ToList();
        var passes = new RenderPasses(cut, Math.Max(cut.Rate.FrameAt(LeastSeconds), pieces.Sum(m => m.Piece.Frames.Count) / (2 * workers)));
        var stretches = passes.Stretches(pieces.OrderBy(m => m.Piece.Frames.Start));
        var inStretches = stretches.SelectMany(stretch => stretch).ToHashSet();
        ShotSource SourceOf(MissingPiece m) => sources[m.Piece.Footage.Shot.ClipId];
        bool SharesAClip(MissingPiece m) => m.Piece.Footage.Shot.Filling == Filling.Hold && !SourceOf(m).IsStill;
        var others = pieces.Where(m => !inStretches.Contains(m)).ToLookup(SharesAClip);
        var ofClips = others[true].GroupBy(m => SourceOf(m).ClipId).SelectMany(clip => passes.Apart(clip.OrderBy(passes.StartOf)).SelectMany(passes.Parts))
            .Concat(others[false].Select(m => (List<MissingPiece>)[m]))
            .Select(part => RenderPass.OfClip(SourceOf(part[0]), part));
        return [.. stretches.Select(stretch => RenderPass.OfStretch(sources, stretch)).Concat(ofClips).OrderByDescending(pass => pass.Frames)];
    }

    /// <summary>Transitions with what stands beside them.</summary>
    private List<List<MissingPiece>> Stretches(IEnumerable<MissingPiece> pieces)
    {
        var stretches = new List<List<MissingPiece>>();
        foreach (var piece in pieces)
        {
            var goesOn = stretches.Count > 0 && GoesOn(stretches[^1][^1].Piece, piece.Piece)
                && stretches[^1].Select(m => m.Piece.Footage.Shot.Index).Append(piece.Piece.Footage.Shot.Index).Distinct().Count() <= mostShots
                && stretches[^1].Sum(m => m.Piece.Frames.Count) + piece.Piece.Frames.Count <= mostFrames;
            if (!goesOn)
            {
                stretches.Add([]);
            }

            stretches[^1].Add(piece);
        }

        return stretches.FindAll(stretch => stretch.Exists(m => m.Piece.Leaving is not null));
    }

    /// <summary>Whether one of two pieces is a transition, and both show one run of pictures of the shot that they have in common.</summary>
    private bool GoesOn(FilmPiece piece, FilmPiece next)
    {
        var (shown, then) = (piece.Footage, next.Parts[0]);
        return (piece.Leaving ?? next.Leaving) is not null && piece.Frames.End == next.Frames.Start && shown.Shot == then.Shot
            && Math.Abs(then.StartSeconds(rate) - shown.StartSeconds(rate) - (rate.SecondsAt(then.Offset - shown.Offset) * shown.Shot.Speed)) < RoundingSeconds;
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
