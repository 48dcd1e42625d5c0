namespace Downbeat.Tests.Support;

/// <summary>
/// Beat F-measure by the rules of mir_eval (Raffel et al. 2014): the first 5 s are trimmed, then beats are matched one to one within ±70 ms.
/// </summary>
internal static class BeatScore
{
    /// <summary>Beats before this do not count: a listener needs a while too.</summary>
    public const double TrimSeconds = 5;

    /// <summary>F-measure of beats after the trim, 0 to 1; 0 when either list has nothing left.</summary>
    /// <param name="reference">True beat times in seconds, rising.</param>
    /// <param name="estimate">Found beat times in seconds, rising.</param>
    /// <param name="windowSeconds">Largest distance of a match, inclusive.</param>
    public static double F(IReadOnlyList<double> reference, IReadOnlyList<double> estimate, double windowSeconds = 0.07) =>
        FOfAll(Trim(reference), Trim(estimate), windowSeconds);

    /// <summary>F-measure of any moments, without a trim.</summary>
    /// <inheritdoc cref="F"/>
    public static double FOfAll(IReadOnlyList<double> reference, IReadOnlyList<double> estimate, double windowSeconds)
    {
        double matches = Matches(reference, estimate, windowSeconds);
        return matches == 0 ? 0 : 2 * matches / (reference.Count + estimate.Count);
    }

    /// <summary>The beats from <see cref="TrimSeconds"/> on.</summary>
    public static double[] Trim(IReadOnlyList<double> beats) => [.. beats.Where(seconds => seconds >= TrimSeconds)];

    /// <summary>
    /// Size of the largest one-to-one matching. With points on a line and one window, pairing the earliest free points is a largest matching.
    /// </summary>
    public static int Matches(IReadOnlyList<double> truth, IReadOnlyList<double> found, double windowSeconds)
    {
        var (matches, t, f) = (0, 0, 0);
        while (t < truth.Count && f < found.Count)
        {
            var distance = found[f] - truth[t];
            if (Math.Abs(distance) <= windowSeconds)
            {
                matches++;
                t++;
                f++;
            }
            else if (distance < 0)
            {
                f++;
            }
            else
            {
                t++;
            }
        }

        return matches;
    }

    /// <summary>
    /// Times of a constant grid inside a song: <paramref name="originSeconds"/> + k · 60 / <paramref name="tempoBpm"/> for every whole k that falls in it.
    /// </summary>
    public static double[] Grid(double originSeconds, double tempoBpm, double durationSeconds)
    {
        var period = 60 / tempoBpm;
        var first = (int)Math.Ceiling(-originSeconds / period);
        var last = (int)Math.Floor((durationSeconds - originSeconds) / period);
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(k => originSeconds + (k * period))];
    }
}
