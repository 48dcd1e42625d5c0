namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A stretch of the song whose beats lie on one straight line.</summary>
/// <param name="StartSeconds">Its first beat.</param>
/// <param name="EndSeconds">Its last beat.</param>
/// <param name="Bpm">Tempo by least squares.</param>
internal sealed record TempoStretch(double StartSeconds, double EndSeconds, double Bpm);

/// <summary>
/// Cuts beats into stretches of one tempo each: the fewest straight lines that follow the beats, by dynamic programming over squared distances with a price per line
/// (change-point detection, Jackson et al. 2005, "An algorithm for optimal partitioning of data on an interval"). Neighbours whose tempos differ by less than a hundredth are one. No line
/// runs across a hole (<see cref="BeatRows"/>), where there is no tempo, or across a border that a person has set.
/// </summary>
internal static class TempoStretches
{
    private const double UsualErrorSeconds = 0.012;
    private const double PriceOfALine = 12;
    private const double SameTempo = 0.01;
    private const double StraightSeconds = 0.001;
    private const int FewestBeats = 8;
    private const int LongestBeats = 512;

    /// <summary>Finds the stretches, in order. Each ends where the next begins, but before a hole with its last beat. A beat alone between holes or borders has no tempo; a gap is left there.</summary>
    /// <param name="beats">Times in seconds, rising. Fewer than two have no tempo: the answer is empty.</param>
    /// <param name="borders">Moments in seconds, any order, at which a stretch ends and another begins, however short they are, unless one line runs straight on.</param>
    public static TempoStretch[] Find(IReadOnlyList<double> beats, params IEnumerable<double> borders)
    {
        var holes = BeatRows.Starts(beats).ToHashSet();
        return [.. Runs(beats, holes, borders).SelectMany(run =>
        {
            var stretches = InRun(Of(beats, run));
            return stretches.Length == 0 || run.End == beats.Count || holes.Contains(run.End)
                ? stretches
                : [.. stretches[..^1], stretches[^1] with { EndSeconds = beats[run.End] }];
        })];
    }

    /// <summary>
    /// The tempo of a song: that of most of the time with a beat, between holes and borders; what has the same tempo counts together. 0 of fewer than two beats.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public static double MainBpm(IReadOnlyList<double> beats, params IEnumerable<double> borders)
    {
        (double Bpm, double Seconds)[] runs =
        [
            .. Runs(beats, BeatRows.Starts(beats), borders).Where(run => run.End - run.Start > 1).Select(run => (BeatGrid.TempoOf(Of(beats, run)), beats[run.End - 1] - beats[run.Start])),
        ];
        var most = runs.Select(one => runs.Where(other => IsSame(one.Bpm, other.Bpm)).ToArray()).MaxBy(alike => alike.Sum(run => run.Seconds));
        return most is null ? 0 : most.Sum(run => run.Bpm * run.Seconds) / most.Sum(run => run.Seconds);
    }

    /// <summary>Whether two tempos differ by less than a hundredth.</summary>
    public static bool IsSame(double one, double other) => Math.Abs(Math.Log(one / other)) < SameTempo;

    /// <summary>Whether the gap before a beat is that of its neighbours to a millisecond: what was laid as one line.</summary>
    private static bool IsStraight(IReadOnlyList<double> beats, int n) =>
        n > 1 && n + 1 < beats.Count && Math.Max(Math.Abs(Bend(beats, n - 1)), Math.Abs(Bend(beats, n))) < StraightSeconds;

    private static double Bend(IReadOnlyList<double> beats, int n) => beats[n + 1] - (2 * beats[n]) + beats[n - 1];

    /// <summary>Beats between two holes or borders: the first, and the one after the last.</summary>
    private static IEnumerable<(int Start, int End)> Runs(IReadOnlyList<double> beats, IEnumerable<int> holes, IEnumerable<double> borders)
    {
        int[] starts = [.. borders.Select(border => beats.TakeWhile(beat => beat < border).Count()).Where(start => !IsStraight(beats, start)).Concat(holes).Append(beats.Count).Distinct().Order()];
        return starts.Zip(starts.Skip(1));
    }

    private static double[] Of(IReadOnlyList<double> beats, (int Start, int End) run) => [.. beats.Skip(run.Start).Take(run.End - run.Start)];

    private static TempoStretch[] InRun(double[] beats)
    {
        if (beats.Length < 2)
        {
            return [];
        }

        var borders = Borders(beats);
        for (var n = borders.Count - 2; n > 0; n--)
        {
            if (IsSame(Tempo(beats, borders[n - 1], borders[n]), Tempo(beats, borders[n], borders[n + 1])))
            {
                borders.RemoveAt(n);
            }
        }

        return [.. Enumerable.Range(0, borders.Count - 1)
            .Select(n => new TempoStretch(beats[borders[n]], beats[borders[n + 1]], Tempo(beats, borders[n], borders[n + 1])))];
    }

    private static double Tempo(double[] beats, int from, int to) => 60 / Line.Fit(beats, from, to).Step;

    /// <summary>Indexes of beats, from 0 to the last one; a beat that ends one line begins the next.</summary>
    private static List<int> Borders(double[] beats)
    {
        var last = beats.Length - 1;
        var least = Math.Min(FewestBeats, last);
        var lines = new LineError(beats);
        var best = new double[last + 1];
        var from = new int[last + 1];
        for (var to = 1; to <= last; to++)
        {
            best[to] = double.PositiveInfinity;
            for (var start = Math.Max(0, to - LongestBeats); start <= to - least; start++)
            {
                var cost = best[start] + PriceOfALine + (lines.Of(start, to) / (UsualErrorSeconds * UsualErrorSeconds));
                if (cost < best[to])
                {
                    (best[to], from[to]) = (cost, start);
                }
            }
        }

        var borders = new List<int> { last };
        while (borders[0] > 0)
        {
            borders.Insert(0, from[borders[0]]);
        }

        return borders;
    }

    /// <summary>Squared distance of a run of beats from their own straight line, at the same cost for any run.</summary>
    private sealed class LineError
    {
        private readonly double[] sum;
        private readonly double[] product;
        private readonly double[] square;

        public LineError(double[] beats)
        {
            (sum, product, square) = (new double[beats.Length + 1], new double[beats.Length + 1], new double[beats.Length + 1]);
            var step = (beats[^1] - beats[0]) / (beats.Length - 1);
            for (var n = 0; n < beats.Length; n++)
            {
                // Distances from the line through the whole song: small numbers lose no digits.
                var value = beats[n] - beats[0] - (step * n);
                (sum[n + 1], product[n + 1], square[n + 1]) = (sum[n] + value, product[n] + (n * value), square[n] + (value * value));
            }
        }

        public double Of(int from, int to)
        {
            double count = to - from + 1;
            var (s, p, q) = (sum[to + 1] - sum[from], product[to + 1] - product[from], square[to + 1] - square[from]);
            var about = p - (s * (from + to) / 2);
            return Math.Max(0, q - (s * s / count) - (12 * about * about / (count * ((count * count) - 1))));
        }
    }
}
