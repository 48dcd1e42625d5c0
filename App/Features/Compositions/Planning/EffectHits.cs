using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>Finds where a film is hit: each rule's moments in the music, rounded once to frames.</summary>
internal static class EffectHits
{
    private const double NearBeatSeconds = 0.07;
    private const int StrongWindowBeats = 8;

    /// <summary>The hits of all rules, in order of their frames. Of one kind at one frame the strongest stays.</summary>
    /// <param name="request">Rules, and the music.</param>
    /// <param name="startSeconds">Time in the song of frame 0.</param>
    /// <param name="frames">Length of the film.</param>
    public static IReadOnlyList<EffectHit> Find(CutRequest request, double startSeconds, int frames) =>
    [
        .. request.Effects
            .SelectMany(rule => Of(request, rule, startSeconds, frames))
            .GroupBy(hit => (hit.Kind, hit.Frame))
            .Select(same => same.MaxBy(hit => hit.Strength)!)
            .OrderBy(hit => hit.Frame).ThenBy(hit => hit.Kind),
    ];

    private static IEnumerable<EffectHit> Of(CutRequest request, EffectRule rule, double startSeconds, int frames)
    {
        var length = Math.Max(1, request.Rate.FrameAt(rule.Seconds));
        return Moments(request, rule.On)
            .Where((_, i) => i % rule.Every == 0)
            .Where(seconds => IsWanted(request, rule, seconds))
            .Select(seconds => request.Rate.FrameAt(seconds - startSeconds))
            .Where(frame => frame >= 0 && frame < frames)
            .Select(frame => new EffectHit(rule.Kind, frame, length, rule.Strength));
    }

    private static IEnumerable<double> Moments(CutRequest request, EffectOn on)
    {
        var grid = request.Grid;
        return on switch
        {
            EffectOn.Beat => grid.BeatSeconds,
            EffectOn.Downbeat => grid.DownbeatIndexes.Select(index => grid.BeatSeconds[index]),
            EffectOn.Strong => Enumerable.Range(0, grid.BeatSeconds.Count).Where(beat => IsStrong(grid, beat)).Select(beat => grid.BeatSeconds[beat]),
            EffectOn.Kick => request.KickSeconds.Select(seconds => OnGrid(grid, seconds)),
            EffectOn.Snare => request.SnareSeconds.Select(seconds => OnGrid(grid, seconds)),
            EffectOn.Bass => request.BassSeconds.Select(seconds => OnGrid(grid, seconds)),
            EffectOn.Vocals => request.VoiceSeconds.Select(phrase => OnGrid(grid, phrase.Start)),
            EffectOn.Section => grid.SectionStartSeconds.Select(seconds => OnGrid(grid, seconds)),
            _ => throw new ArgumentOutOfRangeException(nameof(on), on, "There is no such moment."),
        };
    }

    /// <summary>A stroke that is played with a beat is shown with it, and so with the cut that may be there.</summary>
    private static double OnGrid(BeatGrid grid, double seconds) =>
        BeatGrid.Nearest(grid.BeatSeconds, seconds) is >= 0 and var beat && Math.Abs(grid.BeatSeconds[beat] - seconds) <= NearBeatSeconds ? grid.BeatSeconds[beat] : seconds;

    private static bool IsStrong(BeatGrid grid, int beat)
    {
        if (beat >= grid.BeatEnergies.Count)
        {
            return grid.DownbeatIndexes.Contains(beat);
        }

        var around = grid.BeatEnergies.Skip(Math.Max(0, beat - StrongWindowBeats)).Take((2 * StrongWindowBeats) + 1).ToList();
        return grid.BeatEnergies[beat] >= around.Average() + (0.5 * (around.Max() - around.Average()));
    }

    private static bool IsWanted(CutRequest request, EffectRule rule, double seconds) =>
        rule.Sections is null || request.Sections.Any(section =>
            section.StartSeconds <= seconds + NearBeatSeconds && seconds + NearBeatSeconds < section.EndSeconds && rule.Sections.Contains(section.Label, StringComparer.OrdinalIgnoreCase));
}
