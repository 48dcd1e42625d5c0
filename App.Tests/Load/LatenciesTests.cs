using System.Diagnostics;

namespace Downbeat.Tests.Load;

public sealed class LatenciesTests
{
    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.95, 95)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    [InlineData(0.001, 1)]
    public void A_percentile_is_the_smallest_that_so_many_took_no_longer_than(double share, double milliseconds)
    {
        var latencies = new Latencies(Enumerable.Range(1, 100).Reverse().Select(Ticks));
        Assert.Equal(milliseconds, latencies.Percentile(share), 6);
    }

    [Fact]
    public void A_percentile_of_few_is_always_one_that_was_measured()
    {
        var latencies = new Latencies([Ticks(7), Ticks(3)]);
        Assert.Equal((3, 7, 7), (Math.Round(latencies.Percentile(0.5), 6), Math.Round(latencies.Percentile(0.51), 6), Math.Round(latencies.MaxMs, 6)));
        Assert.Equal(5, latencies.AverageMs, 6);
    }

    [Fact]
    public void Nothing_measured_is_no_number_and_published_as_none()
    {
        var none = new LoadResult(new([]), new Dictionary<string, int> { ["429 GET /"] = 2 }, 1);
        Assert.True(double.IsNaN(none.Latencies.Percentile(0.95)));
        Assert.Equal((0, 2, 0.0), (none.ToSpread("all refused").Count, none.ToSpread("all refused").Failed, none.ToSpread("all refused").P95Ms));
    }

    private static long Ticks(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;
}
