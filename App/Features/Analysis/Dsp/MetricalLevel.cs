namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Settles which of the pulses that nest in each other is the beat, and which of its phases: a tracker alone takes the half, the double, the third or the
/// off-beat as readily. Every candidate is described by several cues (<see cref="PulseCues"/>), and the likeliest by a log-linear model wins.
/// </summary>
internal static class MetricalLevel
{
    private const double SlowestBpm = 42;
    private const double FastestBpm = 230;
    private const int FewestBeats = 6;
    private const double NearBeats = 0.15;
    private const double NearlyAll = 0.85;

    /// <summary>Into how many parts a beat is cut, every how manieth moment is kept, and from which on.</summary>
    private static readonly (int Cut, int Keep, int Phase)[] Levels =
    [
        (1, 1, 0), (2, 2, 1), (2, 1, 0), (1, 2, 0), (1, 2, 1), (1, 3, 0), (1, 3, 1), (1, 3, 2), (3, 1, 0), (3, 2, 0), (3, 2, 1), (2, 3, 0), (2, 3, 1), (2, 3, 2),
    ];

    /// <summary>Gives the likeliest beats and how likely they are next to all other levels and phases.</summary>
    /// <param name="pulses">Pulses that trackers followed, each as rising times in seconds; at least one.</param>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="harmonies">Pitch-class profiles.</param>
    /// <param name="networks">What beat networks heard, or null.</param>
    /// <returns>The beats as they were followed where the pulse is too short to be judged; certainty 0 to 1.</returns>
    public static (double[] Beats, double Certainty) Choose(IReadOnlyList<double[]> pulses, Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        var cues = new PulseCues(onsets, harmonies, networks);
        var candidates = pulses.SelectMany(Nested).AsParallel().AsOrdered().Select(pulse => (pulse.Beats, Score: cues.Score(pulse))).ToArray();
        if (candidates.Length == 0)
        {
            return (pulses[0], 0);
        }

        var best = candidates.MaxBy(candidate => candidate.Score);
        double Likelihood((double[] Beats, double Score) candidate) => Math.Exp(candidate.Score - best.Score);
        return (best.Beats, candidates.Where(candidate => Agree(best.Beats, candidate.Beats)).Sum(Likelihood) / candidates.Sum(Likelihood));
    }

    /// <summary>Whether two rows of beats mean the same: nearly all of the one lie close to one of the other, and there are as many.</summary>
    private static bool Agree(double[] these, double[] those)
    {
        var window = NearBeats * (these[^1] - these[0]) / (these.Length - 1);
        var near = these.Count(beat =>
        {
            var next = Array.BinarySearch(those, beat);
            next = next < 0 ? ~next : next;
            return (next < those.Length && those[next] - beat < window) || (next > 0 && beat - those[next - 1] < window);
        });
        return near >= NearlyAll * these.Length && near >= NearlyAll * those.Length;
    }

    /// <summary>The pulse itself and those that nest in it, within the tempi that listeners tap.</summary>
    public static IEnumerable<NestedPulse> Nested(double[] pulse) =>
        Levels
            .Select(level => new NestedPulse(
                [.. Cut(pulse, level.Cut).Where((_, n) => n % level.Keep == level.Phase)],
                IsMoved: (level.Cut, level.Keep) != (1, 1),
                IsTriple: level.Cut == 3 || level.Keep == 3))
            .Where(nested => nested.Beats.Length >= FewestBeats && 60 / nested.PeriodSeconds is >= SlowestBpm and <= FastestBpm);

    private static double[] Cut(double[] beats, int parts) =>
        parts == 1
            ? beats
            : [.. beats.Zip(beats.Skip(1), (a, b) => Enumerable.Range(0, parts).Select(part => a + ((b - a) * part / parts))).SelectMany(part => part), beats[^1]];
}

/// <summary>A pulse that nests in the one a tracker followed.</summary>
/// <param name="Beats">Times in seconds, rising.</param>
/// <param name="IsMoved">Whether it is another than the tracker's own.</param>
/// <param name="IsTriple">Whether beats were cut into three, or every third was kept.</param>
internal sealed record NestedPulse(double[] Beats, bool IsMoved, bool IsTriple)
{
    /// <summary>Mean interval; for two beats or more.</summary>
    public double PeriodSeconds => (Beats[^1] - Beats[0]) / (Beats.Length - 1);
}
