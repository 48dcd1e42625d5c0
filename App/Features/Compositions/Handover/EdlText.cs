using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>
/// A film as a CMX 3600 edit decision list. Every line counts in frames of the film, in drop-frame code where its rate has one. A transition is an event of two lines: the old clip ends where it
/// begins, the new one comes in over its length. Clips have reel names of four characters; their titles and files stand in notes, markers as locators.
/// </summary>
internal sealed class EdlText
{
    private const string SongReel = "SONG";

    /// <summary>Where frames of a clip begin, a number may lie this much below.</summary>
    private const double RoundingFrames = 1e-6;

    private readonly HandoverFilm film;
    private readonly FrameRate rate;
    private readonly Dictionary<Guid, string> reels;
    private readonly StringBuilder text = new();
    private int number;

    private EdlText(HandoverFilm film)
    {
        (this.film, rate) = (film, film.Cut.Rate);
        reels = film.Cut.Shots.Select(shot => shot.ClipId).Distinct().Select((id, i) => (Id: id, Reel: FormattableString.Invariant($"C{i + 1:000}"))).ToDictionary(clip => clip.Id, clip => clip.Reel);
    }

    /// <summary>The text.</summary>
    public static string Of(HandoverFilm film)
    {
        var list = new EdlText(film);
        list.Line($"TITLE: {film.Title}");
        list.Line($"FCM: {(TimeCode.IsDropFrame(film.Cut.Rate) ? "" : "NON-")}DROP FRAME");
        list.Pictures();
        list.Song();
        return list.text.ToString();
    }

    private void Pictures()
    {
        FilmRun? last = null;
        foreach (var run in film.Runs())
        {
            var (start, end) = (StartOf(run), EndOf(run));
            if (end <= start)
            {
                // All that is left of it is seen in the transition that follows.
                continue;
            }

            number++;
            var transition = run.BeginsShot ? run.Shot.Transition : null;
            if (transition is not null && last is not null)
            {
                Event(last, new(start, start), "C       ");
            }

            Event(run, new(start, end), transition is null ? "C       " : FormattableString.Invariant($"{CodeOf(transition.Kind)}{transition.Frames:000}"));
            Notes(run, transition is null ? null : last, transition, new(start, end));
            last = run;
        }
    }

    /// <summary>The first frame of a run, and what a transition shows of it before that.</summary>
    private static int StartOf(FilmRun run) => run.Frames.Start - (run.BeginsShot ? Half(run.Shot) : 0);

    /// <summary>The end of a run, or where the transition into the next shot begins.</summary>
    private int EndOf(FilmRun run) =>
        Math.Min(run.Frames.End, run.Shot.Frames.End - (run.Shot.Index + 1 < film.Cut.Shots.Count ? Half(film.Cut.Shots[run.Shot.Index + 1]) : 0));

    private static int Half(Shot shot) => (shot.Transition?.Frames ?? 0) / 2;

    private void Event(FilmRun run, FrameRange frames, string edit)
    {
        var source = FrameOf(run.SourceAt(rate, frames.Start));
        var length = run.IsHeld ? Math.Min(1, frames.Count) : (int)Math.Round(frames.Count * run.Speed);
        Line($"{number:000}  {reels[run.Shot.ClipId],-8} V     {edit} {Code(source)} {Code(source + length)} {Code(frames.Start)} {Code(frames.End)}");
    }

    private void Notes(FilmRun run, FilmRun? leaving, Transition? transition, FrameRange frames)
    {
        var clip = film.Clips[run.Shot.ClipId];
        if (run.Speed != 1)
        {
            Line($"M2   {reels[run.Shot.ClipId],-8}       {run.Speed * rate.PerSecond:000.0}                {Code(FrameOf(run.SourceAt(rate, frames.Start)))}");
        }

        Line($"* FROM CLIP NAME: {film.Clips[(leaving ?? run).Shot.ClipId].Title}");
        if (leaving is not null)
        {
            Line($"* TO CLIP NAME: {clip.Title}");
            Line($"* EFFECT NAME: {transition!.Kind}");
        }

        Line($"* SOURCE FILE: {clip.Address}");
        if (run.IsHeld)
        {
            Line($"* FREEZE FRAME");
        }

        foreach (var marker in film.Markers)
        {
            if (film.FrameAt(marker.StartSeconds) is var frame && frame >= frames.Start && frame < frames.End)
            {
                Line($"* LOC: {Code(frame)} {marker.Kind switch { MarkerKind.Section => "GREEN", MarkerKind.Bar => "RED", _ => "CYAN" },-7} {marker.Name}");
            }
        }
    }

    private void Song()
    {
        number++;
        var start = FrameOf(film.Cut.StartSeconds);
        Line($"{number:000}  {SongReel,-8} AA    C        {Code(start)} {Code(start + film.Cut.Frames)} {Code(0)} {Code(film.Cut.Frames)}");
        Line($"* FROM CLIP NAME: {film.Song.Title}");
        Line($"* SOURCE FILE: {film.Song.Address}");
    }

    /// <summary>D for a dissolve, or W with the number that SMPTE 258M gives to a wipe, and for kinds that it does not know D as well; a note names the kind.</summary>
    private static string CodeOf(TransitionKind kind) => kind switch
    {
        TransitionKind.WipeLeft or TransitionKind.WipeRight or TransitionKind.SmoothLeft or TransitionKind.SmoothRight => "W001 ",
        TransitionKind.WipeUp or TransitionKind.WipeDown or TransitionKind.SmoothUp or TransitionKind.SmoothDown => "W002 ",
        TransitionKind.WipeTl or TransitionKind.WipeTr or TransitionKind.WipeBl or TransitionKind.WipeBr => "W003 ",
        TransitionKind.VertOpen or TransitionKind.VertClose => "W021 ",
        TransitionKind.HorzOpen or TransitionKind.HorzClose => "W022 ",
        TransitionKind.DiagTl or TransitionKind.DiagTr or TransitionKind.DiagBl or TransitionKind.DiagBr => "W041 ",
        TransitionKind.RectCrop => "W101 ",
        TransitionKind.CircleOpen or TransitionKind.CircleClose or TransitionKind.CircleCrop => "W119 ",
        TransitionKind.Radial => "W201 ",
        _ => "D    ",
    };

    /// <summary>The frame on display at that moment of a clip, were its rate the film's.</summary>
    private int FrameOf(double seconds) => (int)Math.Floor((seconds * rate.PerSecond) + RoundingFrames);

    private string Code(int frame) => TimeCode.Text(rate, frame);

    private void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
}
