namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// How much of the sound is struck rather than sustained, as seen through a window of one length: harmonic–percussive separation by medians (FitzGerald 2010). Short windows call only drums struck;
/// long ones also the voice, which never stands still, so that several lengths together tell drums, voices and instruments apart (Tachibana et al. 2010, Driedger and Müller 2014).
/// </summary>
internal static class StruckShare
{
    /// <summary>The share on the power's own grid: 0 (sustained) to 1 (struck) for each bin; ½ in silence.</summary>
    /// <param name="shares">Takes them.</param>
    /// <param name="power">The sound, which has moved on already.</param>
    /// <param name="moved">By how many frames.</param>
    /// <param name="timeStep">Frames between two of the nine that make a median.</param>
    /// <param name="binStep">Bins between two of the nine.</param>
    /// <param name="stop">Ends the work.</param>
    public static void Renew(Plane shares, Plane power, int moved, int timeStep, int binStep, CancellationToken stop) => shares.Renew(moved, SongStretch.Edge + (MedianOfNine.Reach * timeStep), (frame, row) =>
    {
        var struck = new float[row.Length];
        MedianOfNine.OverTime(power, frame, timeStep, row);
        MedianOfNine.OverFrequency(power.Row(frame), binStep, struck);
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = (struck[k] + 1e-9f) / (struck[k] + row[k] + 2e-9f);
        }
    }, stop);

    /// <summary>The share of one frame of a grid with longer hops and finer bins, between its frames and as the power in a coarser bin is spread over its fine ones.</summary>
    /// <param name="shares">Shares on the fine grid.</param>
    /// <param name="power">Powers there.</param>
    /// <param name="position">Where the frame lies, in frames of the fine grid.</param>
    /// <param name="ratio">Fine bins in a coarse one.</param>
    /// <param name="row">Takes the coarse bins.</param>
    public static void FromFiner(Plane shares, Plane power, double position, int ratio, Span<float> row)
    {
        var (before, part) = ((int)Math.Floor(position), (float)(position - Math.Floor(position)));
        var s0 = shares.Row(before);
        var s1 = shares.Row(before + 1);
        var p0 = power.Row(before);
        var p1 = power.Row(before + 1);
        for (var k = 0; k < row.Length; k++)
        {
            var (sum, total) = (1e-9f, 2e-9f);
            for (int n = Math.Max(0, (k * ratio) - (ratio / 2)), end = Math.Min(shares.Bins - 1, (k * ratio) + (ratio / 2)); n <= end; n++)
            {
                var (a, b) = (p0[n] * (1 - part), p1[n] * part);
                sum += (a * s0[n]) + (b * s1[n]);
                total += a + b;
            }

            row[k] = sum / total;
        }
    }

    /// <summary>The share of one frame of a grid with longer hops and finer bins than that of the shares: their mean over the hop, between their bins.</summary>
    /// <param name="shares">Shares on the coarse grid.</param>
    /// <param name="power">Powers there.</param>
    /// <param name="centre">The frame's middle, in frames of the coarse grid.</param>
    /// <param name="ratio">Fine bins in a coarse one; also frames there in one here.</param>
    /// <param name="row">Takes the fine bins.</param>
    public static void FromCoarser(Plane shares, Plane power, int centre, int ratio, Span<float> row)
    {
        Span<float> means = stackalloc float[shares.Bins + 1];
        Span<float> totals = stackalloc float[shares.Bins + 1];
        means.Fill(1e-9f);
        totals.Fill(2e-9f);
        for (var at = centre - (ratio / 2); at <= centre + (ratio / 2); at++)
        {
            var weights = power.Row(at);
            var values = shares.Row(at);
            for (var n = 0; n < weights.Length; n++)
            {
                means[n] += weights[n] * values[n];
                totals[n] += weights[n];
            }
        }

        for (var n = 0; n < means.Length; n++)
        {
            means[n] /= totals[n];
        }

        means[^1] = means[^2];
        for (var k = 0; k < row.Length; k++)
        {
            var part = (float)(k % ratio) / ratio;
            row[k] = (means[k / ratio] * (1 - part)) + (means[(k / ratio) + 1] * part);
        }
    }
}
