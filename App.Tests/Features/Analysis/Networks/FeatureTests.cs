using System.Numerics;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;

namespace Downbeat.Tests.Features.Analysis.Networks;

/// <summary>What the networks are fed, against slow references written straight from the published descriptions.</summary>
public sealed class FeatureTests
{
    private static readonly float[] Noise = MakeNoise(22050);
    private static readonly Level AsItIs = new(0, 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(49)]
    public void A_row_for_BeatNet_is_what_the_description_says(int row)
    {
        var features = BeatNetFeatures.Compute(Noise, Stop);
        Assert.Equal(50 * BeatNetFeatures.Width, features.Length);
        var (now, before) = (Bands(row), Bands(row - 1));
        Assert.Equal(136, now.Length);
        for (var band = 0; band < now.Length; band++)
        {
            Assert.Equal(now[band], features[(row * BeatNetFeatures.Width) + band], 1e-4);
            Assert.Equal(row == 0 ? 0 : Math.Max(0, now[band] - before[band]), features[(row * BeatNetFeatures.Width) + 136 + band], 1e-4);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(441, 1)]
    [InlineData(442, 2)]
    public void Every_begun_hop_has_a_row_for_BeatNet_and_silence_is_zero(int samples, int rows)
    {
        var features = BeatNetFeatures.Compute(new float[samples], Stop);
        Assert.Equal(rows * BeatNetFeatures.Width, features.Length);
        Assert.All(features, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void A_frame_for_MusiCNN_is_what_librosa_computes(int frame)
    {
        var mono = Noise[..16000];
        var bands = new float[MelFrames.Bands];
        new MelFrames().Describe(mono, frame, bands);
        Assert.All(Mel(mono, frame).Zip(bands), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void The_last_frame_for_MusiCNN_mirrors_the_end()
    {
        var mono = Noise[..2560];
        var bands = new float[MelFrames.Bands];
        new MelFrames().Describe(mono, 10, bands);
        Assert.Equal(11, MelFrames.CountOf(mono.Length));
        Assert.All(Mel(mono, 10).Zip(bands), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(440)]
    [InlineData(3000)]
    [InlineData(7000)]
    public void Resampling_keeps_a_tone_in_pitch_place_and_strength(double hz)
    {
        var resampled = Resampler.Resample(Tone(hz, 22050, 22050), AsItIs, Stop);
        var truth = Tone(hz, 16000, 16000);
        Assert.Equal(truth.Length, resampled.Length);
        for (var n = 200; n < truth.Length - 200; n++)
        {
            Assert.Equal(truth[n], resampled[n], 2e-3);
        }
    }

    [Theory]
    [InlineData(8300)]
    [InlineData(10000)]
    public void Resampling_lets_nothing_through_that_the_new_rate_cannot_carry(double hz) =>
        Assert.InRange(Resampler.Resample(Tone(hz, 22050, 22050), AsItIs, Stop)[200..^200].Max(Math.Abs), 0, 5e-4);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void Resampling_takes_any_length(int samples) => Assert.Equal((int)Math.Ceiling(samples * 320 / 441.0), Resampler.Resample(new float[samples], AsItIs, Stop).Length);

    private static float[] MakeNoise(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static float[] Tone(double hz, double rateHz, int count) => [.. Enumerable.Range(0, count).Select(n => (float)Math.Sin(2 * Math.PI * hz * n / rateHz))];

    private static double[] Bands(int row)
    {
        var level = Level.Measure(Noise);
        var magnitudes = new double[705];
        var block = Enumerable.Range(0, 1411)
            .Select(n => (row * 441) - 705 + n is var at && at >= 0 && at < Noise.Length ? (Noise[at] - level.Offset) * level.Gain * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / 1410))) : 0).ToArray();
        for (var bin = 0; bin < magnitudes.Length; bin++)
        {
            magnitudes[bin] = Magnitude(block, bin);
        }

        var points = Enumerable.Range(-200, 400).Select(k => 440 * Math.Pow(2, k / 24.0)).Where(hz => hz >= 30 && hz <= 17000)
            .Select(hz => (int)Math.Clamp(Math.Round(hz * 1410 / 22050), 1, 704)).Distinct().Order().ToArray();
        return [.. points.Zip(points.Skip(1), points.Skip(2)).Select(three => Math.Log10(1 + Triangle(magnitudes, three.First, three.Second, three.Third)))];
    }

    private static double Triangle(double[] magnitudes, int start, int peak, int end)
    {
        if (end - start < 2)
        {
            return magnitudes[start];
        }

        double weighted = 0, weights = 0;
        for (var bin = start; bin < end; bin++)
        {
            var weight = bin <= peak ? (bin - start) / (double)(peak - start) : 1 - ((bin - peak) / (double)(end - peak));
            (weighted, weights) = (weighted + (weight * magnitudes[bin]), weights + weight);
        }

        return weighted / weights;
    }

    private static double[] Mel(float[] mono, int frame)
    {
        var block = new double[512];
        for (var n = 0; n < 512; n++)
        {
            var at = (frame * 256) - 256 + n;
            at = at < 0 ? -at : at;
            at = at >= mono.Length ? (2 * mono.Length) - 2 - at : at;
            block[n] = mono[at] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / 512)));
        }

        double[] power = [.. Enumerable.Range(0, 257).Select(bin => Math.Pow(Magnitude(block, bin), 2))];
        // 8000 Hz is 45.245640 mel on Slaney's scale.
        double[] edges = [.. Enumerable.Range(0, 98).Select(n => 45.2456404 * n / 97).Select(mel => mel < 15 ? mel * 200 / 3 : 1000 * Math.Pow(6.4, (mel - 15) / 27))];
        return
        [
            .. Enumerable.Range(0, 96).Select(band => Math.Log10(1 + (10000 * Enumerable.Range(0, 257).Sum(bin =>
            {
                var (rise, fall) = (((bin * 31.25) - edges[band]) / (edges[band + 1] - edges[band]), (edges[band + 2] - (bin * 31.25)) / (edges[band + 2] - edges[band + 1]));
                return power[bin] * Math.Max(0, Math.Min(rise, fall)) * 2 / (edges[band + 2] - edges[band]);
            })))),
        ];
    }

    private static double Magnitude(double[] block, int bin)
    {
        var sum = Complex.Zero;
        for (var n = 0; n < block.Length; n++)
        {
            sum += block[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)bin * n % block.Length) / block.Length);
        }

        return sum.Magnitude;
    }
}
