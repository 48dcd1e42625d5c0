using Downbeat.Features.Compositions;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions;

public sealed class FlashVerdictTests
{
    [Fact]
    public void A_film_that_passes_says_so_and_how_much_was_softened()
    {
        Assert.Equal("Flash check passed", Verdict(0).Describe(true));
        Assert.Equal("Flash check passed, 1 effect softened", Verdict(1).Describe(true));
    }

    [Fact]
    public void A_film_that_fails_says_where_and_whether_effects_are_to_blame()
    {
        var verdict = Verdict(0, new FrameRange(60, 95), new FrameRange(1800, 1830));

        Assert.Equal([new(2, 95 / 30.0), new(60, 61)], verdict.Unsafe);
        Assert.Equal("Flash check failed: up to 5 flashes a second at 0:02–0:04, 1:00–1:01.", verdict.Describe(false));
        Assert.EndsWith(" They come from the clips, their cuts and transitions: no effect is left there.", verdict.Describe(true));
    }

    [Fact]
    public void Many_places_are_counted()
    {
        var verdict = Verdict(0, [.. Enumerable.Range(0, 5).Select(i => new FrameRange(i * 300, (i * 300) + 30))]);

        Assert.EndsWith("0:20–0:21 and 2 more places.", verdict.Describe(false));
    }

    private static FlashVerdict Verdict(int weakened, params FrameRange[] ranges) =>
        FlashVerdict.Of(new(ranges.Length == 0 ? 2 : 5, 0, ranges), FrameRate.Of(30), weakened);
}
