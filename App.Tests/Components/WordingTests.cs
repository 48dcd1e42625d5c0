using Downbeat.Components;

namespace Downbeat.Tests.Components;

public sealed class WordingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(-3, "0:00")]
    [InlineData(59.99, "0:59")]
    [InlineData(187.2, "3:07")]
    [InlineData(3661, "61:01")]
    public void A_length_is_minutes_and_seconds(double seconds, string words) => Assert.Equal(words, Wording.Clock(seconds));

    [Theory]
    [InlineData(null, "")]
    [InlineData(0.4, "a moment left")]
    [InlineData(42.4, "42 s left")]
    [InlineData(70.0, "about a minute left")]
    [InlineData(170.0, "about 3 min left")]
    [InlineData(5400.0, "about 1.5 h left")]
    public void Time_left_is_as_rough_as_it_is_known(double? seconds, string words) => Assert.Equal(words, Wording.TimeLeft(seconds));

    [Theory]
    [InlineData(10, "1 kB")]
    [InlineData(240_000, "240 kB")]
    [InlineData(1_340_000, "1.3 MB")]
    [InlineData(2_500_000_000, "2.5 GB")]
    public void A_size_has_a_unit_that_fits(long bytes, string words) => Assert.Equal(words, Wording.Size(bytes));

    [Theory]
    [InlineData(20, "just now")]
    [InlineData(60 * 5, "5 min ago")]
    [InlineData(3600 * 5, "5 h ago")]
    [InlineData(3600 * 30, "yesterday")]
    [InlineData(3600 * 24 * 4, "4 days ago")]
    [InlineData(3600 * 24 * 10, "4 Mar 2026")]
    public void A_moment_is_said_from_now(int secondsAgo, string words) => Assert.Equal(words, Wording.Ago(Now.AddSeconds(-secondsAgo), Now));

    [Fact]
    public void One_of_a_thing_has_no_s()
    {
        Assert.Equal("1 clip", Wording.Count(1, "clip"));
        Assert.Equal("0 clips", Wording.Count(0, "clip"));
    }
}
