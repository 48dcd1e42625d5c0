namespace Downbeat.Tests.Score;

public sealed class TempoScoreTests
{
    [Theory]
    [InlineData(100, 100, true, true)]
    [InlineData(100, 104, true, true)]
    [InlineData(100, 104.1, false, false)]
    [InlineData(100, 95.9, false, false)]
    [InlineData(100, 200, false, true)]
    [InlineData(100, 300, false, true)]
    [InlineData(100, 50, false, true)]
    [InlineData(100, 33.3, false, true)]
    [InlineData(100, 150, false, false)]
    [InlineData(100, 0, false, false)]
    public void A_tempo_is_right_within_four_percent_and_tolerantly_at_a_multiple(double trueBpm, double foundBpm, bool accurate1, bool accurate2) =>
        Assert.Equal((accurate1, accurate2), (TempoScore.IsAccurate1(trueBpm, foundBpm), TempoScore.IsAccurate2(trueBpm, foundBpm)));
}
