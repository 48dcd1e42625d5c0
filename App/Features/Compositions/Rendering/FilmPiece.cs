using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>What a piece shows of a shot.</summary>
/// <param name="Shot">The shot.</param>
/// <param name="Offset">Where it begins, in frames from the shot's first one; below 0 where the shot comes in during a transition.</param>
/// <param name="Frames">How many frames.</param>
internal sealed record Footage(Shot Shot, int Offset, int Frames)
{
    /// <summary>Before the end of a clip there is a picture to be held from here on, whatever its rate.</summary>
    private const double LastPictureSeconds = 0.05;

    /// <summary>Where in the clip it begins, seconds; beyond its end where the clip runs again or back.</summary>
    public double StartSeconds(FrameRate rate)
    {
        var start = Math.Max(0, Shot.SourceStartSeconds + (rate.SecondsAt(Offset) * Shot.Speed));
        return Shot is { Filling: Filling.Hold, SourceEndSeconds: { } end } ? Math.Min(start, Math.Max(0, end - LastPictureSeconds)) : start;
    }

    /// <summary>How much of the clip it uses, seconds.</summary>
    public double SourceSeconds(FrameRate rate) => rate.SecondsAt(Frames) * Shot.Speed;
}

/// <summary>A run of frames that is rendered into one file: a shot between its transitions, or the frames of a transition.</summary>
/// <param name="Frames">Where it stands in the film.</param>
/// <param name="Footage">What it shows; in a transition what comes in.</param>
/// <param name="Leaving">What goes out in a transition; null for a piece of one shot.</param>
internal sealed record FilmPiece(FrameRange Frames, Footage Footage, Footage? Leaving = null)
{
    /// <summary>What it shows, in the order of the film: one shot, or two.</summary>
    public IReadOnlyList<Footage> Parts => Leaving is null ? [Footage] : [Leaving, Footage];

    /// <summary>The pieces of a film in order, without gap or overlap.</summary>
    public static IReadOnlyList<FilmPiece> Of(Cut cut)
    {
        var pieces = new List<FilmPiece>(2 * cut.Shots.Count);
        for (var i = 0; i < cut.Shots.Count; i++)
        {
            var shot = cut.Shots[i];
            var start = shot.Frames.Start;
            if (i > 0 && shot.Transition is { } transition)
            {
                var (from, to) = (start - (transition.Frames / 2), start + (transition.Frames / 2));
                var leaving = new Footage(cut.Shots[i - 1], from - cut.Shots[i - 1].Frames.Start, transition.Frames);
                pieces.Add(new(new(from, to), new(shot, from - start, transition.Frames), leaving));
                start = to;
            }

            var end = i + 1 < cut.Shots.Count && cut.Shots[i + 1].Transition is { } next ? shot.Frames.End - (next.Frames / 2) : shot.Frames.End;
            if (end > start)
            {
                pieces.Add(new(new(start, end), new(shot, start - shot.Frames.Start, end - start)));
            }
        }

        return pieces;
    }

    /// <summary>The pieces that a part of a film is made of, those of one shot cut to it; transitions that reach into it are there in full.</summary>
    public static IReadOnlyList<FilmPiece> Within(Cut cut, FrameRange part) =>
        [.. Of(cut).Where(piece => piece.Frames.Start < part.End && piece.Frames.End > part.Start).Select(piece => piece.Leaving is null ? piece.CutTo(part) : piece)];

    private FilmPiece CutTo(FrameRange part)
    {
        var frames = new FrameRange(Math.Max(Frames.Start, part.Start), Math.Min(Frames.End, part.End));
        return new(frames, Footage with { Offset = Footage.Offset + frames.Start - Frames.Start, Frames = frames.Count });
    }
}
