namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// A row of beats ends where the beat pauses: before a gap that is far wider than the gaps on both sides of it. Wider than on both, because where a tempo changes for good the gap is as wide as
/// those that follow; far, because people slow down, and where two stretches meet a gap may be three fifths of a beat too wide.
/// </summary>
internal static class BeatRows
{
    /// <summary>A gap wider than so many beats is a hole: nearer to a beat left out than to the widest that joins two stretches (1.6).</summary>
    private const double HoleBeats = 1.75;

    /// <summary>A neighbour wider than so many beats is a hole itself and no measure of the beat; a tempo may be halved twice.</summary>
    private const double NoBeatBeats = 5;

    private const int GapsAround = 4;

    /// <summary>Where rows begin: rising indexes of beats, the first is 0.</summary>
    /// <param name="beats">Times in seconds, rising. None have no row: the answer is empty.</param>
    public static List<int> Starts(IReadOnlyList<double> beats) => [.. Enumerable.Range(0, beats.Count).Where(n => n == 0 || IsHole(beats, n))];

    /// <summary>Whether the beat pauses before one of the beats.</summary>
    /// <param name="beats">Times in seconds, rising.</param>
    /// <param name="n">Index of that beat, 1 or more.</param>
    /// <param name="beatsWide">How many beats a gap must be wide.</param>
    public static bool IsHole(IReadOnlyList<double> beats, int n, double beatsWide = HoleBeats)
    {
        double[] around = [.. Gaps(beats, n - GapsAround, n), .. Gaps(beats, n + 1, n + 1 + GapsAround)];
        if (around.Length == 0)
        {
            return false;
        }

        var usual = Usual(around);
        var beside = Gaps(beats, n - 1, n).Concat(Gaps(beats, n + 1, n + 2)).Where(gap => gap <= NoBeatBeats * usual).DefaultIfEmpty(usual).Max();
        return beats[n] - beats[n - 1] > beatsWide * beside;
    }

    /// <summary>Usual seconds between the first beats of a row, or between the last ones; of an even number of gaps the shorter of the two in the middle.</summary>
    /// <param name="beats">At least two times in seconds, rising.</param>
    /// <param name="atEnd">True for the last ones.</param>
    public static double Period(IReadOnlyList<double> beats, bool atEnd) => Usual([.. atEnd ? Gaps(beats, beats.Count - GapsAround, beats.Count) : Gaps(beats, 1, 1 + GapsAround)]);

    /// <summary>The gaps before the beats from <paramref name="from"/> to <paramref name="end"/>, itself outside, as far as they are there.</summary>
    private static IEnumerable<double> Gaps(IReadOnlyList<double> beats, int from, int end)
    {
        for (var n = Math.Max(1, from); n < Math.Min(end, beats.Count); n++)
        {
            yield return beats[n] - beats[n - 1];
        }
    }

    // The shorter one: a hole among the gaps must not count as the beat.
    private static double Usual(double[] gaps) => gaps.Order().ElementAt((gaps.Length - 1) / 2);
}
