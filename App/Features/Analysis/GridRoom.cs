using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>
/// Lets a row of beats go on beyond its ends and takes away what is too much: what moves out of a stretch at one end leaves room at the other, and there the beat goes on as it did before.
/// Pure; every result rises like what was given.
/// </summary>
internal static class GridRoom
{
    /// <summary>A beat closer to the next than this share of the time between beats is one too many.</summary>
    private const double TooCloseShare = 0.6;

    /// <summary>Where a beat has left a stretch, nearly two fit between it and its neighbour: the beat still goes on there.</summary>
    private const double PauseBeats = 2.25;

    /// <summary>So many beats are known beyond the ends of a song, to move in when the others move on.</summary>
    public const int FrameBeats = 64;

    /// <summary>Fewer beats beyond an end are no frame, however often its tempo was halved: beats that stood in the song were moved out of it.</summary>
    private const int FewestFrameBeats = FrameBeats / 4;

    /// <summary>The beats of a song, going on beyond its ends where they fill it to the end. Where the first beat comes later than that, or the last one earlier, there are no more.</summary>
    public static BarBeat[] Framed(BarBeat[] beats, int beatsPerBar, double durationSeconds)
    {
        if (beats.Length < 2)
        {
            return beats;
        }

        var times = GridEdit.Times(beats);
        var (first, last) = (BeatRows.Period(times, atEnd: false), BeatRows.Period(times, atEnd: true));
        return Filled(beats, new(times[0] < first - Reach.GraceSeconds ? times[0] - (FrameBeats * first) : times[0], times[^1] + last >= durationSeconds ? times[^1] + (FrameBeats * last) : times[^1]), beatsPerBar);
    }

    /// <summary>Framed beats, with what a move by so many seconds, later when positive, takes from their frame put there before.</summary>
    public static BarBeat[] Framed(BarBeat[] beats, int beatsPerBar, double durationSeconds, double seconds)
    {
        var times = GridEdit.Times(beats);
        var (first, last) = (BeatRows.Period(times, atEnd: false), BeatRows.Period(times, atEnd: true));
        var (isFramedBefore, isFramedAfter) = (times.Count(time => time < 0) >= FewestFrameBeats, times.Count(time => time >= durationSeconds) >= FewestFrameBeats);
        return Filled(
            beats,
            new(isFramedBefore ? -(FrameBeats * first) - Math.Max(0, seconds) : times[0], isFramedAfter ? durationSeconds + (FrameBeats * last) + Math.Max(0, -seconds) : times[^1]),
            beatsPerBar);
    }

    /// <summary>A stretch of the beats, going on beyond its ends where no hole is between it and its neighbours.</summary>
    /// <param name="before">Beats before the stretch.</param>
    /// <param name="inside">Its own.</param>
    /// <param name="after">Beats after it.</param>
    /// <param name="wanted">How far it shall go on.</param>
    /// <param name="beatsPerBar">Length of bars where none can be seen.</param>
    public static BarBeat[] GoingOn(BarBeat[] before, BarBeat[] inside, BarBeat[] after, Reach wanted, int beatsPerBar)
    {
        if (inside.Length < 2)
        {
            return inside;
        }

        var times = GridEdit.Times([.. before, .. inside, .. after]);
        var goesBack = before.Length > 0 && !BeatRows.IsHole(times, before.Length, PauseBeats);
        var goesOn = after.Length > 0 && !BeatRows.IsHole(times, before.Length + inside.Length, PauseBeats);
        return Filled(inside, new(goesBack ? wanted.From : inside[0].Seconds, goesOn ? wanted.To : inside[^1].Seconds), beatsPerBar);
    }

    /// <summary>Puts what has become of a stretch back between its neighbours, which stay as they are. What has left the stretch, or stands too close to one of them, is dropped.</summary>
    public static BarBeat[] PutBack(BarBeat[] before, IReadOnlyList<BarBeat> changed, BarBeat[] after, Reach stretch)
    {
        BarBeat[] within = [.. changed.Where(beat => stretch.Holds(beat.Seconds))];
        var (earlier, own, later) = (GridEdit.Times(before), GridEdit.Times(within), GridEdit.Times(after));
        var (start, end) = (0, own.Length);
        while (start < end && earlier.Length > 0 && own[start] - earlier[^1] < LeastGap(earlier, earlier.Length - 1, own, start))
        {
            start++;
        }

        while (end > start && later.Length > 0 && later[0] - own[end - 1] < LeastGap(later, 0, own, end - 1))
        {
            end--;
        }

        return [.. before, .. within[start..end], .. after];
    }

    /// <summary>Puts a stretch that was laid anew between its neighbours. Of these the ones that stand too close to it are left out.</summary>
    public static BarBeat[] Join(IReadOnlyList<BarBeat> before, IReadOnlyList<BarBeat> laid, IReadOnlyList<BarBeat> after)
    {
        if (laid.Count == 0)
        {
            return [.. before, .. after];
        }

        var (earlier, inside, later) = (GridEdit.Times(before), GridEdit.Times(laid), GridEdit.Times(after));
        var last = before.Count;
        while (last > 0 && inside[0] - earlier[last - 1] < LeastGap(earlier, last - 1, inside, 0))
        {
            last--;
        }

        var first = 0;
        while (first < after.Count && later[first] - inside[^1] < LeastGap(later, first, inside, inside.Length - 1))
        {
            first++;
        }

        return [.. before.Take(last), .. laid, .. after.Skip(first)];
    }

    /// <summary>Seconds to a neighbour; null for a beat that stands alone.</summary>
    public static double? PeriodAt(double[] beats, int n) =>
        beats.Length < 2 ? null : n + 1 < beats.Length ? beats[n + 1] - beats[n] : beats[n] - beats[n - 1];

    private static double LeastGap(double[] some, int n, double[] others, int m)
    {
        var (one, other) = (PeriodAt(some, n), PeriodAt(others, m));
        return TooCloseShare * Math.Min(one ?? other ?? GridEdit.LeastSeconds, other ?? one ?? GridEdit.LeastSeconds);
    }

    /// <summary>At least two beats, going on at the pace and with the bars that they have at their ends, until a reach is filled.</summary>
    private static BarBeat[] Filled(BarBeat[] beats, Reach wanted, int beatsPerBar)
    {
        var times = GridEdit.Times(beats);
        var (first, last) = (BeatRows.Period(times, atEnd: false), BeatRows.Period(times, atEnd: true));
        var (before, after) = (Count(times[0] - wanted.From, first), Count(wanted.To - times[^1], last));
        var firsts = GridEdit.Firsts(beats);
        var (firstBar, lastBar) = firsts.Count > 1 ? (firsts[1] - firsts[0], firsts[^1] - firsts[^2]) : (beatsPerBar, beatsPerBar);
        return
        [
            .. Enumerable.Range(-before, before).Select(n => new BarBeat(times[0] + (n * first), firsts.Count > 0 && (firsts[0] - n) % firstBar == 0)),
            .. beats,
            .. Enumerable.Range(1, after).Select(n => new BarBeat(times[^1] + (n * last), firsts.Count > 0 && (beats.Length - 1 + n - firsts[^1]) % lastBar == 0)),
        ];

        // A beat that falls on the edge itself counts, however it was rounded.
        static int Count(double seconds, double period) => Math.Max(0, (int)Math.Floor((seconds + Reach.GraceSeconds) / period));
    }
}
