using Bunit;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Components;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions;

public sealed class CutStripTests : PageTest
{
    [Fact]
    public void Blocks_stand_where_the_shots_are_and_share_a_number_with_their_clip()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        var cut = new Cut(FrameRate.Of(30), 1920, 1080, Fit.Cover, 0, 120, [ShotOf(0, b, 0, 30), ShotOf(1, a, 30, 90), ShotOf(2, b, 90, 120)]);
        Assert.Equal([new(0, 1, 1), new(1, 3, 0), new(3, 4, 1)], CutBlock.Of(cut, [a, b]));
        Assert.Equal([0, 1, 0], CutBlock.Of(cut, []).Select(block => block.ClipNumber));
    }

    [Fact]
    public void The_strip_says_in_words_what_it_shows()
    {
        var strip = Render<CutStrip>(p => p.Add(c => c.Blocks, [new(0, 1, 0), new(1, 4, 1)]).Add(c => c.DurationSeconds, 4));
        Assert.Equal("2 shots · 2.0 s on average · 0:04", strip.Find("p").TextContent);
        Assert.Equal(["0", "250"], strip.FindAll("rect").Select(rect => rect.GetAttribute("x")));
        Assert.Equal("2 shots in order, coloured by clip", strip.Find("svg").GetAttribute("aria-label"));
    }

    private static Shot ShotOf(int index, Guid clip, int start, int end) => new(index, clip, new(start, end), 0, null, start / 30.0, Filling.Hold);
}
