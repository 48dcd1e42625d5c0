using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>The song bar by bar: where each bar lies and how it sounds.</summary>
/// <param name="Edges">Times in seconds, rising, from 0 to the duration: one more than there are bars.</param>
/// <param name="Energy">One per bar: how loud it sounds, 0 to 1 against the song's own loud parts; not standardised, so that small differences stay small.</param>
/// <param name="LowShare">One per bar: share of the power that kick drum and bass hold, 0 to 1.</param>
/// <param name="Timbre">One row per bar: colour of the sound, standardised over the song.</param>
/// <param name="Chroma">One row per bar: the notes sounding, standardised over the song.</param>
internal sealed record BarFeatures(double[] Edges, double[] Energy, double[] LowShare, float[][] Timbre, float[][] Chroma)
{
    private const double UnitWithoutBeatsSeconds = 2;
    private const double FurthestSpreads = 3;
    private const int TimbreCoefficients = 13;
    private const double LeastTimbreSpread = 1;
    private const double LeastChromaSpread = 0.05;

    /// <summary>Bars.</summary>
    public int Count => Edges.Length - 1;

    /// <summary>Describes the song by its bars, or by stretches of 2 s where it has none.</summary>
    /// <param name="downbeats">First beats of bars in seconds; may be empty.</param>
    /// <param name="durationSeconds">Above 0.</param>
    /// <param name="onsets">Gives the timbre.</param>
    /// <param name="notes">Gives the notes.</param>
    /// <param name="energy">Gives the loudness.</param>
    public static BarFeatures Describe(double[] downbeats, double durationSeconds, Onsets onsets, Notes notes, Energy energy)
    {
        var edges = Bounds(downbeats, durationSeconds);
        var bars = edges.Length - 1;
        var timbre = Enumerable.Range(0, bars).Select(bar => Cepstrum(onsets.Timbre, edges[bar], edges[bar + 1])).ToArray();
        var chroma = Enumerable.Range(0, bars).Select(bar => PitchClasses(notes, edges[bar], edges[bar + 1])).ToArray();
        double[] loud = [.. Enumerable.Range(0, bars).Select(bar => energy.Between(edges[bar], edges[bar + 1]))];
        double[] lowShare = [.. Enumerable.Range(0, bars).Select(bar => Mean(onsets.LowShare, edges[bar], edges[bar + 1]))];
        Standardise(timbre, LeastTimbreSpread);
        Standardise(chroma, LeastChromaSpread);
        return new(edges, loud, lowShare, timbre, chroma);
    }

    /// <summary>Likeness of two bars, −1 to 1: timbre and notes in equal parts.</summary>
    public double Likeness(int a, int b) => (0.5 * Vectors.Cosine(Timbre[a], Timbre[b])) + (0.5 * Vectors.Cosine(Chroma[a], Chroma[b]));

    private static double[] Bounds(double[] downbeats, double durationSeconds)
    {
        double[] inner = downbeats.Length >= 8
            ? downbeats
            : [.. Enumerable.Range(1, (int)(durationSeconds / UnitWithoutBeatsSeconds)).Select(n => n * UnitWithoutBeatsSeconds)];
        // A scrap of a bar at either end belongs to its neighbour.
        var scrap = inner.Length > 1 ? (inner[^1] - inner[0]) / (inner.Length - 1) / 2 : durationSeconds / 2;
        return [0, .. inner.Where(edge => edge > scrap && edge < durationSeconds - scrap), durationSeconds];
    }

    /// <summary>Cosine transform of the mean log spectrum (as in mel-frequency cepstra), loudness included as the first coefficient.</summary>
    private static float[] Cepstrum(float[][] timbre, double from, double to)
    {
        var (first, last) = Rows(from, to, Onsets.RowsPerSecond, timbre.Length);
        var bands = timbre[0].Length;
        var mean = new float[bands];
        for (var row = first; row < last; row++)
        {
            for (var band = 0; band < bands; band++)
            {
                mean[band] += timbre[row][band] / (last - first);
            }
        }

        var cepstrum = new float[TimbreCoefficients];
        for (var k = 0; k < cepstrum.Length; k++)
        {
            for (var band = 0; band < bands; band++)
            {
                cepstrum[k] += mean[band] * (float)Math.Cos(Math.PI * k * (band + 0.5) / bands);
            }
        }

        return cepstrum;
    }

    private static float[] PitchClasses(Notes notes, double from, double to)
    {
        var sum = new float[12];
        var (first, last) = Rows(from, to, Notes.RowsPerSecond, notes.Rows.Length);
        foreach (var row in notes.Rows.AsSpan(first, last - first))
        {
            for (var n = 0; n < row.Length; n++)
            {
                sum[(Notes.LowestNote + n) % 12] += row[n];
            }
        }

        var length = MathF.Sqrt(Vectors.Dot(sum, sum));
        return length > 1e-6f ? [.. sum.Select(value => value / length)] : sum;
    }

    private static double Mean(float[] series, double from, double to)
    {
        var (first, last) = Rows(from, to, Onsets.RowsPerSecond, series.Length);
        return Vectors.Sum(series.AsSpan(first, last - first)) / (last - first);
    }

    private static (int First, int Last) Rows(double from, double to, double rowsPerSecond, int count)
    {
        var first = Math.Clamp((int)Math.Round(from * rowsPerSecond), 0, count - 1);
        return (first, Math.Clamp((int)Math.Round(to * rowsPerSecond), first + 1, count));
    }

    /// <summary>
    /// Each column to mean 0 and to spread 1, or less where it varies no more than chance would have it; a bar of silence must not outweigh all others.
    /// </summary>
    private static void Standardise(float[][] rows, double leastSpread)
    {
        for (var column = 0; column < rows[0].Length; column++)
        {
            var mean = rows.Average(row => row[column]);
            var spread = Math.Max(leastSpread, Math.Sqrt(rows.Average(row => (row[column] - mean) * (row[column] - mean))));
            foreach (var row in rows)
            {
                row[column] = (float)Math.Clamp((row[column] - mean) / spread, -FurthestSpreads, FurthestSpreads);
            }
        }
    }
}
