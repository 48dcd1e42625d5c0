using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>
/// How long beats go on being right: the continuity measures of Hainsworth 2004 and Klapuri, Eronen and Astola 2006, as defined by Davies, Degara and Plumbley 2009 and computed by
/// mir_eval (Raffel et al. 2014). A beat is right when it lies near a true one and the step to it is near the true step, both within <see cref="Tolerance"/> of that step.
/// </summary>
/// <param name="CmlC">Longest unbroken run at the written metrical level, as a share of the longer of the two lists, 0 to 1.</param>
/// <param name="CmlT">All right beats at the written metrical level, 0 to 1.</param>
/// <param name="AmlC">As <paramref name="CmlC"/>, at whichever level fits best: as written, off the beat, twice as fast, or every second beat.</param>
/// <param name="AmlT">As <paramref name="CmlT"/>, at whichever level fits best.</param>
internal readonly record struct Continuity(double CmlC, double CmlT, double AmlC, double AmlT)
{
    /// <summary>Largest error of phase and of period, exclusive, as a share of the true step.</summary>
    public const double Tolerance = 0.175;

    /// <summary>Measures beats; the first <see cref="BeatScore.TrimSeconds"/> seconds do not count. All are 0 when fewer than two beats are left in either list.</summary>
    /// <param name="reference">True beat times in seconds, rising.</param>
    /// <param name="estimate">Found beat times in seconds, rising.</param>
    public static Continuity Of(IReadOnlyList<double> reference, IReadOnlyList<double> estimate)
    {
        var (truth, found) = (BeatScore.Trim(reference), BeatScore.Trim(estimate));
        if (truth.Length < 2 || found.Length < 2)
        {
            return default;
        }

        var levels = Levels(truth).Select(level => Share(level, found)).ToArray();
        return new(levels[0].Longest, levels[0].Total, levels.Max(level => level.Longest), levels.Max(level => level.Total));
    }

    /// <summary>Twice as many beats: a new one half-way between each two.</summary>
    /// <param name="beats">Times in seconds, rising.</param>
    public static double[] Doubled(IReadOnlyList<double> beats) =>
        [.. beats.Take(1), .. beats.Zip(beats.Skip(1)).SelectMany(pair => (double[])[(pair.First + pair.Second) / 2, pair.Second])];

    /// <summary>Every second beat.</summary>
    /// <param name="beats">Times in seconds, rising.</param>
    /// <param name="first">Index of the first to keep, 0 or 1.</param>
    public static double[] EverySecond(IReadOnlyList<double> beats, int first) => [.. beats.Where((_, n) => n % 2 == first)];

    private static IEnumerable<double[]> Levels(double[] beats)
    {
        var doubled = Doubled(beats);
        return [beats, EverySecond(doubled, 1), doubled, EverySecond(beats, 0), EverySecond(beats, 1)];
    }

    private static (double Longest, double Total) Share(double[] truth, double[] found)
    {
        var taken = new bool[truth.Length];
        var (run, longest, total) = (0, 0, 0);
        for (var n = 0; n < found.Length; n++)
        {
            var nearest = Nearest(truth, found[n]);
            var isRight = !taken[nearest] && IsRight(truth, nearest, found, n);
            taken[nearest] |= isRight;
            run = isRight ? run + 1 : 0;
            longest = Math.Max(longest, run);
            total += isRight ? 1 : 0;
        }

        double most = Math.Max(truth.Length, found.Length);
        return (longest / most, total / most);
    }

    /// <summary>The step to a beat is the one from the beat before; only at the first of either list it is the one that follows, where there is one.</summary>
    private static bool IsRight(double[] truth, int nearest, double[] found, int n)
    {
        var isFirst = n == 0 || nearest == 0;
        var (trueStep, step) = (Step(truth, nearest, isFirst), Step(found, n, isFirst));
        return trueStep > 0 && Math.Abs(found[n] - truth[nearest]) / trueStep < Tolerance && Math.Abs(1 - (step / trueStep)) < Tolerance;
    }

    private static double Step(double[] beats, int at, bool looksAhead) =>
        looksAhead && at + 1 < beats.Length ? beats[at + 1] - beats[at] : at > 0 ? beats[at] - beats[at - 1] : 0;

    private static int Nearest(double[] beats, double time)
    {
        var at = Array.BinarySearch(beats, time);
        var after = at >= 0 ? at : ~at;
        return after == beats.Length || (after > 0 && time - beats[after - 1] <= beats[after] - time) ? after - 1 : after;
    }
}
