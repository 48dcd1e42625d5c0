using Downbeat.Features.Analysis;

namespace Downbeat.Features.Clips.Planning;

/// <summary>A stretch of a song that wants a clip of its own.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Start">Seconds in the song: where the slot before ends, or 0.</param>
/// <param name="End">Where it ends: the song's end for the last one.</param>
/// <param name="StartBeat">The beat that it begins on, counted from 0; null when it begins on none.</param>
/// <param name="EndBeat">The beat that it ends on; null for none.</param>
/// <param name="Section">Name of the part of the song that most of it lies in; null when no parts were found.</param>
/// <param name="Scene">What is to be seen in it; null until it is written.</param>
public sealed record ClipSlot(int Index, double Start, double End, int? StartBeat, int? EndBeat, string? Section, ClipScene? Scene = null);

/// <summary>What slots may begin on.</summary>
internal enum SlotsOn
{
    /// <summary>Any beat; first beats of bars where there is a choice, starts of parts above all.</summary>
    Beat,

    /// <summary>First beats of bars and starts of parts.</summary>
    Downbeat,

    /// <summary>Starts of parts; first beats of bars inside of those that are longer than a slot may be.</summary>
    Section,
}

/// <summary>
/// Divides a song among clips: the slots cover it from its beginning to its end without gaps, and of all ways to do that this is the best by dynamic programming, where each slot costs what its length is off the
/// middle of what was asked for, what its border lacks in weight, and how many parts of the song begin inside of it.
/// </summary>
internal static class ClipSlots
{
    /// <summary>Most slots.</summary>
    public const int Most = 64;

    /// <summary>Shortest length that can be asked for, in seconds.</summary>
    public const double Least = 0.5;

    private const double UsualLeast = 3;
    private const double UsualMost = 6;
    private const double ShortestOfMean = 0.4;
    private const double LongestOfMean = 2;
    private const double NearBeatSeconds = 0.07;
    private const double Tolerance = 1e-6;

    // Rather a border on the wrong beat than a slot that is too short.
    private const double TooShort = 100;
    private const double AcrossPart = 1;
    private const double OnNoBeat = 0.5;
    private const double OnBeat = 0.1;
    private const double OnDownbeat = 0.03;

    /// <summary>Divides a song.</summary>
    /// <param name="analysis">What is known of it.</param>
    /// <param name="least">Shortest slot, seconds; 3 when null. The first and the last may be shorter where nothing else fits.</param>
    /// <param name="most">Longest slot, seconds; when null 6, or what a long song needs to get along with <see cref="Most"/> slots.</param>
    /// <param name="on">What slots begin on.</param>
    /// <param name="count">How many slots; null for what the lengths give. Lengths that are not given follow from it.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c> for lengths and numbers that cannot be; 422 <c>clips.too_many_slots</c>, <c>clips.count_infeasible</c>.</exception>
    public static IReadOnlyList<ClipSlot> Divide(SongAnalysis analysis, double? least, double? most, SlotsOn on, int? count = null)
    {
        var seconds = analysis.DurationSeconds;
        if (count is { } wanted)
        {
            if (wanted < 1 || wanted > Most)
            {
                throw StudioProblem.Field("count", $"count lies between 1 and {Most}.");
            }

            least ??= Math.Clamp(ShortestOfMean * seconds / wanted, Least, 600);
            most ??= Math.Max(least.Value, Math.Min(LongestOfMean * seconds / wanted, 600));
        }

        var shortest = least ?? Math.Min(UsualLeast, most / 2 ?? UsualLeast);
        var longest = most ?? Math.Max(Math.Max(UsualMost, 2 * shortest), (2.2 * seconds / Most) - shortest);
        if (!(shortest >= Least && shortest <= 600))
        {
            throw StudioProblem.Field("minSeconds", "minSeconds lies between 0.5 and 600.");
        }

        if (!(longest >= shortest && longest <= 600))
        {
            throw StudioProblem.Field("maxSeconds", "maxSeconds is not less than minSeconds and at most 600.");
        }

        var borders = Borders(analysis, on, longest);
        var chosen = Choose(borders, [.. analysis.Sections.Select(section => section.Start)], seconds, shortest, longest, count);
        if (chosen.Count - 1 > Most)
        {
            throw new StudioProblem(422, "clips.too_many_slots", $"That makes {chosen.Count - 1} slots, and a song has at most {Most}: raise minSeconds or maxSeconds.");
        }

        return [.. chosen.Zip(chosen.Skip(1)).Select((pair, i) => new ClipSlot(i, pair.First, pair.Second, BeatAt(analysis, pair.First), BeatAt(analysis, pair.Second), SectionOf(analysis, pair.First, pair.Second)))];
    }

    /// <summary>Where slots may end, in order, with what that costs: 0 and the song's end for nothing, and wherever nothing else is for too long, places on no beat.</summary>
    private static List<(double Seconds, double Cost)> Borders(SongAnalysis analysis, SlotsOn on, double longest)
    {
        var seconds = analysis.DurationSeconds;
        var parts = analysis.Sections.Select(section => (section.Start, Cost: 0.0));
        var bars = analysis.Downbeats.Select(downbeat => (downbeat, Cost: on == SlotsOn.Section ? 2 * OnNoBeat : OnDownbeat));
        var beats = on == SlotsOn.Beat ? analysis.Beats.Select(beat => (beat, Cost: OnBeat)) : [];
        var wanted = parts.Concat(bars).Concat(beats)
            .Where(border => border.Item1 > NearBeatSeconds && border.Item1 < seconds - NearBeatSeconds)
            .OrderBy(border => border.Item1).ThenBy(border => border.Cost);
        List<(double Seconds, double Cost)> borders = [(0, 0)];
        foreach (var (at, cost) in wanted.Append((seconds, 0)))
        {
            if (at - borders[^1].Seconds < NearBeatSeconds && at < seconds)
            {
                // A part begins with its beat: one border, as light as the lighter of the two.
                borders[^1] = borders.Count == 1 ? borders[^1] : (borders[^1].Cost <= cost ? borders[^1].Seconds : at, Math.Min(borders[^1].Cost, cost));
                continue;
            }

            var (from, pieces) = (borders[^1].Seconds, (int)Math.Ceiling((at - borders[^1].Seconds - Tolerance) / (longest / 2)));
            borders.AddRange(at - from <= longest ? [] : Enumerable.Range(1, pieces - 1).Select(n => (from + ((at - from) * n / pieces), OnNoBeat)));
            borders.Add((at, cost));
        }

        return borders;
    }

    /// <summary>The best borders; with a count the best of all ways with just so many slots: one row of the table for each number of slots, or a single one where any number will do.</summary>
    private static List<double> Choose(List<(double Seconds, double Cost)> borders, List<double> parts, double seconds, double shortest, double longest, int? count)
    {
        var middle = count is { } number ? seconds / number : (shortest + longest) / 2;
        var rows = count ?? 0;
        var (best, from) = (new double[rows + 1, borders.Count], new int[rows + 1, borders.Count]);
        for (var row = 0; row <= rows; row++)
        {
            for (var border = 0; border < borders.Count; border++)
            {
                best[row, border] = row == 0 && border == 0 ? 0 : double.PositiveInfinity;
            }
        }

        for (var end = 1; end < borders.Count; end++)
        {
            for (var start = end - 1; start >= 0 && borders[end].Seconds - borders[start].Seconds <= longest + Tolerance; start--)
            {
                var length = borders[end].Seconds - borders[start].Seconds;
                var off = (length - middle) / middle;
                var lacking = Math.Max(0, shortest - length) / shortest;
                var cost = (off * off) + (lacking > Tolerance ? TooShort * lacking : 0) + borders[end].Cost
                    + (AcrossPart * parts.Count(part => part > borders[start].Seconds + NearBeatSeconds && part < borders[end].Seconds - NearBeatSeconds));
                for (var row = Math.Min(1, rows); row <= rows; row++)
                {
                    var before = Math.Max(0, row - 1);
                    if (best[before, start] + cost < best[row, end])
                    {
                        (best[row, end], from[row, end]) = (best[before, start] + cost, start);
                    }
                }
            }
        }

        if (double.IsInfinity(best[rows, borders.Count - 1]))
        {
            throw new StudioProblem(422, "clips.count_infeasible", $"The song cannot be divided into {rows} slots of these lengths: choose another number, or let the lengths follow from it.");
        }

        List<double> chosen = [seconds];
        for (var (at, row) = (borders.Count - 1, rows); at > 0; (at, row) = (from[row, at], Math.Max(0, row - 1)))
        {
            chosen.Insert(0, borders[from[row, at]].Seconds);
        }

        return chosen;
    }

    private static int? BeatAt(SongAnalysis analysis, double seconds)
    {
        for (var beat = 0; beat < analysis.Beats.Count; beat++)
        {
            if (Math.Abs(analysis.Beats[beat] - seconds) <= NearBeatSeconds)
            {
                return beat;
            }
        }

        return null;
    }

    /// <summary>Name of the part of the song that most of a stretch lies in; null when no parts were found.</summary>
    public static string? SectionOf(SongAnalysis analysis, double start, double end) =>
        analysis.Sections.MaxBy(section => Math.Min(end, section.End) - Math.Max(start, section.Start))?.Label;
}
