using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>How well a found form agrees with a true one, by the rules of mir_eval (Raffel et al. 2014).</summary>
internal static class SectionScore
{
    private const double FrameSeconds = 0.1;

    /// <summary>F-measure of the borders, the song's two ends included.</summary>
    /// <param name="truth">True starts in seconds, rising.</param>
    /// <param name="found">Found starts.</param>
    /// <param name="endSeconds">End of the song.</param>
    /// <param name="windowSeconds">0.5 or 3.</param>
    public static double Borders(double[] truth, double[] found, double endSeconds, double windowSeconds)
    {
        double matches = BeatScore.Matches([.. truth, endSeconds], [.. found, endSeconds], windowSeconds);
        return 2 * matches / (truth.Length + found.Length + 2);
    }

    /// <summary>Pairwise F-measure of the groups (Levy and Sandler 2008): of all pairs of moments in one group, how many are so in both forms.</summary>
    public static double Pairs(double[] truth, int[] trueGroups, double[] found, int[] foundGroups, double endSeconds)
    {
        var counts = new Dictionary<(int, int), double>();
        for (var t = truth[0]; t < endSeconds; t += FrameSeconds)
        {
            var cell = (trueGroups[Array.FindLastIndex(truth, start => start <= t)], foundGroups[Math.Max(0, Array.FindLastIndex(found, start => start <= t))]);
            counts[cell] = counts.GetValueOrDefault(cell) + 1;
        }

        var both = counts.Values.Sum(n => n * (n - 1));
        var inTruth = counts.GroupBy(cell => cell.Key.Item1).Select(group => group.Sum(cell => cell.Value)).Sum(n => n * (n - 1));
        var inFound = counts.GroupBy(cell => cell.Key.Item2).Select(group => group.Sum(cell => cell.Value)).Sum(n => n * (n - 1));
        return 2 * both / (inTruth + inFound);
    }
}
