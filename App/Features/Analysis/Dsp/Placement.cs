namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Moves beats from the frames they were tracked at onto the onsets that they mean, to a fraction of a frame.</summary>
internal static class Placement
{
    private const int ReachFrames = 4;
    private const int SteadyReach = 12;
    private const double LeastWeight = 0.05;
    private const double GraceSeconds = 0.03;

    /// <summary>Places the beats. In a steady song the grid is smoother than any one onset: each lies on the line through its neighbours.</summary>
    /// <param name="beats">At least two times in seconds, rising.</param>
    /// <param name="steady">Whether the song keeps one tempo.</param>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="fromSeconds">Where the sound begins.</param>
    /// <param name="toSeconds">Where it ends.</param>
    /// <returns>Times, strictly rising, from <paramref name="fromSeconds"/> to less than <paramref name="toSeconds"/>.</returns>
    public static double[] Settle(double[] beats, bool steady, Onsets onsets, double fromSeconds, double toSeconds)
    {
        var strength = Smoothing.Gaussian(onsets.All, 1);
        (double Seconds, double Weight)[] placed = [.. beats.Select(beat => Peak(strength, beat))];
        double[] settled = steady ? Straight(placed) : [.. placed.Select(beat => beat.Seconds)];
        settled = Rounded(settled, fromSeconds);
        return [.. settled.Where((beat, n) => beat < toSeconds && (n == 0 || beat > settled[n - 1]))];
    }

    /// <summary>The strongest moment within 23 ms, refined by a parabola, and how strong it is; the moment itself where nothing begins.</summary>
    private static (double Seconds, double Weight) Peak(float[] strength, double seconds)
    {
        var centre = (int)Math.Round(seconds * Onsets.FramesPerSecond);
        var best = centre;
        for (var frame = Math.Max(1, centre - ReachFrames); frame <= Math.Min(strength.Length - 2, centre + ReachFrames); frame++)
        {
            if (strength[frame] > strength[Math.Clamp(best, 0, strength.Length - 1)])
            {
                best = frame;
            }
        }

        if (best < 1 || best > strength.Length - 2 || strength[best] < strength[best - 1] || strength[best] < strength[best + 1])
        {
            return (seconds, LeastWeight);
        }

        var (left, here, right) = (strength[best - 1], strength[best], strength[best + 1]);
        var curve = left - (2 * here) + right;
        var shift = curve < 0 ? 0.5 * (left - right) / curve : 0;
        return ((best + shift) / Onsets.FramesPerSecond, Math.Max(LeastWeight, here));
    }

    private static double[] Straight((double Seconds, double Weight)[] beats)
    {
        var straight = new double[beats.Length];
        for (var n = 0; n < beats.Length; n++)
        {
            double sum = 0, place = 0, time = 0, placePlace = 0, placeTime = 0;
            for (var k = Math.Max(0, n - SteadyReach); k <= Math.Min(beats.Length - 1, n + SteadyReach); k++)
            {
                var (seconds, weight) = beats[k];
                (sum, place, time) = (sum + weight, place + (weight * (k - n)), time + (weight * seconds));
                (placePlace, placeTime) = (placePlace + (weight * (k - n) * (k - n)), placeTime + (weight * (k - n) * seconds));
            }

            var spread = (sum * placePlace) - (place * place);
            straight[n] = spread > 0 ? ((placePlace * time) - (place * placeTime)) / spread : beats[n].Seconds;
        }

        return straight;
    }

    /// <summary>With the first beat that the song itself cuts off, and none before its beginning.</summary>
    private static double[] Rounded(double[] beats, double fromSeconds)
    {
        var before = beats[0] - (beats[1] - beats[0]);
        double[] all = before > fromSeconds - GraceSeconds ? [before, .. beats] : beats;
        return [.. all.Where(beat => beat > fromSeconds - GraceSeconds).Select(beat => Math.Max(fromSeconds, beat))];
    }
}
