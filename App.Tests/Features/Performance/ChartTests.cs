using Bunit;
using Downbeat.Features.Performance;
using Downbeat.Features.Performance.Charts;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Downbeat.Tests.Components;

namespace Downbeat.Tests.Features.Performance;

/// <summary>Charts say in words and in a table what they show, and tell their lines apart without colour.</summary>
public sealed class ChartTests : PageTest
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_chart_has_axes_a_sentence_and_a_table_and_a_gap_where_nothing_was_measured()
    {
        var chart = Render<TimeChart>(parameters => parameters
            .Add(chart => chart.Title, "Time to answer")
            .Add(chart => chart.Format, Figures.Duration)
            .Add(chart => chart.Times, [.. Enumerable.Range(0, 5).Select(i => Noon.AddMinutes(i))])
            .Add(chart => chart.Lines, [new("p50", [0.1, 0.2, null, 0.4, 0.1]), new("p95", [0.2, 0.4, null, 0.8, 0.2])]));

        var label = chart.Find("[role=img]").GetAttribute("aria-label")!;
        Assert.Contains("Time to answer from 1 Jan 12:00 to 1 Jan 12:04.", label, StringComparison.Ordinal);
        Assert.Contains("p95: last 200 ms, greatest 800 ms.", label, StringComparison.Ordinal);
        Assert.Equal("0", chart.FindAll(".chart-y")[0].TextContent);
        Assert.True(chart.FindAll(".chart-x").Count >= 3);
        Assert.Equal(2, chart.FindAll("path")[0].GetAttribute("d")!.Count(letter => letter == 'M'));
        Assert.Empty(chart.FindAll("tbody tr"));
        chart.Find("details").TriggerEvent("ontoggle", EventArgs.Empty);
        Assert.Equal(5, chart.FindAll("tbody tr").Count);
        Assert.Equal("–", chart.FindAll("tbody tr")[2].QuerySelector("td")!.TextContent);
    }

    [Fact]
    public void A_table_has_every_point_and_a_limit_has_a_name_everywhere()
    {
        var chart = Render<TimeChart>(parameters => parameters
            .Add(chart => chart.Title, "Found in the cache")
            .Add(chart => chart.Format, Figures.Share)
            .Add(chart => chart.Limit, 0.85)
            .Add(chart => chart.LimitName, "goal")
            .Add(chart => chart.Most, 1)
            .Add(chart => chart.Times, [.. Enumerable.Range(0, 91).Select(i => Noon.AddMinutes(i))])
            .Add(chart => chart.Lines, [new("all regions", [.. Enumerable.Repeat<double?>(0.5, 91)])]));

        Assert.Contains("goal 85 %", chart.Find(".chart-key").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("The goal: 85 %.", chart.Find("[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
        chart.Find("details").TriggerEvent("ontoggle", EventArgs.Empty);
        Assert.Equal(91, chart.FindAll("tbody tr").Count);
        Assert.Equal("goal", chart.FindAll("thead th")[^1].TextContent);
    }

    [Fact]
    public void Where_nothing_was_measured_no_axis_is_made_up()
    {
        var chart = Render<TimeChart>(parameters => parameters
            .Add(chart => chart.Title, "Found in the cache")
            .Add(chart => chart.Format, Figures.Share)
            .Add(chart => chart.Times, [Noon, Noon.AddMinutes(1)])
            .Add(chart => chart.Lines, [new("all regions", [null, null])]));

        Assert.Contains("Nothing was measured in this time.", chart.Markup, StringComparison.Ordinal);
        Assert.Empty(chart.FindAll(".chart-y, [role=img]"));
    }

    [Fact]
    public void Without_figures_a_chart_says_when_they_come() =>
        Assert.Contains("within a minute", Render<TimeChart>(parameters => parameters.Add(chart => chart.Title, "Nothing").Add(chart => chart.Lines, [])).Markup, StringComparison.Ordinal);

    [Fact]
    public void A_Gantt_chart_puts_what_ran_at_the_same_time_side_by_side_and_names_what_failed()
    {
        ToolRun Run(double start, double seconds, string ending) => new("ffmpeg", "Rendering", "libx264", "-i a", Noon.AddSeconds(start), seconds, 1, ending, "");
        var gantt = Render<Gantt>(parameters => parameters
            .Add(gantt => gantt.StartedAt, Noon)
            .Add(gantt => gantt.Seconds, 10)
            .Add(gantt => gantt.Stages, [new StageTrace("Starting", 0, 1, default), new StageTrace("Rendering", 1, 9, default)])
            .Add(gantt => gantt.Runs, [Run(1, 4, ToolRun.Done), Run(2, 4, ToolRun.Done), Run(5.5, 2, "exit 1")]));

        var lanes = gantt.FindAll(".lane");
        Assert.Equal([2, 1], lanes.Select(lane => lane.QuerySelectorAll(".run").Length));
        Assert.Single(gantt.FindAll(".failed"));
        Assert.Contains("Rendering from 1 s for 9 s", gantt.Find("[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
    }
}
