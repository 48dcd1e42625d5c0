using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>A shot that must be rendered.</summary>
/// <param name="Key">Hash of everything that shapes it.</param>
/// <param name="SourceStartSeconds">Where in the clip it begins.</param>
/// <param name="Frames">Its length.</param>
internal sealed record MissingShot(string Key, double SourceStartSeconds, int Frames);

/// <summary>Shots that one run of ffmpeg renders from one clip, in the order of the clip's material and without overlap.</summary>
/// <param name="Source">The clip.</param>
/// <param name="IsLoop">The clip is repeated; there is one shot then.</param>
/// <param name="Shots">At least one.</param>
internal sealed record ShotPass(ShotSource Source, bool IsLoop, IReadOnlyList<MissingShot> Shots)
{
    /// <summary>All frames of the pass.</summary>
    public int Frames => Shots.Sum(shot => shot.Frames);
}

/// <summary>Distributes missing shots over runs of ffmpeg.</summary>
internal static class ShotPasses
{
    /// <summary>Shots that lie closer than this in the clip go into different passes: a graph that must hand out one picture twice keeps finished ones in memory.</summary>
    private const double LeastGapSeconds = 0.3;

    /// <summary>Across a longer gap a jump is cheaper than decoding what lies between.</summary>
    private const double LongestGapSeconds = 5;

    /// <summary>Bounds the memory of a pass, whatever the number of shots: each holds some finished frames ready, 12 MB at 1080p.</summary>
    private const int MostShots = 12;

    /// <summary>Plans the passes, longest first.</summary>
    /// <param name="missing">Shots with their clip and whether it is repeated; a key that occurs twice is rendered once.</param>
    /// <param name="rate">Frame rate of the film.</param>
    /// <param name="workers">Runs at the same time, at least 1.</param>
    public static IReadOnlyList<ShotPass> Plan(IEnumerable<(ShotSource Source, bool IsLoop, MissingShot Shot)> missing, FrameRate rate, int workers)
    {
        var shots = missing.DistinctBy(m => m.Shot.Key).ToList();
        var mostFrames = Math.Max(1, shots.Sum(m => m.Shot.Frames) / (2 * workers));
        var alone = shots.Where(m => m.Source.IsStill || m.IsLoop).Select(m => new ShotPass(m.Source, m.IsLoop, [m.Shot]));
        var together = shots.Where(m => !m.Source.IsStill && !m.IsLoop).GroupBy(m => m.Source.ClipId).SelectMany(clip =>
            Apart(clip.Select(m => m.Shot).OrderBy(shot => shot.SourceStartSeconds), rate)
                .SelectMany(pass => Parts(pass, rate, mostFrames))
                .Select(part => new ShotPass(clip.First().Source, false, part)));
        return [.. alone.Concat(together).OrderByDescending(pass => pass.Frames)];
    }

    private static List<List<MissingShot>> Apart(IEnumerable<MissingShot> shots, FrameRate rate)
    {
        var passes = new List<List<MissingShot>>();
        foreach (var shot in shots)
        {
            var free = passes.Find(pass => EndOf(pass[^1], rate) + LeastGapSeconds <= shot.SourceStartSeconds);
            if (free is null)
            {
                passes.Add([shot]);
            }
            else
            {
                free.Add(shot);
            }
        }

        return passes;
    }

    private static List<List<MissingShot>> Parts(List<MissingShot> pass, FrameRate rate, int mostFrames)
    {
        var parts = new List<List<MissingShot>>();
        foreach (var shot in pass)
        {
            var startsNew = parts.Count == 0
                || parts[^1].Count == MostShots
                || parts[^1].Sum(s => s.Frames) + shot.Frames > mostFrames
                || shot.SourceStartSeconds - EndOf(parts[^1][^1], rate) > LongestGapSeconds;
            if (startsNew)
            {
                parts.Add([]);
            }

            parts[^1].Add(shot);
        }

        return parts;
    }

    private static double EndOf(MissingShot shot, FrameRate rate) => shot.SourceStartSeconds + rate.SecondsAt(shot.Frames);
}
