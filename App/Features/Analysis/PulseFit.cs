using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>
/// Moves a steady beat that a person gave onto the onsets of the song. People tap some hundredths of a second beside the beat and each tap differs; the sound does not. First the
/// tapped stretch is matched, then one twice as long and so on, each with the tempo known better: the tempo of eight taps would be a beat off within a minute.
/// </summary>
internal static class PulseFit
{
    private const double FurthestSeconds = 0.04;
    private const double FurthestTempo = 0.03;
    private const double SettledSeconds = 0.015;
    private const double StepSeconds = 0.002;
    private const double FarPrice = 0.25;
    private const double LeastGain = 1.3;

    /// <summary>Matches a beat with a song.</summary>
    /// <param name="line">The beat as it was given.</param>
    /// <param name="reach">How far it goes on, finite.</param>
    /// <param name="curves">How the song moves; with none the beat stays as it is.</param>
    public static BeatLine Refine(BeatLine line, Reach reach, Curves? curves)
    {
        if (curves is null || curves.Count == 0)
        {
            return line;
        }

        var onsets = Onsets(curves);
        var overall = onsets.Average();
        var (shift, tempo) = (FurthestSeconds, FurthestTempo);
        while (true)
        {
            var (best, strength) = Best(line, shift, tempo, onsets);

            // Where beats are no louder than the rest, or the tempo has changed, the sound tells nothing: what is known stays.
            if (strength < LeastGain * overall)
            {
                return line;
            }

            line = best;
            var wider = new BeatLine(line.Anchor, line.Period, Math.Max(reach.From, line.From - (line.To - line.From)), Math.Min(reach.To, line.To + (line.To - line.From)));
            if (wider == line)
            {
                return line;
            }

            // Over the stretch matched last the beats are right within a hundredth or so; that much, at its ends, the tempo may still be off.
            (shift, tempo) = (SettledSeconds, SettledSeconds / Math.Max(line.To - line.Anchor, line.Anchor - line.From));
            line = wider;
        }
    }

    private static (BeatLine Line, double Strength) Best(BeatLine line, double shift, double tempo, float[] onsets)
    {
        var half = Math.Max(line.To - line.Anchor, line.Anchor - line.From);
        var tempoSteps = (int)Math.Ceiling(tempo * half / StepSeconds);
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

    private static float[] Onsets(Curves curves)
    {
        var sum = new float[curves.Count];
        for (var n = 0; n < sum.Length; n++)
        {
            sum[n] = curves.Kick[n] + curves.Snare[n] + curves.Hats[n] + curves.Bass[n];
        }

        return Smoothing.Gaussian(sum, 0.7);
    }
}
