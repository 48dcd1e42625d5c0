namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Triangular bands, twelve to the octave, over the bins of a spectrum (Böck and Widmer 2013). Where a band would be narrower than a bin, in the bass,
/// each bin is a band of its own.
/// </summary>
internal sealed class BandFilters
{
    private const double LowestHz = 30;
    private const double HighestHz = 10000;
    private const int BandsPerOctave = 12;

    private readonly int[] firstBin;
    private readonly float[][] weights;

    /// <summary>Bands for spectra of blocks of <paramref name="fftLength"/> samples at <see cref="Level.SampleRate"/>.</summary>
    public BandFilters(int fftLength)
    {
        var binHz = (double)Level.SampleRate / fftLength;
        var bins = new List<int>();
        for (var hz = LowestHz; hz < HighestHz; hz *= Math.Pow(2, 1.0 / BandsPerOctave))
        {
            var bin = (int)Math.Round(hz / binHz);
            if (bins.Count == 0 || bin > bins[^1])
            {
                bins.Add(bin);
            }
        }

        Count = bins.Count - 2;
        firstBin = [.. bins.Take(Count)];
        weights = [.. Enumerable.Range(0, Count).Select(band => Triangle(bins[band], bins[band + 1], bins[band + 2]))];
        CentreHz = [.. bins.Skip(1).Take(Count).Select(bin => bin * binHz)];
    }

    /// <summary>Number of bands.</summary>
    public int Count { get; }

    /// <summary>Middle of each band in hertz, rising.</summary>
    public double[] CentreHz { get; }

    /// <summary>Weighted means of magnitudes.</summary>
    /// <param name="magnitudes">One value per bin.</param>
    /// <param name="bands">Takes <see cref="Count"/> values.</param>
    public void Apply(ReadOnlySpan<float> magnitudes, Span<float> bands)
    {
        for (var band = 0; band < Count; band++)
        {
            var weight = weights[band];
            var from = magnitudes.Slice(firstBin[band], weight.Length);
            float sum = 0;
            for (var k = 0; k < weight.Length; k++)
            {
                sum += from[k] * weight[k];
            }

            bands[band] = sum;
        }
    }

    private static float[] Triangle(int left, int middle, int right)
    {
        var weight = new float[right - left + 1];
        for (var bin = left; bin <= right; bin++)
        {
            weight[bin - left] = bin <= middle ? (float)(bin - left) / (middle - left) : (float)(right - bin) / (right - middle);
        }

        var sum = weight.Sum();
        return [.. weight.Select(value => value / sum)];
    }
}
