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

    /// <summary>A beat closer to the next than this share of the time between beats is one too many.</summary>
    private const double TooCloseShare = 0.6;

    /// <summary>How far from a beat, in beats, a bar line still belongs to it.</summary>
    private const double NearShare = 0.25;

    /// <summary>A beat midway between every two. Each bar becomes two of as many beats.</summary>
    /// <param name="beats">Any number.</param>
    /// <param name="beatsPerBar">Length of the last bar, which no other ends.</param>
    public static BarBeat[] Twice(IReadOnlyList<BarBeat> beats, int beatsPerBar)
    {
        var twice = new List<BarBeat>(2 * beats.Count);
        for (var n = 0; n < beats.Count; n++)
        {
            twice.Add(beats[n]);
            if (n + 1 < beats.Count)
            {
                twice.Add(new((beats[n].Seconds + beats[n + 1].Seconds) / 2, false));
            }
        }

        var firsts = Firsts(beats);
        for (var n = 0; n < firsts.Count; n++)
        {
            var middle = (2 * firsts[n]) + (n + 1 < firsts.Count ? firsts[n + 1] - firsts[n] : beatsPerBar);
            if (middle < twice.Count)
            {
                twice[middle] = twice[middle] with { IsFirst = true };
            }
        }

        return [.. twice];
    }

    /// <summary>Every other beat and every other bar, counted from the first bar line, or from the first beat when there is none.</summary>
    public static BarBeat[] Half(IReadOnlyList<BarBeat> beats)
    {
        var firsts = Firsts(beats);
        int[] kept = [.. firsts.Where((_, n) => n % 2 == 0)];
        var start = kept.Length > 0 ? kept[0] : 0;
        var half = new List<BarBeat>();
        for (var n = start % 2; n < start; n += 2)
        {
            half.Add(beats[n] with { IsFirst = false });
        }

        int[] starts = kept.Length > 0 ? kept : [0];
        for (var k = 0; k < starts.Length; k++)
        {
            var end = k + 1 < starts.Length ? starts[k + 1] : beats.Count;
            for (var n = starts[k]; n < end; n += 2)
            {
                // A bar of an odd length: its last beat would stand only half a beat before the next bar.
                if (n + 1 < end || end == beats.Count)
                {
                    half.Add(beats[n] with { IsFirst = kept.Length > 0 && n == starts[k] });
                }
            }
        }

        return [.. half];
    }

    /// <summary>All beats moved by so many seconds.</summary>
    public static BarBeat[] Shift(IReadOnlyList<BarBeat> beats, double seconds) => [.. beats.Select(beat => beat with { Seconds = beat.Seconds + seconds })];

    /// <summary>Each beat moved half way to the next one, or to the one before; the outermost by as much as its neighbour.</summary>
    public static BarBeat[] ShiftHalf(IReadOnlyList<BarBeat> beats, bool later)
    {
        if (beats.Count < 2)
        {
            return [.. beats];
        }

        double Time(int n) => n < 0 ? (2 * beats[0].Seconds) - beats[1].Seconds : n >= beats.Count ? (2 * beats[^1].Seconds) - beats[^2].Seconds : beats[n].Seconds;
        return [.. beats.Select((beat, n) => beat with { Seconds = (beat.Seconds + Time(later ? n + 1 : n - 1)) / 2 })];
    }

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

    /// <summary>
    /// Puts a changed stretch back between its neighbours. Of these the ones that stand too close to it, or where it has moved to, are left out.
    /// </summary>
    public static BarBeat[] Join(IReadOnlyList<BarBeat> before, IReadOnlyList<BarBeat> changed, IReadOnlyList<BarBeat> after)
    {
        if (changed.Count == 0)
        {
            return [.. before, .. after];
        }

        var (earlier, inside, later) = (Times(before), Times(changed), Times(after));
        var last = before.Count;
        while (last > 0 && inside[0] - earlier[last - 1] < LeastGap(PeriodAt(earlier, last - 1), PeriodAt(inside, 0)))
        {
            last--;
        }

        var first = 0;
        while (first < after.Count && later[first] - inside[^1] < LeastGap(PeriodAt(later, first), PeriodAt(inside, inside.Length - 1)))
        {
            first++;
        }

        return [.. before.Take(last), .. changed, .. after.Skip(first)];
    }

    private static int? Near(double[] beats, double seconds)
    {
        var nearest = Timing.BeatGrid.Nearest(beats, seconds);
        return nearest >= 0 && PeriodAt(beats, nearest) is { } period && Math.Abs(beats[nearest] - seconds) <= NearShare * period ? nearest : null;
    }

    private static List<int> Firsts(IReadOnlyList<BarBeat> beats) => [.. Enumerable.Range(0, beats.Count).Where(n => beats[n].IsFirst)];

    private static double[] Times(IReadOnlyList<BarBeat> beats) => [.. beats.Select(beat => beat.Seconds)];

    /// <summary>Seconds to a neighbour; null for a beat that stands alone.</summary>
    private static double? PeriodAt(double[] beats, int n) =>
        beats.Length < 2 ? null : n + 1 < beats.Length ? beats[n + 1] - beats[n] : beats[n] - beats[n - 1];

    private static double LeastGap(double? one, double? other) => TooCloseShare * Math.Min(one ?? other ?? LeastSeconds, other ?? one ?? LeastSeconds);
}
