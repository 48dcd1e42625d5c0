using CsCheck;
using Downbeat.Features.Compositions.Handover;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Handover;

/// <summary>Films to hand over: of all rates, with transitions, speeds, clips that are too short, stills, and names that mean harm.</summary>
internal static class Films
{
    public const string HostileTitle = "\"Rock\" & <Roll>\r\n* FROM CLIP NAME: evil\u2028]]> 🎸\ud800 \u0000é";

    private static readonly FrameRate[] Rates = [FrameRate.Of(24), FrameRate.Of(25), FrameRate.Of(30), FrameRate.Of(60), new(30000, 1001), new(24000, 1001), new(60000, 1001)];

    public static Gen<HandoverFilm> All { get; } =
        from seconds in Gen.Double[4, 40]
        from start in Gen.Double[0, 3]
        from bpm in Gen.Double[70, 180]
        from rate in Gen.OneOf(Rates)
        from clips in Gen.Select(Gen.Double[0.7, 12], Gen.Int[0, 4], Gen.OneOf(Rates)).Array[1, 6]
        from kind in Gen.OneOf<TransitionKind?>([.. Enum.GetValues<TransitionKind>().Cast<TransitionKind?>(), null, null])
        from transitionSeconds in Gen.Double[0.1, 1.2]
        from speed in Gen.OneOf(1.0, 1, 0.5, 2, 0.8)
        select Film(seconds + start, start, bpm, rate, clips, kind, transitionSeconds, speed);

    /// <summary>What two names look alike that differ in nothing but signs that no line can carry.</summary>
    public static string Clean => HandoverFilm.OneLine(HostileTitle);

    private static HandoverFilm Film(
        double songSeconds, double start, double bpm, FrameRate rate, (double Seconds, int Kind, FrameRate Rate)[] clips, TransitionKind? kind, double transitionSeconds, double speed)
    {
        var grid = CutPlannerTests.Grid(songSeconds, bpm, 0.2, 3, 4);
        var cut = CutPlanner.Plan(new()
        {
            Grid = grid,
            Clips = [.. clips.Select((clip, i) => new CutClip(CutPlannerTests.Id(i), clip.Seconds, clip.Kind == 0))],
            StartSeconds = start,
            Rate = rate,
            Transition = kind,
            TransitionSeconds = transitionSeconds,
            ShortClips = ShortClips.Loop,
            Effects = [new(EffectKind.Flash, EffectOn.Downbeat)],
        });
        cut = cut with { Shots = [.. cut.Shots.Select(shot => shot.Index % 2 == 1 ? Sped(shot, clips[Number(shot.ClipId)].Kind == 0 ? 0 : clips[Number(shot.ClipId)].Seconds, speed) : shot)] };
        var bars = grid.DownbeatIndexes.ToHashSet();
        return new(
            Clean,
            cut,
            new(Clean, "https://studio.example/api/v1/songs/1/audio?a=1&b=\"2\"", songSeconds, 44_100, 2),
            cut.Shots.Select(shot => shot.ClipId).Distinct().ToDictionary(id => id, id => ClipOf(id, clips[Number(id)])),
            [.. grid.BeatSeconds.Select((time, i) => new HandoverMarker(bars.Contains(i) ? MarkerKind.Bar : MarkerKind.Beat, $"Beat {i + 1}", time, time))
                .Prepend(new(MarkerKind.Section, Clean, start, songSeconds)).Where(marker => cut.Rate.FrameAt(marker.StartSeconds - start) is var frame && frame >= 0 && frame < cut.Frames)]);
    }

    private static HandoverClip ClipOf(Guid id, (double Seconds, int Kind, FrameRate Rate) clip) =>
        new($"{Number(id)} {Clean}", $"https://studio.example/api/v1/clips/{id}/video", clip.Kind == 0 ? 0 : clip.Seconds, clip.Rate, 1280, 720);

    /// <summary>The shot at another speed, with room before it for the transition, where there is any.</summary>
    private static Shot Sped(Shot shot, double clipSeconds, double speed) =>
        shot.SourceStartSeconds * Math.Max(1, speed) is var start && start < clipSeconds ? shot with { Speed = speed, SourceStartSeconds = start } : shot;

    private static int Number(Guid id) => Enumerable.Range(0, 16).First(i => CutPlannerTests.Id(i) == id);
}
