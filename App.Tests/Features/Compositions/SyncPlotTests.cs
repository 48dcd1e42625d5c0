using Bunit;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Tests.Components;

namespace Downbeat.Tests.Features.Compositions;

public sealed class SyncPlotTests : PageTest
{
    [Fact]
    public void The_plot_says_in_words_what_it_shows()
    {
        var plot = Plot(new(1, 1.0121) { Seen = true }, new(3, 2.9951) { Seen = true }, new(5, 5) { Seen = false });

        Assert.Equal(
            "2 of 3 cuts measured in the pictures of the finished file. The worst is 12.1 ms after its beat, at 0:01.0; half of them are within 4.9 ms. The pictures do not tell 1 cut (both sides look alike, or something else changes as much): its time is the file's own time stamps.",
            plot.Find("figcaption").TextContent);
        Assert.Equal(["0:01.00: 12.1 ms after its beat", "0:03.00: 4.9 ms before its beat", "0:05.00: exactly on its beat, by the file's time stamps"], plot.FindAll("title").Select(title => title.TextContent));
        Assert.Equal("Distance of 3 cuts from their beats, within 20 ms", plot.Find("svg").GetAttribute("aria-label"));
        Assert.Single(plot.FindAll("rect.unseen"));
    }

    [Fact]
    public void Where_no_cut_claims_a_beat_there_is_nothing_to_plot()
    {
        Assert.Equal("No cut of this video was planned for a beat.", Plot().Find("figcaption").TextContent);
        Assert.Empty(Plot().FindAll("svg"));
        Assert.Single(Plot(new MeasuredCut(2, 2.5) { Seen = true }).FindAll("rect"));
    }

    private IRenderedComponent<SyncPlot> Plot(params MeasuredCut[] cuts) => Render<SyncPlot>(p => p.Add(c => c.Report, SyncReport.Of(cuts)));
}
