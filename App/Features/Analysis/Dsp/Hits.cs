namespace Downbeat.Features.Analysis.Dsp;

/// <summary>When drums strike.</summary>
/// <param name="Kick">Strokes of the bass drum in seconds, rising.</param>
/// <param name="Snare">The same of the snare drum.</param>
/// <param name="Hats">The same of hi-hats and cymbals.</param>
internal sealed record Hits(double[] Kick, double[] Snare, double[] Hats)
{
    private const double NearestSeconds = 0.06;
    private const double AroundSeconds = 0.5;
    private const float OverMean = 1.5f;
    private const float OfStrongDrums = 0.5f;
    private const float OfStrongHats = 0.3f;
    private const double StrongShare = 0.9;

    /// <summary>Of a sound without drums.</summary>
    public static Hits None { get; } = new([], [], []);

    /// <summary>Picks the strokes out of their strength: the highest within 60 ms, well above what is around, and no fainter than half of the song's strong ones; hats, which accents make uneven, than a third.</summary>
    public static Hits Pick(Strokes strokes) =>
        new(Peaks(strokes.Kick, OfStrongDrums), Peaks(strokes.Snare, OfStrongDrums), Peaks(strokes.Hats, OfStrongHats));

    /// <summary>The same out of drums that play alone, as <see cref="Strokes.OfDrums"/> measures them: of the snare drum no fainter than half of what its own peaks tell of the strong ones.</summary>
    public static Hits PickDrums(Strokes drums) => Pick(drums) with { Snare = Times(drums.Snare, OfStrongDrums * StrongAlone(drums.Snare)) };

    /// <summary>The beginnings of notes of one part that plays alone, out of their strength: as <see cref="Pick"/>, no fainter than a third of the strong ones.</summary>
    public static double[] Notes(float[] strength) => Peaks(strength, OfStrongHats);

    /// <summary>How strong the strong strokes are of a part that plays alone: by its highest peaks, for there nothing else makes any.</summary>
    public static float StrongAlone(float[] strength) =>
        Math.Max(Strokes.FaintestStroke, (float)Smoothing.Quantile(Tops(strength, Strokes.FaintestStroke * OfStrongDrums).Select(n => strength[n]), StrongShare));

    private static double[] Peaks(float[] strength, float ofTheStrong) => Times(strength, ofTheStrong * Strokes.Strong(strength));

    private static double[] Times(float[] strength, float least) =>
        [.. Tops(strength, least).Select(n => (n + Vertex(strength[n - 1], strength[n], strength[n + 1])) / Strokes.FramesPerSecond)];

    private static IEnumerable<int> Tops(float[] strength, float least)
    {
        var around = Smoothing.MovingMean(strength, (int)(AroundSeconds * Strokes.FramesPerSecond));
        var reach = (int)(NearestSeconds * Strokes.FramesPerSecond);
        return Enumerable.Range(1, Math.Max(0, strength.Length - 2)).Where(n => strength[n] >= least && strength[n] >= OverMean * around[n] && IsHighest(strength, n, reach));
    }

    /// <summary>Of equal neighbours the first counts.</summary>
    private static bool IsHighest(float[] strength, int at, int reach)
    {
        for (var n = Math.Max(0, at - reach); n <= Math.Min(strength.Length - 1, at + reach); n++)
        {
            if (strength[n] > strength[at] || (n < at && strength[n] == strength[at]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where the parabola through a peak and its neighbours has its top, −0.5 to 0.5.</summary>
    private static double Vertex(double left, double here, double right)
    {
        var curve = left - (2 * here) + right;
        return curve < -1e-9 ? Math.Clamp(0.5 * (left - right) / curve, -0.5, 0.5) : 0;
    }
}
