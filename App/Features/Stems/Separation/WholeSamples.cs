namespace Downbeat.Features.Stems.Separation;

/// <summary>Makes whole numbers of stems so that they still add up to the song.</summary>
internal static class WholeSamples
{
    private const int Highest = StemFile.FullScale - 1;
    private const int Lowest = -StemFile.FullScale;

    /// <summary>
    /// Rounds the same stretch of all stems to 24 bits. A sample beyond full scale would be cut off and missing from the sum: what is beyond goes to stems that have room there, which is rare,
    /// short and soft. Where all are full the rest is lost, which no song does that was not made for it.
    /// </summary>
    /// <param name="stems">Blocks of equal length.</param>
    /// <param name="frames">How many of their frames count.</param>
    /// <param name="whole">Takes a series for each stem, left and right in turn; there may be room for more.</param>
    public static void Fill(IReadOnlyList<StereoBlock> stems, int frames, int[][] whole)
    {
        for (var channel = 0; channel < 2; channel++)
        {
            for (var n = 0; n < frames; n++)
            {
                long beyond = 0;
                for (var stem = 0; stem < whole.Length; stem++)
                {
                    beyond += Set(ref whole[stem][(2 * n) + channel], (long)Math.Round(stems[stem].Channels[channel][n] * (double)StemFile.FullScale));
                }

                for (var stem = 0; stem < whole.Length && beyond != 0; stem++)
                {
                    ref var sample = ref whole[stem][(2 * n) + channel];
                    beyond = Set(ref sample, sample + beyond);
                }
            }
        }
    }

    /// <summary>Stores what can be stored of a value and gives back the rest.</summary>
    private static long Set(ref int sample, long value)
    {
        sample = (int)Math.Clamp(value, Lowest, Highest);
        return value - sample;
    }
}
