namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A stretch of the song between two borders, before it has a name.</summary>
/// <param name="FirstBar">Index of its first bar.</param>
/// <param name="EndBar">Index after its last bar.</param>
/// <param name="Contrast">How clear the border at its start is, 0 to 1; 1 for the start of the song.</param>
internal readonly record struct Stretch(int FirstBar, int EndBar, double Contrast)
{
    /// <summary>Bars in it, at least 1.</summary>
    public int Bars => EndBar - FirstBar;
}

/// <summary>
/// Form of a song. Borders are chosen all at once by dynamic programming: each stretch should be even in level, colour and notes (least squares about its
/// mean, as in change-point detection, with a price per border that grows with the log of the song: Yao 1988), what begins or ends to repeat speaks for a
/// border (the lag view of Serrà, Müller, Grosche and Arcos 2012), and stretches of 8 and 4 bars are preferred (Sargent, Bimbot and Vincent 2011).
/// Groups: stretches that sound alike bar for bar.
/// </summary>
internal static class Structure
{
    private const int LongestBars = 40;
    private const double ShortestSeconds = 7;
    private const int FewestBars = 2;
    private const int UsualFewestBars = 4;
    private const double BorderCost = 0.5;
    private const double RepeatGain = 0.75;
    private const double OddCost = 2;
    private const double AlikeAbove = 0.45;
    private const double JumpGain = 2;
    private const double LeastChange = 0.05;

    /// <summary>Cuts the song into stretches that cover all bars; a song of fewer than 8 bars is one stretch.</summary>
    public static IReadOnlyList<Stretch> Cut(BarFeatures bars)
    {
        if (bars.Count < 8)
        {
            return [new(0, bars.Count, 1)];
        }

        var spread = new Spread(bars);
        var repeats = Repetition.Change(bars);
        var jumps = Jumps(bars);
        var price = BorderCost * Math.Log(bars.Count);
        var borders = Choose(bars, spread, [.. repeats.Select((change, bar) => (RepeatGain * change) + (JumpGain * jumps[bar]) - price)]);
        return [.. Enumerable.Range(0, borders.Length - 1).Select(n => new Stretch(borders[n], borders[n + 1], n == 0 ? 1 : Contrast(n)))];

        double Contrast(int n)
        {
            var gain = spread.Of(borders[n - 1], borders[n + 1]) - spread.Of(borders[n - 1], borders[n]) - spread.Of(borders[n], borders[n + 1]);
            return 1 - Math.Exp(-(gain + (RepeatGain * repeats[borders[n]])) / (2 * price));
        }
    }

    /// <summary>Gives stretches that sound alike the same number, counted from 0 in order of appearance.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="stretches">Parts in order.</param>
    /// <param name="energies">Energy of each, 0 to 1: the same chords much louder are another part.</param>
    public static int[] Group(BarFeatures bars, IReadOnlyList<Stretch> stretches, double[] energies)
    {
        var groups = new int[stretches.Count];
        var count = 0;
        for (var n = 0; n < stretches.Count; n++)
        {
            var like = Enumerable.Range(0, n)
                .Select(earlier => (earlier, likeness: Likeness(bars, stretches[n], stretches[earlier]) - Math.Abs(energies[n] - energies[earlier])))
                .OrderByDescending(pair => pair.likeness)
                .FirstOrDefault();
            groups[n] = like.likeness > AlikeAbove ? groups[like.earlier] : count++;
        }

        return groups;
    }

    /// <summary>Mean likeness of two stretches laid side by side, −1 to 1; the better of bar on bar and one bar apart.</summary>
    private static double Likeness(BarFeatures bars, Stretch a, Stretch b)
    {
        var length = Math.Min(a.Bars, b.Bars);
        return Enumerable.Range(-1, 3).Max(shift =>
        {
            double sum = 0;
            var pairs = 0;
            for (var k = 0; k < length; k++)
            {
                if (k + shift >= 0 && k + shift < b.Bars)
                {
                    sum += bars.Likeness(a.FirstBar + k, b.FirstBar + k + shift);
                    pairs++;
                }
            }

            return pairs * 2 > length ? sum / pairs : -1;
        });
    }

    /// <summary>
    /// How suddenly each bar is louder than the one before, 0 to 1, against the song's own ups and downs: parts set in, and the bars of rise or quiet before belong to the part that
    /// they end.
    /// </summary>
    private static double[] Jumps(BarFeatures bars)
    {
        double[] changes = [0, .. bars.Energy.Zip(bars.Energy.Skip(1), (before, here) => here - before)];
        var usual = Math.Max(LeastChange, Math.Sqrt(changes.Average(change => change * change)));
        return [.. changes.Select(change => Math.Clamp((change / usual) - 1, 0, 1))];
    }

    private static int[] Choose(BarFeatures bars, Spread spread, double[] gains)
    {
        var count = bars.Count;
        var shortest = Math.Clamp((int)Math.Ceiling(ShortestSeconds * count / bars.Edges[^1]), FewestBars, UsualFewestBars);
        var best = new double[count + 1];
        var from = new int[count + 1];
        for (var to = 1; to <= count; to++)
        {
            best[to] = double.NegativeInfinity;
            for (var start = Math.Max(0, to - LongestBars); start < to; start++)
            {
                var atAnEnd = start == 0 || to == count;
                if (to - start < (atAnEnd ? FewestBars : shortest))
                {
                    continue;
                }

                var score = best[start] + (start == 0 ? 0 : gains[start]) - spread.Of(start, to) - (OddCost * Oddness(to - start, atAnEnd));
                if (score > best[to])
                {
                    (best[to], from[to]) = (score, start);
                }
            }
        }

        var borders = new List<int> { count };
        for (var at = count; at > 0; at = from[at])
        {
            borders.Insert(0, from[at]);
        }

        return [.. borders];
    }

    /// <summary>The first and the last may have a pick-up or fade, but a scrap of a bar or two is no part.</summary>
    private static double Oddness(int bars, bool atAnEnd) => atAnEnd
        ? bars < UsualFewestBars - 1 ? 1 : 0
        : bars % 8 == 0 ? 0 : bars % 4 == 0 ? 0.2 : bars % 2 == 0 ? 0.6 : 1;
}
