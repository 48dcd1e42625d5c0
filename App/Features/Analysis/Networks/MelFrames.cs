using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>
/// What MusiCNN hears (Pons and Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging", 2019): 96 bands on Slaney's mel scale with his normalisation of areas
/// ("Auditory Toolbox", 1998), logarithmically compressed. An instance holds scratch and serves one thread.
/// </summary>
internal sealed class MelFrames
{
    /// <summary>Bands in a frame.</summary>
    public const int Bands = 96;

    /// <summary>Samples from one frame to the next.</summary>
    public const int HopSamples = 256;

    private const int WindowSamples = 512;
    private const float Compression = 10000;
    private static readonly float[] Window = WindowFunctions.Hann(WindowSamples);
    private static readonly (int FirstBin, float[] Weights)[] Filters = MakeFilters();
    private readonly RealFft fft = new(WindowSamples);
    private readonly float[] block = new float[WindowSamples];
    private readonly float[] power = new float[(WindowSamples / 2) + 1];

    /// <summary>Frames that a recording has.</summary>
    public static int CountOf(int samples) => (samples / HopSamples) + 1;

    /// <summary>Describes the sound around one moment.</summary>
    /// <param name="mono">More than 256 samples at <see cref="Resampler.SampleRateHz"/>; beyond its ends it is mirrored.</param>
    /// <param name="frame">Which moment: sample <paramref name="frame"/> · <see cref="HopSamples"/>.</param>
    /// <param name="bands">Takes <see cref="Bands"/> values, not negative.</param>
    public void Describe(ReadOnlySpan<float> mono, int frame, Span<float> bands)
    {
        var start = (frame * HopSamples) - (WindowSamples / 2);
        for (var n = 0; n < WindowSamples; n++)
        {
            var at = Math.Abs(start + n);
            block[n] = mono[at < mono.Length ? at : (2 * (mono.Length - 1)) - at] * Window[n];
        }

        fft.Power(block, power);
        for (var band = 0; band < Bands; band++)
        {
            var (firstBin, weights) = Filters[band];
            bands[band] = MathF.Log10(1 + (Compression * Vectors.Dot(power.AsSpan(firstBin, weights.Length), weights)));
        }
    }

    private static (int FirstBin, float[] Weights)[] MakeFilters()
    {
        const double BinHz = (double)Resampler.SampleRateHz / WindowSamples;
        var top = Mel(Resampler.SampleRateHz / 2.0);
        double[] edges = [.. Enumerable.Range(0, Bands + 2).Select(n => Hertz(top * n / (Bands + 1)))];
        return
        [
            .. Enumerable.Range(0, Bands).Select(band =>
            {
                var (low, centre, high) = (edges[band], edges[band + 1], edges[band + 2]);
                int[] bins = [.. Enumerable.Range(0, (WindowSamples / 2) + 1).Where(bin => bin * BinHz > low && bin * BinHz < high)];
                return (bins.FirstOrDefault(), bins.Select(bin => (float)(Math.Min((bin * BinHz - low) / (centre - low), (high - (bin * BinHz)) / (high - centre)) * 2 / (high - low))).ToArray());
            }),
        ];
    }

    // Slaney's scale: even up to 1000 Hz, in even ratios above.
    private static double Mel(double hz) => hz < 1000 ? hz * 3 / 200 : 15 + (27 * Math.Log(hz / 1000) / Math.Log(6.4));

    private static double Hertz(double mel) => mel < 15 ? mel * 200 / 3 : 1000 * Math.Exp((mel - 15) / 27 * Math.Log(6.4));
}
