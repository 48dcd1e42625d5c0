using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Downbeat.Components;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>Shots in words, for those who look at them and for those who listen.</summary>
internal static partial class ShotWords
{
    /// <summary>A value of an enumeration as programs write it: zoomPulse.</summary>
    public static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>A value of an enumeration as people read it: Zoom pulse.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => WordStart().Replace(value.ToString(), word => $" {word.Value.ToLowerInvariant()}");

    /// <summary>A place in the song by bar and beat where there are bars: <c>bar 5, beat 2</c>; else by time.</summary>
    public static string Place(Timing.BeatGrid grid, int? beatIndex, double seconds)
    {
        var bar = beatIndex is { } beat ? grid.DownbeatIndexes.Count(index => index <= beat) : 0;
        return bar > 0 ? string.Create(CultureInfo.InvariantCulture, $"bar {bar}, beat {beatIndex - grid.DownbeatIndexes[bar - 1] + 1}") : Timing.ClockTime.Text(seconds, 1);
    }

    /// <summary>Where a shot begins.</summary>
    public static string Start(OpenTimeline open, Shot shot) =>
        shot.Index == 0 ? "the start" : Place(open.Grid, open.IsOutdated ? null : shot.BeatIndex, shot.PlannedSeconds);

    /// <summary>Length of a shot: <c>2.0 s</c>.</summary>
    public static string Length(Cut cut, Shot shot) => string.Create(CultureInfo.InvariantCulture, $"{cut.Rate.SecondsAt(shot.Frames.Count):0.0#} s");

    /// <summary>Name of the clip that a shot shows.</summary>
    public static string Clip(OpenTimeline open, Guid clipId) => open.Footage.FirstOrDefault(clip => clip.Id == clipId)?.Title ?? "a deleted clip";

    /// <summary>A whole shot in one line: <c>Shot 3, bar 5, beat 1, 2.0 s, beach.mp4, fades in, 1 effect, locked</c>.</summary>
    public static string Line(OpenTimeline open, Shot shot) => string.Join(", ", Parts(open, shot));

    private static IEnumerable<string> Parts(OpenTimeline open, Shot shot)
    {
        yield return $"Shot {shot.Index + 1}";
        yield return $"at {Start(open, shot)}";
        yield return Length(open.Cut, shot);
        yield return Clip(open, shot.ClipId);
        if (shot.Transition is { } transition)
        {
            yield return $"comes in by {Name(transition.Kind).ToLowerInvariant()}";
        }

        if (open.Cut.Hits.Count(hit => hit.Frame >= shot.Frames.Start && hit.Frame < shot.Frames.End) is > 0 and var effects)
        {
            yield return Wording.Count(effects, "effect");
        }

        if (shot.IsLocked)
        {
            yield return "locked";
        }
    }

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
