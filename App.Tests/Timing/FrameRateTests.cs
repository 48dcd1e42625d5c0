using CsCheck;
using Downbeat.Timing;

namespace Downbeat.Tests.Timing;

public class FrameRateTests
{
    internal static readonly FrameRate[] Rates = [FrameRate.Of(24), FrameRate.Of(25), new(30000, 1001), FrameRate.Of(30), FrameRate.Of(50), FrameRate.Of(60)];

    [Fact]
    public void A_frame_starts_at_the_time_that_names_it() =>
        Gen.Select(Gen.OneOf(Rates), Gen.Int[0, 36_000]).Sample((rate, frame) => rate.FrameAt(rate.SecondsAt(frame)) == frame);

    [Fact]
    public void The_nearest_frame_is_never_further_than_half_a_frame() =>
        Gen.Select(Gen.OneOf(Rates), Gen.Double[0, 600]).Sample((rate, seconds) =>
            Math.Abs(rate.SecondsAt(rate.FrameAt(seconds)) - seconds) <= (0.5 / rate.PerSecond) + 1e-9);

    [Fact]
    public void Microseconds_of_frames_are_rounded_and_do_not_add_up() =>
        Gen.Select(Gen.OneOf(Rates), Gen.Int[0, 36_000]).Sample((rate, frame) =>
            Math.Abs((rate.MicrosecondsAt(frame) / 1e6) - rate.SecondsAt(frame)) <= 0.51e-6);

    [Theory]
    [InlineData(29.97, 30000, 1001)]
    [InlineData(23.976, 24000, 1001)]
    [InlineData(59.94, 60000, 1001)]
    [InlineData(30, 30, 1)]
    [InlineData(12.5, 12500, 1000)]
    public void A_rounded_rate_means_the_exact_one(double perSecond, int numerator, int denominator) =>
        Assert.Equal(new FrameRate(numerator, denominator), FrameRate.Nearest(perSecond));

    [Fact]
    public void A_rate_of_zero_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => FrameRate.Nearest(0));

    [Fact]
    public void Downbeat_times_name_the_beats_near_them()
    {
        var grid = BeatGrid.FromTimes([0.5, 1.0, 1.5, 2.0], [0.51, 1.2, 1.99], [], [], 3);

        Assert.Equal([0, 3], grid.DownbeatIndexes);
    }
}
