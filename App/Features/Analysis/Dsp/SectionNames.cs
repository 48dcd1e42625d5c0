namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A part of the song.</summary>
/// <param name="Index">Place in the song, from 0.</param>
/// <param name="StartSeconds">Where it begins: 0, or the end of the part before.</param>
/// <param name="EndSeconds">Where it ends.</param>
/// <param name="Label">intro, verse, chorus, bridge, breakdown, drop or outro.</param>
/// <param name="Group">Parts that sound alike share this number, counted from 0.</param>
/// <param name="Energy">0 to 1, against the song's own loud parts.</param>
/// <param name="Confidence">How far to trust border and label together, 0 to 1.</param>
internal sealed record Section(int Index, double StartSeconds, double EndSeconds, string Label, int Group, double Energy, double Confidence);

/// <summary>
/// Names for the parts, from what can be heard: what returns, how loud it is, what happens before it and where it stands. A part that a rise without bass leads to, and that sets in with
/// the bass drum, is a drop; the loudest group that returns is the chorus; what falls below its neighbours, or loses the bass, is a breakdown; what comes once, late, is a bridge; short ends
/// that lack something of the rest are intro and outro; what is left is verse. It is an estimate and says how sure it is: not at all where no border was found, for a whole without parts has no form to name.
/// </summary>
internal sealed class SectionNames
{
    private const double QuieterThanNeighbours = 0.85;
    private const double MuchLessBass = 0.4;
    private const double AnyBass = 0.02;
    private const double LongestEndShare = 0.2;
    private const double CommonShare = 0.3;
    private const int RiseBars = 8;
    private const double ClearRise = 0.15;

    private readonly BarFeatures bars;
    private readonly IReadOnlyList<Stretch> stretches;
    private readonly int[] groups;
    private readonly double[] energies;
    private readonly double[] lows;
    private readonly int chorus;
    private readonly HashSet<int> drops;
    private readonly HashSet<int> breakdowns;

    private SectionNames(BarFeatures bars, IReadOnlyList<Stretch> stretches, int[] groups, double[] energies)
    {
        (this.bars, this.stretches, this.groups, this.energies) = (bars, stretches, groups, energies);
        lows = [.. stretches.Select(stretch => Low(stretch.FirstBar, stretch.EndBar))];
        chorus = ChorusGroup();
        // A part may drop once and just go on the next time, a verse may once stand between louder parts: a group keeps one name.
        drops = [.. groups.Distinct().Where(group => Members(group).Count(SetsInAfterARise) * 2 >= Members(group).Count())];
        breakdowns = [.. groups.Distinct().Where(group => Members(group).Count(FallsAway) * 2 > Members(group).Count())];
    }

    /// <summary>Names all parts; they cover the song from 0 to its end without gaps.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="stretches">Parts in order, covering all bars.</param>
    /// <param name="groups">Group of each part.</param>
    /// <param name="energies">Energy of each part, 0 to 1.</param>
    public static Section[] Name(BarFeatures bars, IReadOnlyList<Stretch> stretches, int[] groups, double[] energies)
    {
        var names = new SectionNames(bars, stretches, groups, energies);
        var sections = new Section[stretches.Count];
        for (var n = 0; n < sections.Length; n++)
        {
            var (label, sure) = names.Label(n);
            var (start, end) = (bars.Edges[stretches[n].FirstBar], bars.Edges[stretches[n].EndBar]);
            sections[n] = new(n, start, end, label, groups[n], energies[n], sections.Length == 1 ? 0 : 0.5 * (sure + stretches[n].Contrast));
        }

        return sections;
    }

    private IEnumerable<int> Members(int group) => Enumerable.Range(0, groups.Length).Where(n => groups[n] == group);

    private double Share(int group) => (double)Members(group).Sum(n => stretches[n].Bars) / bars.Count;

    /// <summary>Loudness of kick drum and bass in a run of bars.</summary>
    private double Low(int firstBar, int endBar) => Enumerable.Range(firstBar, endBar - firstBar).Average(bar => bars.LowShare[bar] * bars.Energy[bar]);

    private int ChorusGroup() => groups.Distinct().MaxBy(group =>
    {
        var returns = Members(group).Count() > 1 ? 0.3 : 0;
        var opens = Members(group).First() == 0 && groups.Length > 2 ? -0.1 : 0;
        return Members(group).Average(n => energies[n]) + returns + opens + (0.2 * Math.Min(Share(group), 0.5));
    });

    private (string Label, double Sure) Label(int n)
    {
        var last = stretches.Count - 1;
        var isShort = stretches[n].Bars <= LongestEndShare * bars.Count;
        var returns = Members(groups[n]).Count() > 1;
        var place = (stretches[n].FirstBar + (stretches[n].Bars / 2.0)) / bars.Count;
        return n switch
        {
            _ when last == 0 => ("verse", 0),
            0 when isShort && groups[n] != chorus && Lacks(n) => ("intro", returns ? 0.5 : 0.8),
            _ when n == last && isShort && groups[n] != chorus && Lacks(n) => ("outro", returns ? 0.5 : 0.8),
            _ when drops.Contains(groups[n]) => ("drop", SetsInAfterARise(n) ? 0.7 : 0.4),
            _ when groups[n] == chorus => ("chorus", returns ? 0.7 : 0.3),
            _ when breakdowns.Contains(groups[n]) => ("breakdown", LosesBass(n) ? 0.7 : 0.5),
            _ when !returns && place > 0.5 && Members(groups[n - 1]).Count() > 1 => ("bridge", 0.4),
            _ => ("verse", returns ? 0.6 : 0.3),
        };
    }

    /// <summary>Quieter than the song usually is, or without its bass.</summary>
    private bool Lacks(int n) => energies[n] < Line.Median(energies) || LosesBass(n);

    private bool LosesBass(int n) => Line.Median(lows) is var usual && usual > AnyBass && lows[n] < MuchLessBass * usual;

    /// <summary>A quiet group that makes up much of the song is its verse.</summary>
    private bool FallsAway(int n)
    {
        var before = n > 0 ? energies[n - 1] : 0;
        var after = n + 1 < energies.Length ? energies[n + 1] : 0;
        return Share(groups[n]) < CommonShare && n > 0 && (LosesBass(n) || energies[n] < QuieterThanNeighbours * Math.Min(before, after));
    }

    /// <summary>Whether the bars before rise without bass, and the bass sets in with the part, on a song's louder half.</summary>
    private bool SetsInAfterARise(int n)
    {
        var first = stretches[n].FirstBar;
        if (first < RiseBars || energies[n] < Line.Median(energies))
        {
            return false;
        }

        var rise = Line.Fit(bars.Energy, first - RiseBars, first - 1).Step * (RiseBars - 1);
        return lows[n] > AnyBass && Low(first - RiseBars, first) < MuchLessBass * lows[n] && rise > ClearRise;
    }
}
