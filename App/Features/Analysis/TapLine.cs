using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>A steady beat.</summary>
/// <param name="Anchor">A moment that a beat falls on, seconds: the middle of what it was made from, where it is known best.</param>
/// <param name="Period">Seconds between two beats, above 0.</param>
/// <param name="From">Start of what it was made from.</param>
/// <param name="To">End of what it was made from.</param>
internal readonly record struct BeatLine(double Anchor, double Period, double From, double To);

/// <summary>
/// The straight line through taps: tap times against beat numbers. Numbers come from the spacing, so that a missed tap leaves a gap; taps far off the line
/// (more than three times the usual distance) are left out and the line is drawn again.
/// </summary>
internal static class TapLine
{
    /// <summary>Fewest taps that make a line.</summary>
    public const int FewestTaps = 4;

    private const double FastestPeriod = 0.15;
    private const double SlowestPeriod = 3;
    private const double OutlierSpreads = 3;
    private const double LeastSpreadSeconds = 0.015;
    private const double UnsteadyShare = 0.15;
    private const int Rounds = 5;

    /// <summary>Draws the line.</summary>
    /// <param name="taps">Moments in seconds, rising.</param>
    /// <returns>The line; null when taps at fewer than four beats lie on one, or they are faster than 400 or slower than 20 a minute.</returns>
    public static BeatLine? Through(IReadOnlyList<double> taps)
    {
        if (taps.Count < FewestTaps)
        {
            return null;
        }

        var period = Line.Median(taps.Zip(taps.Skip(1), (a, b) => b - a).Where(gap => gap >= FastestPeriod).DefaultIfEmpty(0));
        var numbered = Number(taps, period);
        var line = (Start: taps[0], Step: period);
        for (var round = 0; round < Rounds && Beats(numbered) >= FewestTaps; round++)
        {
            line = Fit(numbered);
            if (line.Step is < FastestPeriod or > SlowestPeriod)
            {
                return null;
            }

            numbered = OnTheLine(Renumber(taps, line), line);
        }

        if (Beats(numbered) < FewestTaps || numbered.Count * 2 <= taps.Count || Spread(numbered, line) > UnsteadyShare * line.Step)
        {
            return null;
        }

        var middle = Math.Round(numbered.Average(tap => (double)tap.Number));
        return new(line.Start + (middle * line.Step), line.Step, numbered[0].Seconds, numbered[^1].Seconds);
    }

    private static List<(int Number, double Seconds)> Number(IReadOnlyList<double> taps, double period)
    {
        var numbered = new List<(int Number, double Seconds)> { (0, taps[0]) };
        foreach (var tap in taps.Skip(1))
        {
            var steps = period > 0 ? (int)Math.Round((tap - numbered[^1].Seconds) / period) : 0;
            if (steps > 0)
            {
                numbered.Add((numbered[^1].Number + steps, tap));
            }
        }

        return numbered;
    }

    /// <summary>Each tap gets the number of the beat it is nearest to; who taps along a loop taps several times at each.</summary>
    private static List<(int Number, double Seconds)> Renumber(IReadOnlyList<double> taps, (double Start, double Step) line) =>
        [.. taps.Select(tap => ((int)Math.Round((tap - line.Start) / line.Step), tap))];

    private static List<(int Number, double Seconds)> OnTheLine(List<(int Number, double Seconds)> taps, (double Start, double Step) line)
    {
        var usual = Math.Max(LeastSpreadSeconds, 1.48 * Line.Median(taps.Select(tap => Math.Abs(Distance(tap, line)))));
        return taps.FindAll(tap => Math.Abs(Distance(tap, line)) <= OutlierSpreads * usual);
    }

    private static int Beats(List<(int Number, double Seconds)> taps) => taps.Select(tap => tap.Number).Distinct().Count();

    private static double Spread(List<(int Number, double Seconds)> taps, (double Start, double Step) line) => Math.Sqrt(taps.Average(tap => Math.Pow(Distance(tap, line), 2)));

    private static double Distance((int Number, double Seconds) tap, (double Start, double Step) line) => tap.Seconds - line.Start - (tap.Number * line.Step);

    private static (double Start, double Step) Fit(List<(int Number, double Seconds)> taps)
    {
        var (number, seconds) = (taps.Average(tap => tap.Number), taps.Average(tap => tap.Seconds));
        var step = taps.Sum(tap => (tap.Number - number) * (tap.Seconds - seconds)) / taps.Sum(tap => Math.Pow(tap.Number - number, 2));
        return (seconds - (number * step), step);
    }
}
