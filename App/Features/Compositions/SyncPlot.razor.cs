using System.Globalization;
using Downbeat.Components;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Timing;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Features.Compositions;

/// <summary>A sync report as a picture and in words.</summary>
public sealed partial class SyncPlot
{
    private const double LeastLimitMs = 20;
    private const double NothingMs = 0.05;

    /// <summary>What was measured.</summary>
    [Parameter, EditorRequired]
    public SyncReport Report { get; set; } = default!;

    private double Limit => Math.Max(LeastLimitMs, Math.Ceiling(Report.MaxErrorMs / 10) * 10);

    private static string Summary(SyncReport report)
    {
        if (report.Cuts.Count == 0)
        {
            return "No cut of this video was planned for a beat.";
        }

        var worst = report.Cuts.MaxBy(cut => Math.Abs(cut.ErrorMs))!;
        var middle = report.Cuts.Select(cut => Math.Abs(cut.ErrorMs)).Order().ElementAt(report.Cuts.Count / 2);
        var unseen = report.Cuts.Count(cut => cut.Seen != true);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(unseen == 0 ? "" : $"{report.Cuts.Count - unseen} of ")}{Wording.Count(report.Cuts.Count, "cut")} measured in the pictures of the finished file. The worst is {Distance(worst.ErrorMs)} its beat, at {ClockTime.Text(worst.PlannedBeatSeconds, 1)}; half of them are within {middle:0.0} ms.")
            + (unseen == 0 ? "" : $" The pictures do not tell {Wording.Count(unseen, "cut")} (both sides look alike, or something else changes as much): {(unseen == 1 ? "its time is" : "their times are")} the file's own time stamps.");
    }

    private static string Words(MeasuredCut cut) => $"{ClockTime.Text(cut.PlannedBeatSeconds, 2)}: {Distance(cut.ErrorMs)} its beat{(cut.Seen == true ? "" : ", by the file's time stamps")}";

    private static string Distance(double errorMs) => Math.Abs(errorMs) < NothingMs
        ? "exactly on"
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(errorMs):0.0} ms {(errorMs > 0 ? "after" : "before")}");

    private double X(MeasuredCut cut)
    {
        var (start, end) = (Report.Cuts[0].PlannedBeatSeconds, Report.Cuts[^1].PlannedBeatSeconds);
        return end > start ? 5 + (990 * (cut.PlannedBeatSeconds - start) / (end - start)) : 500;
    }

    private double Y(MeasuredCut cut) => 48 - (46 * Math.Clamp(cut.ErrorMs / Limit, -1, 1));

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
