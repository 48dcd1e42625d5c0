using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Features.Compositions.Rendering;
using Downbeat.Timing;

namespace Downbeat.Tests.Benchmark;

/// <summary>What each effect costs on ready pictures of the film's size, two hits a second: the difference to the same run without it.</summary>
internal sealed class EffectPrices(FilmWorkshop workshop, int height)
{
    private const int Frames = 150;
    private const int Beats = 10;
    private const int Tries = 3;

    /// <summary>The table.</summary>
    /// <param name="clip">Pictures to draw on.</param>
    public async Task<string> TableAsync(string clip)
    {
        var width = height * 16 / 9 / 2 * 2;
        var raw = Path.Combine(workshop.Folder, "pictures.yuv");
        await RunAsync(["-i", clip, "-vf", $"scale={width}:{height},fps=30,tpad=stop=-1:stop_mode=clone", "-frames:v", $"{Frames}", "-pix_fmt", "yuv420p", "-f", "rawvideo", raw]);
        var shot = new Shot(0, CutPlannerTests.Id(1), new(0, Frames), 0, null, 0, Filling.Hold);
        var plain = new Cut(FrameRate.Of(30), width, height, Fit.Contain, 0, Frames, [shot]);
        Task<double> CostAsync(string filters) => LeastAsync(["-filter_threads", "1", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", $"{width}x{height}", "-r", "30", "-i", raw, "-vf", filters, "-f", "null", "-"]);
        var table = new StringBuilder("| effect | CPU ms a frame of the film |\n| --- | --- |\n");
        var none = await CostAsync(PictureFilters.Form);
        foreach (var kind in Enum.GetValues<EffectKind>())
        {
            var film = plain with { Hits = [.. Enumerable.Range(0, Beats).Select(i => new EffectHit(kind, i * Frames / Beats, 8, 0.6))] };
            var cost = await CostAsync(string.Join(',', [.. EffectFilters.Of(film, new(0, Frames)), PictureFilters.Form]));
            table.AppendLine(CultureInfo.InvariantCulture, $"| {kind} | {1000 * (cost - none) / Frames:0.0} |");
        }

        return table.ToString();
    }

    private async Task<double> LeastAsync(string[] arguments)
    {
        var least = double.PositiveInfinity;
        for (var i = 0; i < Tries; i++)
        {
            least = Math.Min(least, (await ChildCost.OfAsync(() => RunAsync(arguments))).CpuSeconds);
        }

        return least;
    }

    private Task<string> RunAsync(IEnumerable<string> arguments) => workshop.Ffmpeg.RunAsync(arguments, RunLimits.Render, null, CancellationToken.None);
}
