using CsCheck;
using Downbeat.Features.Compositions.Rendering;

namespace Downbeat.Tests.Features.Compositions.Rendering;

public sealed class RateSearchTests
{
    [Fact]
    public void A_film_that_has_the_rate_already_is_not_coded_again()
    {
        var search = new RateSearch(4000, 0.5);

        Assert.Null(search.Next(25, 4100));
        Assert.Equal((25, 4100, 1), (search.BestCrf, Math.Round(search.BestKbps), search.Passes));
    }

    /// <summary>Rate falls by any curve that material has, steeper or flatter where it is coarse.</summary>
    [Fact]
    public void The_rate_is_met_in_few_passes_whatever_the_material() =>
        Gen.Select(Gen.Double[300, 60_000], Gen.Double[4.5, 8], Gen.Double[-0.02, 0.02], Gen.Double[-2, 1.3]).Sample((kbpsAt25, crfPerDoubling, bend, targetDoublings) =>
        {
            double Rate(double crf) => kbpsAt25 * Math.Pow(2, -((crf - 25) / crfPerDoubling) + (bend * (crf - 25) * (crf - 25) / 10));
            var target = (int)(kbpsAt25 * Math.Pow(2, targetDoublings));
            var search = Search(target, 25, Rate);

            Assert.InRange(search.Passes, 1, 4);
            Assert.InRange(search.BestKbps / target, 0.93, 1.08);
        });

    [Fact]
    public void A_rate_that_the_material_has_no_use_for_ends_at_the_finest_quality_and_says_so()
    {
        var search = Search(50_000, 25, crf => 500 * Math.Pow(2, (25 - crf) / 6));

        Assert.Equal((RateSearch.FinestCrf, 2), (search.BestCrf, search.Passes));
        Assert.Equal("The pictures have 2828 kbit/s; 50000 were asked for (quality 10, 2 passes). More bits would show nothing more in this material.", search.Describe());
    }

    [Fact]
    public void A_rate_that_cannot_be_had_ends_at_the_coarsest_quality_and_says_so()
    {
        var search = Search(100, 23, crf => 60_000 * Math.Pow(2, (25 - crf) / 6));

        Assert.Equal(RateSearch.CoarsestCrf, search.BestCrf);
        Assert.EndsWith("With fewer bits this material cannot be coded at this size and frame rate.", search.Describe());
    }

    [Fact]
    public void A_film_that_does_not_follow_its_quality_comes_to_an_end()
    {
        var search = Search(1000, 25, _ => 3000);

        Assert.InRange(search.Passes, 2, 4);
    }

    private static RateSearch Search(int target, double first, Func<double, double> rate)
    {
        var search = new RateSearch(target, 0.5);
        for (double? crf = first; crf is { } now; crf = search.Next(now, rate(now)))
        {
        }

        return search;
    }
}
