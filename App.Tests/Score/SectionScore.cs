using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>A labelled stretch of a song.</summary>
/// <param name="StartSeconds">Where it begins.</param>
/// <param name="EndSeconds">Where it ends, after its start.</param>
/// <param name="Label">Stretches with the same label, whatever its case, are the same kind of part.</param>
internal sealed record Stretch(double StartSeconds, double EndSeconds, string Label);

/// <summary>Form of a song against the true one, by the definitions of mir_eval.segment (Raffel et al. 2014). Both lists cover their song without gaps.</summary>
internal static class SectionScore
{
    private const double FrameSeconds = 0.1;

    /// <summary>
    /// F-measure of borders, the start and the end of the song among them, matched one to one (Turnbull et al. 2007); 0 when one list is empty. The estimate is first brought to
    /// the span from 0 to the end of the truth, as mir_eval does.
    /// </summary>
    /// <param name="reference">True parts, in order.</param>
    /// <param name="estimate">Found parts, in order.</param>
    /// <param name="windowSeconds">Largest distance of a match, inclusive: 0.5 or 3 by custom.</param>
    /// <param name="trim">Whether the first and the last border, which cost no skill, are left out; 0 when none remains.</param>
    public static double Borders(IReadOnlyList<Stretch> reference, IReadOnlyList<Stretch> estimate, double windowSeconds, bool trim = false)
    {
        var (truth, found) = Align(reference, estimate);
        return BeatScore.FOfAll(BordersOf(truth, trim), BordersOf(found, trim), windowSeconds);
    }

    /// <summary>F-measure of which pairs of moments, a tenth of a second each, belong to the same kind of part (Levy and Sandler 2008); 0 when one list is empty.</summary>
    /// <param name="reference">True parts, in order.</param>
    /// <param name="estimate">Found parts, in order; only which of their labels are equal matters.</param>
    public static double Pairwise(IReadOnlyList<Stretch> reference, IReadOnlyList<Stretch> estimate)
    {
        var (truth, found) = Align(reference, estimate);
        if (truth.Count == 0 || found.Count == 0)
        {
            return 0;
        }

        var (trueLabels, foundLabels) = (LabelsOf(truth), LabelsOf(found));
        var both = Pairs(trueLabels.Zip(foundLabels));
        var (precision, recall) = (both / Pairs(foundLabels), both / Pairs(trueLabels));
        return both == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    private static double[] BordersOf(IReadOnlyList<Stretch> parts, bool trim)
    {
        double[] borders = [.. parts.SelectMany(part => (double[])[part.StartSeconds, part.EndSeconds]).Select(seconds => Math.Round(seconds, 5)).Distinct().Order()];
        return trim ? [.. borders.Skip(1).SkipLast(1)] : borders;
    }

    private static (IReadOnlyList<Stretch> Truth, IReadOnlyList<Stretch> Found) Align(IReadOnlyList<Stretch> reference, IReadOnlyList<Stretch> estimate)
    {
        var end = reference.Select(part => part.EndSeconds).DefaultIfEmpty(0).Max();
        return (Span(reference, end), Span(estimate, end));
    }

    /// <summary>Cuts what lies beyond, and fills what is missing at the ends with parts of their own.</summary>
    private static List<Stretch> Span(IReadOnlyList<Stretch> parts, double end)
    {
        var inside = parts.Where(part => part.EndSeconds > 0 && part.StartSeconds < end)
            .Select(part => part with { StartSeconds = Math.Max(0, part.StartSeconds), EndSeconds = Math.Min(end, part.EndSeconds) })
            .ToList();
        if (inside.Count > 0 && inside[0].StartSeconds > 0)
        {
            inside.Insert(0, new(0, inside[0].StartSeconds, "(before)"));
        }

        if (inside.Count > 0 && inside[^1].EndSeconds < end)
        {
            inside.Add(new(inside[^1].EndSeconds, end, "(after)"));
        }

        return inside;
    }

    private static string[] LabelsOf(IReadOnlyList<Stretch> parts) =>
    [
        .. Enumerable.Range(0, (int)(parts[^1].EndSeconds / FrameSeconds))
            .Select(frame => parts.Last(part => part.StartSeconds <= frame * FrameSeconds).Label.ToUpperInvariant()),
    ];

    private static double Pairs<T>(IEnumerable<T> labels)
        where T : notnull => labels.CountBy(label => label).Sum(group => group.Value * (group.Value - 1.0) / 2);
}
