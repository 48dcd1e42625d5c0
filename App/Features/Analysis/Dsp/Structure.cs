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
/// Form of a song. Borders: novelty along the diagonal of the bar-by-bar self-similarity with a checkerboard kernel (Foote 2000), chosen all at once by dynamic
/// programming that prefers stretches of 8 and 4 bars (Sargent, Bimbot and Vincent 2011). Groups: stretches that sound alike bar for bar.
/// </summary>
internal static class Structure
{
    private const int KernelBars = 8;
    private const int LongestBars = 40;
    private const double ShortestSeconds = 6;
    private const double BorderCost = 0.9;
    private const double AlikeAbove = 0.45;

    /// <summary>Cuts the song into stretches that cover all bars; a song of fewer than 8 bars is one stretch.</summary>
    public static IReadOnlyList<Stretch> Cut(BarFeatures bars)
    {
        if (bars.Count < 8)
        {
            return [new(0, bars.Count, 1)];
        }

        var novelty = Novelty(bars);
        var shortest = Math.Max(2, (int)Math.Ceiling(ShortestSeconds * bars.Count / bars.Edges[^1]));
        var borders = Choose(novelty, shortest);
        return [.. borders.Zip(borders.Skip(1), (from, to) => new Stretch(from, to, from == 0 ? 1 : Math.Clamp(novelty[from] / 3, 0, 1)))];
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

    /// <summary>One value per bar, for a border at its start: standardised, 0 on average.</summary>
    private static double[] Novelty(BarFeatures bars)
    {
        var novelty = new double[bars.Count];
        for (var bar = 1; bar < bars.Count; bar++)
        {
            double sum = 0, weights = 0;
            for (var i = -KernelBars; i < KernelBars; i++)
            {
                for (var j = -KernelBars; j < i; j++)
                {
                    if (bar + j >= 0 && bar + i < bars.Count && bar + i >= 0)
                    {
                        var weight = Math.Exp(-((i + 0.5) * (i + 0.5) + (j + 0.5) * (j + 0.5)) / (KernelBars * KernelBars / 2.0));
                        sum += ((i < 0) == (j < 0) ? weight : -weight) * bars.Likeness(bar + i, bar + j);
                        weights += weight;
                    }
                }
            }

            novelty[bar] = weights > 0 ? sum / weights : 0;
        }

        var mean = novelty.Average();
        var spread = Math.Sqrt(novelty.Average(value => (value - mean) * (value - mean)));
        return [.. novelty.Select(value => spread > 1e-6 ? (value - mean) / spread : 0)];
    }

    private static int[] Choose(double[] novelty, int shortest)
    {
        var count = novelty.Length;
        var best = new double[count + 1];
        var from = new int[count + 1];
        for (var to = 1; to <= count; to++)
        {
            best[to] = double.NegativeInfinity;
            for (var start = Math.Max(0, to - LongestBars); start < to; start++)
            {
                var bars = to - start;
                if (bars < shortest && (start > 0 || to < count))
                {
                    continue;
                }

                var score = best[start] + (start == 0 ? 0 : novelty[start] - BorderCost) - Oddness(bars, start == 0 || to == count);
                if (score > best[to])
                {
                    (best[to], from[to]) = (score, start);
                }
            }
        }

        var borders = new List<int> { count };
        for (var at = count; at > 0 && !double.IsNegativeInfinity(best[at]); at = from[at])
        {
            borders.Insert(0, from[at]);
        }

        return borders[0] == 0 ? [.. borders] : [0, count];
    }

    private static double Oddness(int bars, bool atAnEnd) =>
        atAnEnd ? 0 : bars % 8 == 0 ? 0 : bars % 4 == 0 ? 0.2 : bars % 2 == 0 ? 0.6 : 1;
}
