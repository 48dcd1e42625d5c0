namespace Downbeat.Features.Analysis;

/// <summary>A beat, and whether a bar begins with it.</summary>
/// <param name="Seconds">When.</param>
/// <param name="IsFirst">True for the first beat of a bar.</param>
internal readonly record struct BarBeat(double Seconds, bool IsFirst);

/// <summary>What can be done to a row of beats. Pure; every result rises like what was given.</summary>
internal static class GridEdit
{
    /// <summary>Least time between two beats that anybody may ask for.</summary>
    public const double LeastSeconds = 0.05;

    /// <summary>How far from a beat, in beats, a bar line still belongs to it.</summary>
    private const double NearShare = 0.25;

    /// <summary>
    /// A beat midway between every two, and half a beat before the first and after the last. Each bar becomes two of as many beats. Where no bar begins there is none before the first: by
    /// that one <see cref="Half"/> tells which ones were there.
    /// </summary>
    /// <param name="row">A row of beats without a hole.</param>
    /// <param name="beatsPerBar">Length of the last bar, which no other ends.</param>
    /// <param name="counted">Where bars are counted, the song or a stretch of it: those that begin before are not made two.</param>
    public static BarBeat[] Twice(BarBeat[] row, int beatsPerBar, Reach counted)
    {
        if (row.Length < 2)
        {
            return row;
        }

        var firsts = Firsts(row);
        var made = firsts.FindAll(n => counted.Holds(row[n].Seconds));
        var before = made.Count > 0 ? 1 : 0;
        BarBeat[] twice = [.. Enumerable.Range(-before, (2 * row.Length) + before).Select(n => new BarBeat(TimeAt(row, n / 2.0), n % 2 == 0 && row[n / 2].IsFirst))];
        foreach (var first in made)
        {
            var next = firsts.Find(n => n > first) is var known and > 0 ? known : first + beatsPerBar;
            var middle = before + first + next;
            if (middle < twice.Length)
            {
                twice[middle] = twice[middle] with { IsFirst = true };
            }
        }

        return twice;
    }

    /// <summary>Every other beat and every other bar, counted from the first bar line, or from the first beat when there is none.</summary>
    /// <param name="row">A row of beats without a hole.</param>
    /// <param name="counted">Where bars are counted, the song or a stretch of it.</param>
    public static BarBeat[] Half(BarBeat[] row, Reach counted)
    {
        int[] kept = [.. Firsts(row).Where(n => row[n].Seconds >= counted.From - Reach.GraceSeconds).Where((_, n) => n % 2 == 0)];
        int[] starts = kept.Length > 0 && counted.Holds(row[kept[0]].Seconds) ? kept : [0];
        var half = new List<BarBeat>();
        for (var n = starts[0] % 2; n < starts[0]; n += 2)
        {
            half.Add(row[n] with { IsFirst = false });
        }

        for (var k = 0; k < starts.Length; k++)
        {
            var end = k + 1 < starts.Length ? starts[k + 1] : row.Length;
            for (var n = starts[k]; n < end; n += 2)
            {
                // A bar of an odd length: its last beat would stand only half a beat before the next bar.
                if (n + 1 < end || end == row.Length)
                {
                    half.Add(row[n] with { IsFirst = n == starts[k] && row[n].IsFirst });
                }
            }
        }

        return [.. half];
    }

    /// <summary>All beats moved by so many seconds.</summary>
    public static BarBeat[] Shift(IReadOnlyList<BarBeat> beats, double seconds) => [.. beats.Select(beat => beat with { Seconds = beat.Seconds + seconds })];

    /// <summary>Each beat moved half way to the next one, or to the one before; the outermost by as much as its neighbour.</summary>
    /// <param name="row">A row of beats without a hole.</param>
    /// <param name="later">True towards the next one.</param>
    public static BarBeat[] ShiftHalf(BarBeat[] row, bool later) =>
        row.Length < 2 ? row : [.. row.Select((beat, n) => beat with { Seconds = TimeAt(row, n + (later ? 0.5 : -0.5)) })];

    /// <summary>Bars of so many beats, one of which begins at <paramref name="first"/>; the beats before are counted backwards.</summary>
    public static BarBeat[] Bars(IReadOnlyList<BarBeat> beats, int beatsPerBar, int first) =>
        [.. beats.Select((beat, n) => beat with { IsFirst = (n - first) % beatsPerBar == 0 })];

    /// <summary>A steady beat.</summary>
    /// <param name="line">A moment that a beat falls on, and the seconds between two.</param>
    /// <param name="reach">Where it goes on, finite.</param>
    public static BarBeat[] Steady((double Anchor, double Period) line, Reach reach)
    {
        var first = Math.Ceiling((reach.From - line.Anchor) / line.Period);
        var count = Math.Max(0, (int)Math.Ceiling((reach.To - line.Anchor) / line.Period - first));
        return [.. Enumerable.Range(0, count).Select(n => new BarBeat(line.Anchor + ((first + n) * line.Period), false))];
    }

    /// <summary>
    /// Which beat of the bar, 0 to <paramref name="beatsPerBar"/> − 1, most of the known bar lines fall on; of equals the one met first. When none is near
    /// a beat, that of the beat nearest to <paramref name="otherwise"/>, in seconds.
    /// </summary>
    public static int PhaseOf(IReadOnlyList<BarBeat> beats, IEnumerable<double> barLines, int beatsPerBar, double otherwise)
    {
        var votes = new int[beatsPerBar];
        var met = new List<int>();
        var times = Times(beats);
        foreach (var line in barLines)
        {
            if (Near(times, line) is { } index)
            {
                votes[index % beatsPerBar]++;
                met.Add(index % beatsPerBar);
            }
        }

        return met.Count == 0 ? Math.Max(0, Timing.BeatGrid.Nearest(times, otherwise)) % beatsPerBar : met.MaxBy(phase => votes[phase]);
    }

    /// <summary>The beats, those that a known bar line is near beginning a bar.</summary>
    public static BarBeat[] WithBarLines(IReadOnlyList<BarBeat> beats, IEnumerable<double> barLines)
    {
        var times = Times(beats);
        var firsts = barLines.Select(line => Near(times, line)).OfType<int>().ToHashSet();
        return [.. beats.Select((beat, n) => beat with { IsFirst = firsts.Contains(n) })];
    }

    /// <summary>The rows of which beats consist; between two of them the beat pauses.</summary>
    public static IEnumerable<BarBeat[]> Rows(BarBeat[] beats)
    {
        var starts = Dsp.BeatRows.Starts(Times(beats));
        return starts.Select((start, n) => beats[start..(n + 1 < starts.Count ? starts[n + 1] : beats.Length)]);
    }

    /// <summary>Which beats begin a bar: their indexes.</summary>
    public static List<int> Firsts(IReadOnlyList<BarBeat> beats) => [.. Enumerable.Range(0, beats.Count).Where(n => beats[n].IsFirst)];

    /// <summary>When the beats are.</summary>
    public static double[] Times(IReadOnlyList<BarBeat> beats) => [.. beats.Select(beat => beat.Seconds)];

    /// <summary>The moment of a beat, or half way between two; up to a beat beyond the ends, where the row goes on as it ends. Two beats at least.</summary>
    private static double TimeAt(BarBeat[] row, double place)
    {
        var n = Math.Clamp((int)Math.Floor(place), 0, row.Length - 2);
        return row[n].Seconds + ((place - n) * (row[n + 1].Seconds - row[n].Seconds));
    }

    private static int? Near(double[] beats, double seconds)
    {
        var nearest = Timing.BeatGrid.Nearest(beats, seconds);
        return nearest >= 0 && GridRoom.PeriodAt(beats, nearest) is { } period && Math.Abs(beats[nearest] - seconds) <= NearShare * period ? nearest : null;
    }
}
