using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>Makes the beats and bars that a person wishes out of those that are there. Pure.</summary>
internal sealed class GridCorrector
{
    private const int MostTaps = 10_000;
    private const double FastestBpm = 400;
    private const double SlowestBpm = 20;
    private const int UsualBeatsPerBar = 4;
    private const double SameTempoShare = 0.04;

    private readonly Correction wish;
    private readonly SongAnalysis current;
    private readonly Curves? curves;
    private readonly Reach reach;
    private readonly Reach song;
    private readonly int standingBeatsPerBar;
    private readonly int beatsPerBar;
    private readonly double[] barLines;
    private IReadOnlyList<Reach> set;
    private BarBeat[] beats;

    private GridCorrector(HandGrid? standing, Correction wish, SongAnalysis current, Curves? curves)
    {
        (this.wish, this.current, this.curves) = (wish, current, curves);
        (reach, song) = (ReachOf(wish, current.DurationSeconds), new(0, current.DurationSeconds));
        var grid = standing ?? new(current.Beats, current.ToBeatGrid().DownbeatIndexes, current.BeatsPerBar);
        standingBeatsPerBar = grid.BeatsPerBar > 0 ? grid.BeatsPerBar : UsualBeatsPerBar;
        beatsPerBar = wish.BeatsPerBar ?? standingBeatsPerBar;
        var firsts = grid.Downbeats.ToHashSet();
        beats = [.. grid.Beats.Select((beat, n) => new BarBeat(beat, firsts.Contains(n)))];
        barLines = [.. beats.Where(beat => beat.IsFirst).Select(beat => beat.Seconds)];
        beats = standing is null ? GridRoom.Framed(beats, standingBeatsPerBar, current.DurationSeconds) : beats;
        set = grid.Set;
    }

    /// <summary>The stretch that is changed. What lies outside the song belongs to it where it reaches to its end.</summary>
    private Reach Stretch => Open(reach);

    private bool IsRestricted => wish.From is not null || wish.To is not null;

    /// <summary>True when a correction says anything about beats or bars.</summary>
    public static bool Concerns(Correction wish) =>
        wish is not { Beats: null, Taps: null, TempoBpm: null, TempoFactor: null, ShiftSeconds: null, ShiftBeats: null, BeatsPerBar: null, FirstDownbeatIndex: null };

    /// <summary>The grid as wished.</summary>
    /// <param name="standing">The grid that was set so far, with what lies outside the song; null while none was.</param>
    /// <param name="wish">The changes.</param>
    /// <param name="current">The analysis in effect.</param>
    /// <param name="curves">How the song moves; null when that is not known: taps then stand where they were tapped.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: a value out of range; 422 <c>correction.infeasible</c>: it cannot be done to this song.</exception>
    public static HandGrid Apply(HandGrid? standing, Correction wish, SongAnalysis current, Curves? curves)
    {
        var corrector = new GridCorrector(standing, wish, current, curves);
        corrector.Lay();
        corrector.Move();
        corrector.Count();
        return corrector.Finish();
    }

    private void Lay()
    {
        switch (wish)
        {
            case { Beats: { } times, Taps: null, TempoBpm: null }:
                Replace(reach, [.. GridRoom.Framed(Listed(times), beatsPerBar, current.DurationSeconds).Where(beat => IsInSong(beat.Seconds) || Stretch.Holds(beat.Seconds))]);
                set = IsRestricted ? set : [];
                break;
            case { Beats: null, Taps: { } taps, TempoBpm: null }:
                LayTaps(taps);
                break;
            case { Beats: null, Taps: null, TempoBpm: { } bpm }:
                LayTempo(bpm);
                break;
            case { Beats: null, Taps: null, TempoBpm: null }:
                break;
            default:
                throw StudioProblem.Field("beats", "Send one of beats, taps and tempoBpm, not several.");
        }
    }

    private BarBeat[] Listed(IReadOnlyList<double> times)
    {
        var most = (int)(current.DurationSeconds / GridEdit.LeastSeconds) + 1;
        if (times.Count > most || !times.All(IsInside) || !times.Zip(times.Skip(1), (a, b) => b - a).All(gap => gap >= GridEdit.LeastSeconds))
        {
            throw StudioProblem.Field("beats", "beats rise, stand at least 0.05 seconds apart and lie inside the song and between from and to.");
        }

        var listed = GridEdit.WithBarLines([.. times.Select(time => new BarBeat(time, false))], barLines);
        return Array.Exists(listed, beat => beat.IsFirst) ? listed : GridEdit.Bars(listed, beatsPerBar, 0);
    }

    private void LayTaps(IReadOnlyList<double> taps)
    {
        // Who taps along a loop hits a little before it or after it now and then.
        double[] inside = taps.Count > MostTaps ? [] : [.. taps.Where(IsInside).Order()];
        if (inside.Length < TapLine.FewestTaps)
        {
            throw StudioProblem.Field("taps", $"Tap at least {TapLine.FewestTaps} times inside the song, or inside the loop where only that is changed; more than {MostTaps} taps are too many.");
        }

        var tapped = TapLine.Through(inside)
            ?? throw Corrector.Infeasible("taps", "These taps make no steady beat; tap along evenly at least four times, best eight.");
        var whole = IsRestricted ? reach : AroundTaps(tapped);
        var line = PulseFit.Refine(tapped, whole, curves, current.Tempos.SelectMany(tempo => (double[])[60 / tempo.Bpm, 30 / tempo.Bpm, 120 / tempo.Bpm]));
        LaySteady((line.Anchor, line.Period), whole, tapped.From);
        set = Claimed(IsRestricted ? reach : new(tapped.From, tapped.To));
    }

    private void LayTempo(double bpm)
    {
        InRange(bpm, SlowestBpm, FastestBpm, "tempoBpm");
        var anchor = wish.AnchorSeconds ?? beats.Select(beat => (double?)beat.Seconds).FirstOrDefault(beat => beat >= reach.From - Reach.GraceSeconds && beat < reach.To) ?? reach.From;
        LaySteady((InRange(anchor, -current.DurationSeconds, 2 * current.DurationSeconds, "anchorSeconds"), 60 / bpm), reach, anchor);
        set = IsRestricted ? set : [];
    }

    private void LaySteady((double Anchor, double Period) line, Reach whole, double firstBeat)
    {
        var frame = GridRoom.FrameBeats * line.Period;
        var laid = GridEdit.Steady(line, new(whole.From <= song.From ? whole.From - frame : whole.From, whole.To >= song.To ? whole.To + frame : whole.To));
        var lines = barLines.Where(bar => bar >= whole.From && bar < whole.To);
        Replace(whole, GridEdit.Bars(laid, beatsPerBar, GridEdit.PhaseOf(laid, lines, beatsPerBar, firstBeat)));
    }

    private void Move()
    {
        if (wish is { TempoFactor: null, ShiftSeconds: null, ShiftBeats: null })
        {
            return;
        }

        if (beats.Length < 2)
        {
            throw Corrector.Infeasible("beats", "There is no beat yet that could be changed; tap along, or set a tempo.");
        }

        if (wish.TempoFactor is { } factor)
        {
            Move(factor switch
            {
                2 => Twice,
                0.5 => inside => GridEdit.Rows(inside).SelectMany(row => GridEdit.Half(row, reach)),
                _ => throw StudioProblem.Field("tempoFactor", "tempoFactor is 0.5 or 2."),
            });
        }

        if (wish.ShiftSeconds is { } seconds)
        {
            InRange(seconds, -current.DurationSeconds, current.DurationSeconds, "shiftSeconds");
            if (IsRestricted && LocalPeriod() is var period && Math.Abs(seconds) > period + Reach.GraceSeconds)
            {
                throw Corrector.Infeasible("shiftSeconds", FormattableString.Invariant($"A stretch moves by one of its own beats at most, {period:0.###} seconds; farther it would run over its neighbours."));
            }

            beats = IsRestricted ? beats : GridRoom.Framed(beats, beatsPerBar, current.DurationSeconds, seconds);
            Move(inside => GridEdit.Shift(inside, seconds), Math.Abs(seconds) + LocalPeriod());
            set = IsRestricted ? set : [.. set.Select(stretch => new Reach(stretch.From + seconds, stretch.To + seconds))];
        }

        if (wish.ShiftBeats is { } half)
        {
            Move(
                half is 0.5 or -0.5
                    ? inside => GridEdit.Rows(inside).SelectMany(row => GridEdit.ShiftHalf(row, half > 0))
                    : throw StudioProblem.Field("shiftBeats", "shiftBeats is 0.5 or -0.5."),
                2 * LocalPeriod());
        }
    }

    /// <summary>Twice as many beats in every row. Half a beat beyond the ends of the stretch is still it, but none goes into a hole.</summary>
    private IEnumerable<BarBeat> Twice(BarBeat[] inside)
    {
        foreach (var row in GridEdit.Rows(inside))
        {
            var (from, to) = (row[0] == inside[0] ? double.NegativeInfinity : row[0].Seconds, row[^1] == inside[^1] ? double.PositiveInfinity : row[^1].Seconds);
            foreach (var beat in GridEdit.Twice(row, beatsPerBar, reach).Where(beat => beat.Seconds >= from && beat.Seconds <= to))
            {
                yield return beat;
            }
        }
    }

    private void Count()
    {
        if (wish.BeatsPerBar is not (null or 2 or 3 or 4 or 6))
        {
            throw StudioProblem.Field("beatsPerBar", "beatsPerBar is 2, 3, 4 or 6.");
        }

        if (wish is { BeatsPerBar: null, FirstDownbeatIndex: null })
        {
            return;
        }

        var outside = beats.TakeWhile(beat => beat.Seconds < 0).Count();
        var inSong = beats.Count(beat => IsInSong(beat.Seconds));
        if (wish.FirstDownbeatIndex is { } index && (index < 0 || index >= inSong))
        {
            throw StudioProblem.Field("firstDownbeatIndex", FormattableString.Invariant($"firstDownbeatIndex is the index of a beat, 0 to {inSong - 1}."));
        }

        var (before, inside, after) = Split(Stretch);
        var first = wish.FirstDownbeatIndex is { } named ? named + outside - before.Length : Math.Max(0, Array.FindIndex(inside, beat => beat.IsFirst && IsInSong(beat.Seconds)));
        beats = [.. before, .. GridEdit.Bars(inside, beatsPerBar, first), .. after];
    }

    private HandGrid Finish()
    {
        var inSong = beats.Count(beat => IsInSong(beat.Seconds));
        if (inSong < 2 && !(inSong == 0 && wish.Beats is { Count: 0 }))
        {
            throw Corrector.Infeasible("beats", "Fewer than two beats would be left inside the song.");
        }

        if (beats.Zip(beats.Skip(1), (a, b) => b.Seconds - a.Seconds).Any(gap => gap < GridEdit.LeastSeconds - 1e-6))
        {
            throw Corrector.Infeasible("beats", "The beats would come closer together than 0.05 seconds.");
        }

        if (IsRestricted && wish is not { Beats: null, TempoBpm: null, TempoFactor: null, ShiftSeconds: null, ShiftBeats: null })
        {
            set = Claimed(reach);
        }

        return new([.. beats.Select(beat => Kept(beat.Seconds))], [.. Enumerable.Range(0, beats.Length).Where(n => beats[n].IsFirst)], inSong == 0 ? 0 : Metre()) { Set = set };
    }

    private static double Kept(double seconds) => seconds is < 0 and > -HandGrid.RoundedSeconds ? 0 : Math.Round(seconds, 6);

    /// <summary>Beats in most bars. A metre that was wished for a stretch is that of the song only when the stretch has most of its bars.</summary>
    private int Metre()
    {
        int[] firsts = [.. Enumerable.Range(0, beats.Length).Where(n => beats[n].IsFirst && IsInSong(beats[n].Seconds))];
        return !IsRestricted || firsts.Length < 2
            ? beatsPerBar
            : firsts.Zip(firsts.Skip(1), (bar, next) => next - bar).GroupBy(length => length).MaxBy(bars => (bars.Count(), bars.Key == standingBeatsPerBar))!.Key;
    }

    /// <summary>Usual seconds between beats in and beside the stretch.</summary>
    private double LocalPeriod()
    {
        var (before, inside, _) = Split(reach);
        var first = Math.Min(Math.Max(0, before.Length - 1), beats.Length - 2);
        return Line.Median(beats.Zip(beats.Skip(1), (a, b) => b.Seconds - a.Seconds).Skip(first).Take(inside.Length + 1));
    }

    /// <summary>
    /// How far a tapped beat goes on: to a stretch that was set on its own, and, when it agrees with the tempo that is known there or with its half or double, to where another tempo
    /// begins. When it does not agree, what is known of tempos is not to be trusted.
    /// </summary>
    private Reach AroundTaps(BeatLine taps)
    {
        var (from, to) = (0.0, current.DurationSeconds);
        foreach (var stretch in set)
        {
            (from, to) = stretch.To <= taps.Anchor ? (Math.Max(from, stretch.To), to) : stretch.From > taps.Anchor ? (from, Math.Min(to, stretch.From)) : (from, to);
        }

        if (current.Tempos.Count > 0 && Math.Max(0, current.Tempos.Count(tempo => tempo.Start <= taps.Anchor) - 1) is var known && Agrees(60 / taps.Period, current.Tempos[known].Bpm))
        {
            // A pause is no other tempo.
            var (first, last) = (known, known);
            while (first > 0 && TempoStretches.IsSame(current.Tempos[first - 1].Bpm, current.Tempos[first].Bpm))
            {
                first--;
            }

            while (last < current.Tempos.Count - 1 && TempoStretches.IsSame(current.Tempos[last].Bpm, current.Tempos[last + 1].Bpm))
            {
                last++;
            }

            (from, to) = (first > 0 ? Math.Max(from, current.Tempos[first].Start) : from, last < current.Tempos.Count - 1 ? Math.Min(to, current.Tempos[last + 1].Start) : to);
        }

        return new(Math.Min(from, taps.From), Math.Max(to, taps.To + Reach.GraceSeconds));
    }

    private static bool Agrees(double one, double other) => Math.Abs(Math.Log2(one / other)) is var octaves && Math.Min(Math.Abs(octaves - 1), octaves) <= Math.Log2(1 + SameTempoShare);

    /// <summary>Changes the stretch and keeps it between its neighbours; where its beats go on beyond its ends, so many seconds of them may move in.</summary>
    private void Move(Func<BarBeat[], IEnumerable<BarBeat>> change, double seconds = 0)
    {
        var (before, inside, after) = Split(Stretch);
        var going = seconds > 0 ? GridRoom.GoingOn(before, inside, after, new(reach.From - seconds, reach.To + seconds), beatsPerBar) : inside;
        beats = GridRoom.PutBack(before, [.. change(going)], after, Stretch);
    }

    private void Replace(Reach stretch, BarBeat[] laid)
    {
        var (before, _, after) = Split(Open(stretch));
        beats = GridRoom.Join(before, laid, after);
    }

    private (BarBeat[] Before, BarBeat[] Inside, BarBeat[] After) Split(Reach stretch)
    {
        var first = beats.TakeWhile(beat => beat.Seconds < stretch.From && !stretch.Holds(beat.Seconds)).Count();
        var end = first + beats.Skip(first).TakeWhile(beat => stretch.Holds(beat.Seconds)).Count();
        return (beats[..first], beats[first..end], beats[end..]);
    }

    private Reach Open(Reach stretch) =>
        new(stretch.From <= song.From ? double.NegativeInfinity : stretch.From, stretch.To >= song.To ? double.PositiveInfinity : stretch.To);

    private IReadOnlyList<Reach> Claimed(Reach mine) =>
        [.. set
            .SelectMany(other => new[] { other with { To = Math.Min(other.To, mine.From) }, other with { From = Math.Max(other.From, mine.To) } })
            .Where(rest => rest.To > rest.From)
            .Append(mine)
            .OrderBy(stretch => stretch.From)];

    private bool IsInSong(double seconds) => seconds >= 0 && seconds < current.DurationSeconds;

    private bool IsInside(double seconds) => IsInSong(seconds) && seconds >= reach.From - Reach.GraceSeconds && seconds < reach.To + Reach.GraceSeconds;

    private static Reach ReachOf(Correction wish, double durationSeconds)
    {
        var from = InRange(wish.From ?? 0, 0, durationSeconds, "from");
        var to = InRange(wish.To ?? durationSeconds, 0, durationSeconds, "to");
        return to > from ? new(from, to) : throw StudioProblem.Field("to", "A stretch ends after it begins.");
    }

    private static double InRange(double value, double least, double most, string field)
    {
        var (noun, unit) = field switch
        {
            "tempoBpm" => ("A tempo", "beats a minute"),
            "anchorSeconds" => ("A beat of the tempo", "seconds"),
            "shiftSeconds" => ("A move of the beats", "seconds"),
            "from" => ("The start of a stretch", "seconds"),
            _ => ("The end of a stretch", "seconds"),
        };
        return value >= least && value <= most ? value : throw StudioProblem.Field(field, FormattableString.Invariant($"{noun} lies between {least:0.###} and {most:0.###} {unit}."));
    }
}
