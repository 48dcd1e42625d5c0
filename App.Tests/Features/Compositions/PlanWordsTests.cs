using Downbeat.Features.Compositions;

namespace Downbeat.Tests.Features.Compositions;

public sealed class PlanWordsTests
{
    [Theory]
    [InlineData(0.2, 900, "about 1 s, 1 kB")]
    [InlineData(7.4, 250_000, "about 7 s, 250 kB")]
    [InlineData(38.8, 12_345_678, "about 40 s, 12.3 MB")]
    [InlineData(200, 1_500_000_000, "about 3 min, 1.5 GB")]
    [InlineData(7200, 40_000_000, "about 2 h, 40.0 MB")]
    public void A_cost_is_said_as_roughly_as_it_is_known(double seconds, long bytes, string words) => Assert.Equal(words, PlanWords.Of(new FilmEstimate(seconds, bytes, 1, 0)));
}
