namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Settles whether a fast pulse is the beat or its subdivision. Onsets alone cannot tell; the bars can: at the right level harmony and bass fall into a
/// clear pattern of three or four, at twice that level the pattern blurs.
/// </summary>
internal static class MetricalLevel
{
    private const double FastBpm = 150;
    private const double ClearlyBetter = 1.5;

    /// <summary>Gives the beats and bars of the level whose bars are clearest; slow songs keep theirs.</summary>
    /// <param name="beats">Beats found; may be empty.</param>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="harmonies">Pitch-class profiles.</param>
    /// <param name="networks">What beat networks heard, or null.</param>
    public static (Beats Beats, BarLines Bars) Choose(Beats beats, Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        var (chosen, bars) = (beats, Bars.Find(beats.Seconds, onsets, harmonies, networks));
        if (beats.TempoBpm < FastBpm)
        {
            return (chosen, bars);
        }

        var toBeat = ClearlyBetter * bars.Confidence;
        for (var parity = 0; parity < 2; parity++)
        {
            double[] half = [.. beats.Seconds.Where((_, n) => n % 2 == parity)];
            var slower = Bars.Find(half, onsets, harmonies, networks);
            if (slower.Downbeats.Length > 0 && slower.Confidence > toBeat)
            {
                toBeat = slower.Confidence;
                (chosen, bars) = (beats with { Seconds = half, TempoBpm = BeatGrid.TempoOf(half) }, slower);
            }
        }

        return (chosen, bars);
    }
}
