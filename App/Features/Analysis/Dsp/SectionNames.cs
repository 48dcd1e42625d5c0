namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A part of the song.</summary>
/// <param name="Index">Place in the song, from 0.</param>
/// <param name="StartSeconds">Where it begins: 0, or the end of the part before.</param>
/// <param name="EndSeconds">Where it ends.</param>
/// <param name="Label">intro, verse, chorus, bridge, breakdown or outro.</param>
/// <param name="Group">Parts that sound alike share this number, counted from 0.</param>
/// <param name="Energy">0 to 1, against the song's own loud parts.</param>
/// <param name="Confidence">How far to trust border and label together, 0 to 1.</param>
internal sealed record Section(int Index, double StartSeconds, double EndSeconds, string Label, int Group, double Energy, double Confidence);

/// <summary>
/// Names for the parts, from what can be heard: what returns, how loud it is and where it stands. The loudest group that returns is the chorus; what else
/// returns is verse; what comes once, late, is a bridge; what falls far below the rest, or loses the bass, is a breakdown; short ends of another group are intro and outro.
/// It is an estimate and says how sure it is.
/// </summary>
internal static class SectionNames
{
    private const double MuchQuieter = 0.72;
    private const double MuchLessBass = 0.4;
    private const double AnyBass = 0.15;
    private const double LongestEndShare = 0.2;

    /// <summary>Names all parts; they cover the song from 0 to its end without gaps.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="stretches">Parts in order, covering all bars.</param>
    /// <param name="groups">Group of each part.</param>
    /// <param name="energies">Energy of each part, 0 to 1.</param>
    public static Section[] Name(BarFeatures bars, IReadOnlyList<Stretch> stretches, int[] groups, double[] energies)
    {
        var chorus = ChorusGroup(stretches, groups, energies);
        double[] lows = [.. stretches.Select(stretch => bars.LowShare[stretch.FirstBar..stretch.EndBar].Average())];
        var sections = new Section[stretches.Count];
        for (var n = 0; n < sections.Length; n++)
        {
            var (label, sure) = Label(n, stretches, groups, energies, lows, chorus);
            var (start, end) = (bars.Edges[stretches[n].FirstBar], bars.Edges[stretches[n].EndBar]);
            sections[n] = new(n, start, end, label, groups[n], energies[n], 0.5 * (sure + stretches[n].Contrast));
        }

        return sections;
    }

    private static int ChorusGroup(IReadOnlyList<Stretch> stretches, int[] groups, double[] energies)
    {
        var total = stretches.Sum(stretch => stretch.Bars);
        return groups.Distinct().MaxBy(group =>
        {
            int[] members = [.. Enumerable.Range(0, groups.Length).Where(n => groups[n] == group)];
            var share = (double)members.Sum(n => stretches[n].Bars) / total;
            var returns = members.Length > 1 ? 0.25 : 0;
            var opens = members[0] == 0 && groups.Length > 2 ? -0.1 : 0;
            return members.Average(n => energies[n]) + returns + opens + (0.2 * Math.Min(share, 0.5));
        });
    }

    private static (string Label, double Sure) Label(int n, IReadOnlyList<Stretch> stretches, int[] groups, double[] energies, double[] lows, int chorus)
    {
        var last = stretches.Count - 1;
        var total = stretches.Sum(stretch => stretch.Bars);
        var usual = Line.Median(energies);
        var usualLow = Line.Median(lows);
        var endLike = stretches[n].Bars <= LongestEndShare * total && groups[n] != chorus;
        var returns = groups.Count(group => group == groups[n]) > 1;
        var place = (stretches[n].FirstBar + (stretches[n].Bars / 2.0)) / total;
        return (n, last) switch
        {
            (_, 0) => ("verse", 0.1),
            (0, _) when endLike => ("intro", returns ? 0.5 : 0.8),
            _ when n == last && endLike => ("outro", returns ? 0.5 : 0.8),
            _ when groups[n] == chorus => ("chorus", returns ? 0.7 : 0.3),
            _ when energies[n] < MuchQuieter * usual => ("breakdown", 0.6),
            _ when usualLow > AnyBass && lows[n] < MuchLessBass * usualLow => ("breakdown", 0.6),
            _ when !returns && place > 0.5 => ("bridge", 0.4),
            _ => ("verse", returns ? 0.6 : 0.3),
        };
    }
}
