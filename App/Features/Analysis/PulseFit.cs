using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>
/// Moves a steady beat that a person gave onto the onsets of the song. People tap some hundredths of a second beside the beat and each tap differs; the sound does not. First the
/// tapped stretch is matched, then one twice as long and so on, each with the tempo known better: the tempo of eight taps would be a beat off within a minute.
/// </summary>
internal static class PulseFit
{
    private const double FurthestSeconds = 0.04;
    private const double FurthestTempo = 0.05;
    private const double SettledSeconds = 0.015;
    private const double StepSeconds = 0.002;
    private const double FarPrice = 0.15;
    private const double LeastGain = 1.3;
    private const int MostRounds = 6;

    /// <summary>Matches a beat with a song.</summary>
    /// <param name="line">The beat as it was given.</param>
    /// <param name="reach">How far it goes on, finite.</param>
    /// <param name="curves">How the song moves; with none the beat stays as it is.</param>
    /// <param name="knownPeriods">Seconds between beats as they are known from elsewhere. One near the given beat's is tried as well; the one that meets more onsets on its whole way wins.</param>
    public static BeatLine Refine(BeatLine line, Reach reach, Curves? curves, params IEnumerable<double> knownPeriods)
    {
        if (curves is null || curves.Count == 0)
        {
            return line;
        }

        var onsets = Onsets(curves);
        return knownPeriods
            .Where(period => Math.Abs((period / line.Period) - 1) <= FurthestTempo)
            .Select(period => line with { Period = period })
            .Prepend(line)
            .Select(start => Follow(start, reach, onsets))
            .MaxBy(found => Strength(found with { From = reach.From, To = reach.To }, onsets));
    }

    private static BeatLine Follow(BeatLine line, Reach reach, float[] onsets)
    {
        var overall = onsets.Average();
        var (shift, tempo) = (FurthestSeconds, Math.Min(FurthestTempo, FurthestSeconds / Half(line)));
        while (Settle(line, shift, tempo, onsets, overall) is { } settled)
        {
            // Over the stretch matched now the beats are right within a hundredth or so; that much, at its ends, the tempo may still be off.
            (shift, tempo) = (SettledSeconds, SettledSeconds / Half(settled));
            line = settled with { From = Math.Max(reach.From, (2 * settled.From) - settled.To), To = Math.Min(reach.To, (2 * settled.To) - settled.From) };
            if (line == settled)
            {
                break;
            }
        }

        return line;
    }

    /// <summary>The best place of a beat over one stretch; null where beats are no louder than the rest, or the tempo changes, and the sound tells nothing.</summary>
    private static BeatLine? Settle(BeatLine line, double shift, double tempo, float[] onsets, float overall)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var (best, strength) = Best(line, shift, tempo, onsets);
            if (strength < LeastGain * overall)
            {
                return null;
            }

            if (best == line)
            {
                break;
            }

            line = best;
            (shift, tempo) = (Math.Min(shift, SettledSeconds), Math.Min(tempo, SettledSeconds / Half(line)));
        }

        return line;
    }

    private static double Half(BeatLine line) => Math.Max(line.To - line.Anchor, line.Anchor - line.From);

    private static (BeatLine Line, double Strength) Best(BeatLine line, double shift, double tempo, float[] onsets)
    {
        var tempoSteps = (int)Math.Ceiling(tempo * Half(line) / StepSeconds);
        var shiftSteps = (int)Math.Round(shift / StepSeconds);
        var (best, bestScore, strength) = (line, double.NegativeInfinity, 0.0);
        for (var t = -tempoSteps; t <= tempoSteps; t++)
        {
            for (var s = -shiftSteps; s <= shiftSteps; s++)
            {
                var (dt, ds) = (tempoSteps == 0 ? 0 : (double)t / tempoSteps, (double)s / shiftSteps);
                var tried = line with { Anchor = line.Anchor + (ds * shift), Period = line.Period * (1 + (dt * tempo)) };
                var found = Strength(tried, onsets);
                var score = found * (1 - (FarPrice * ((dt * dt) + (ds * ds))));
                if (score > bestScore)
                {
                    (best, bestScore, strength) = (tried, score, found);
                }
            }
        }

        return (best, strength);
    }

    /// <summary>Mean onset strength at the beats of a stretch.</summary>
    private static double Strength(BeatLine line, float[] onsets)
    {
        var first = (int)Math.Ceiling((line.From - line.Anchor) / line.Period - 0.5);
        var last = (int)Math.Floor((line.To - line.Anchor) / line.Period + 0.5);
        double sum = 0;
        for (var n = first; n <= last; n++)
        {
            sum += At(onsets, line.Anchor + (n * line.Period));
        }

        return sum / Math.Max(1, last - first + 1);
    }

    private static double At(float[] onsets, double seconds)
    {
        var place = (seconds * Curves.PerSecond) - 0.5;
        var n = (int)Math.Floor(place);
        return n < 0 || n + 1 >= onsets.Length ? 0 : onsets[n] + ((place - n) * (onsets[n + 1] - onsets[n]));
    }

    /// <summary>Where strokes set in: a stroke stays in its curve for some values, and only where it rises is it in time.</summary>
    private static float[] Onsets(Curves curves)
    {
        var rises = new float[curves.Count];
        foreach (var series in (float[][])[curves.Kick, curves.Snare, curves.Hats, curves.Bass])
        {
            for (var n = 1; n < rises.Length; n++)
            {
                rises[n] += Math.Max(0, series[n] - series[n - 1]);
            }
        }

        return Smoothing.Gaussian(rises, 1);
    }
}
