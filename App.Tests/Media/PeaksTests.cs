using CsCheck;
using Downbeat.Media;

namespace Downbeat.Tests.Media;

public sealed class PeaksTests
{
    private const float Step = 1e-3f;

    [Fact]
    public void Each_point_holds_the_lowest_and_highest_sample_of_its_part()
    {
        var samples = new float[1024];
        (samples[10], samples[300], samples[600], samples[1000]) = (0.5f, -0.25f, 2f, -3f);

        var wave = Peaks.Of(samples, 22050).At(4);

        Assert.Equal([0, -0.25f, 0, -1], wave.Min, (a, b) => Math.Abs(a - b) < Step);
        Assert.Equal([0.5f, 0, 1, 0], wave.Max, (a, b) => Math.Abs(a - b) < Step);
        Assert.Equal(1024 / 22050.0, wave.DurationSeconds);
    }

    [Fact]
    public void No_peak_is_lost_at_any_width() =>
        Gen.Select(Gen.Float[-1, 1].Array[1, 5000], Gen.Int[1, 300]).Sample((samples, points) =>
        {
            var wave = Peaks.Of(samples, 8000).At(points);
            Assert.Equal(samples.Max(), wave.Max.Max(), Step);
            Assert.Equal(samples.Min(), wave.Min.Min(), Step);
        });

    [Fact]
    public void Written_peaks_are_read_again() =>
        Gen.Float[-2, 2].Array[0, 2000].Sample(samples =>
        {
            var bytes = Peaks.Of(samples, 22050).ToBytes();
            Assert.Equal(bytes, Peaks.FromBytes(bytes).ToBytes());
        });

    [Fact]
    public void A_part_is_drawn_alone_and_outside_is_silence()
    {
        var samples = Enumerable.Repeat(0.5f, 25600).ToArray();

        var wave = Peaks.Of(samples, 25600).At(4, 0.5, 1.5);

        Assert.Equal([0.5f, 0.5f, 0, 0], wave.Max, (a, b) => Math.Abs(a - b) < Step);
    }

    [Fact]
    public void Silence_of_no_length_draws_a_flat_line()
    {
        var wave = Peaks.Of([], 22050).At(3);

        Assert.Equal([0, 0, 0], wave.Min);
        Assert.Equal(0, wave.DurationSeconds);
    }

    [Fact]
    public void Bytes_of_something_else_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => Peaks.FromBytes([]));
        Assert.Throws<InvalidDataException>(() => Peaks.FromBytes(new byte[400]));
        Assert.Throws<InvalidDataException>(() => Peaks.FromBytes(Peaks.Of(new float[1000], 22050).ToBytes().AsSpan(0, 20)));
    }
}
