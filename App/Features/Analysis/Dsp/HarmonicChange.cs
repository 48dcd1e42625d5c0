using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// How much the sounding notes change at a moment: chords and bass notes change on beats far more often than between them, whatever the drums do.
/// </summary>
internal static class HarmonicChange
{
    /// <summary>Change at a time: one minus the cosine of the mean profiles just before and just after it, 0 (nothing changes) to 1.</summary>
    /// <param name="profiles">Rows of twelve at <see cref="Harmonies.RowsPerSecond"/>.</param>
    /// <param name="seconds">The moment.</param>
    /// <param name="spanSeconds">How long to listen on each side.</param>
    public static double At(float[][] profiles, double seconds, double spanSeconds)
    {
        Span<float> before = stackalloc float[12];
        Span<float> after = stackalloc float[12];
        Add(profiles, seconds - spanSeconds, seconds, before);
        Add(profiles, seconds, seconds + spanSeconds, after);
        return Vectors.Dot(before, before) > 0 && Vectors.Dot(after, after) > 0 ? 1 - Vectors.Cosine(before, after) : 0;
    }

    /// <summary>Change at every onset frame, harmony and bass together.</summary>
    /// <param name="harmonies">The profiles.</param>
    /// <param name="frames">Frames of the onset series.</param>
    /// <param name="spanSeconds">How long to listen on each side.</param>
    /// <returns>One value per frame, not negative.</returns>
    public static float[] PerFrame(Harmonies harmonies, int frames, double spanSeconds)
    {
        var rows = new float[harmonies.Harmony.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            var seconds = row / Harmonies.RowsPerSecond;
            rows[row] = (float)(At(harmonies.Harmony, seconds, spanSeconds) + (0.5 * At(harmonies.Bass, seconds, spanSeconds)));
        }

        var change = new float[frames];
        for (var frame = 0; frame < frames && rows.Length > 0; frame++)
        {
            var place = frame / Onsets.FramesPerSecond * Harmonies.RowsPerSecond;
            var row = Math.Min((int)place, rows.Length - 1);
            var next = Math.Min(row + 1, rows.Length - 1);
            change[frame] = rows[row] + ((float)(place - row) * (rows[next] - rows[row]));
        }

        return change;
    }

    /// <summary>Sums the profiles of a stretch of time; rows outside the song count as silence.</summary>
    public static void Add(float[][] profiles, double fromSeconds, double toSeconds, Span<float> sum)
    {
        var from = (int)Math.Round(fromSeconds * Harmonies.RowsPerSecond);
        var to = Math.Max(from + 1, (int)Math.Round(toSeconds * Harmonies.RowsPerSecond));
        for (var row = Math.Max(0, from); row < Math.Min(profiles.Length, to); row++)
        {
            for (var pitch = 0; pitch < 12; pitch++)
            {
                sum[pitch] += profiles[row][pitch];
            }
        }
    }
}
