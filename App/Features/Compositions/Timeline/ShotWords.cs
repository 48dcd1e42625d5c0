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

    /// <summary>A place in the film by bar and beat of the song where there are bars: <c>bar 5, beat 2</c>; else by time.</summary>
    public static string Place(OpenTimeline open, int frame)
    {
        var (mark, bars) = (open.Marks.At(frame), open.Grid.DownbeatIndexes);
        var bar = mark.BeatIndex is { } beat ? bars.Count(index => index <= beat) : 0;
        return bar > 0 ? string.Create(CultureInfo.InvariantCulture, $"bar {bar}, beat {mark.BeatIndex - bars[bar - 1] + 1}") : Timing.ClockTime.Text(mark.Seconds, 1);
    }

    /// <summary>Where a shot begins.</summary>
    public static string Start(OpenTimeline open, Shot shot) => shot.Index == 0 ? "the start" : Place(open, shot.Frames.Start);

    /// <summary>What an edit did, in a sentence.</summary>
    public static string Say(OpenTimeline after, TimelineEdit edit) => edit is { Shot: { } index } && after.Cut.Shots.ElementAtOrDefault(index) is { } shot ? edit switch
    {
        { ClipId: not null } => $"Shot {index + 1} shows {Clip(after, shot.ClipId)}.",
        { SourceStart: not null } => string.Create(CultureInfo.InvariantCulture, $"Shot {index + 1} starts {shot.SourceStartSeconds:0.00} s into its clip."),
        { Start: not null } => $"Shot {index + 1} begins at {Start(after, shot)}.",
        { Split: not null } => $"Split: shot {index + 2} begins at {Place(after, shot.Frames.End)}.",
        { MergeNext: true } => $"Merged: shot {index + 1} lasts {Length(after.Cut, shot)}.",
        { Locked: not null } => shot.IsLocked ? $"Shot {index + 1} is locked: a fresh plan keeps it." : $"Shot {index + 1} is not locked any more.",
        { Transition: not null } => shot.Transition is { } transition ? $"Shot {index + 1} comes in by {Name(transition.Kind).ToLowerInvariant()}." : $"Shot {index + 1} comes in by a hard cut.",
        { Effects: not null } => $"Shot {index + 1} has {Wording.Count(after.HitsOf(shot).Count(), "effect")}.",
        _ => $"Shot {index + 1} is changed.",
    }
    : "";

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

        if (open.HitsOf(shot).Count() is > 0 and var effects)
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
