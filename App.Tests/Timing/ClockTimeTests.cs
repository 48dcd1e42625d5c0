using CsCheck;
using Downbeat.Timing;

namespace Downbeat.Tests.Timing;

public sealed class ClockTimeTests
{
    [Theory]
    [InlineData("1:07.5", 67.5)]
    [InlineData("1:02,34", 62.34)]
    [InlineData(" 0:08 ", 8.0)]
    [InlineData("75", 75.0)]
    [InlineData("75.25", 75.25)]
    [InlineData("61:01", 3661.0)]
    [InlineData("1:75", null)]
    [InlineData("1:2:3", null)]
    [InlineData("-1", null)]
    [InlineData("1e9", null)]
    [InlineData("١", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_time_is_read_only_when_it_is_one(string? text, double? seconds) => Assert.Equal(seconds, ClockTime.TryRead(text, out var read) ? read : null);

    [Theory]
    [InlineData(62.34, 2, "1:02.34")]
    [InlineData(59.996, 2, "1:00.00")]
    [InlineData(67.46, 1, "1:07.5")]
    [InlineData(0.0, 1, "0:00.0")]
    public void A_time_is_written_with_minutes(double seconds, int decimals, string text) => Assert.Equal(text, ClockTime.Text(seconds, decimals));

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.Double[0, 7200], Gen.Int[1, 3]).Sample((seconds, decimals) =>
            ClockTime.TryRead(ClockTime.Text(seconds, decimals), out var read) && Math.Abs(read - seconds) <= (0.5 * Math.Pow(10, -decimals)) + 1e-9);
}
