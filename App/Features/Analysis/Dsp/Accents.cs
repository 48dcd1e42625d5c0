namespace Downbeat.Features.Analysis.Dsp;

/// <summary>How strongly something begins at a moment.</summary>
internal static class Accents
{
    private const int ReachFrames = 6;

    /// <summary>Strongest onset within 35 ms of a moment; 0 outside the song.</summary>
    /// <param name="strength">One value per frame of <see cref="Onsets.FramesPerSecond"/>.</param>
    /// <param name="seconds">The moment.</param>
    public static double Strongest(float[] strength, double seconds)
    {
        var centre = (int)Math.Round(seconds * Onsets.FramesPerSecond);
        float strongest = 0;
        for (var frame = Math.Max(0, centre - ReachFrames); frame <= Math.Min(strength.Length - 1, centre + ReachFrames); frame++)
        {
            strongest = Math.Max(strongest, strength[frame]);
        }

        return strongest;
    }
}
