using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Finished films measured by their pictures.</summary>
public class SyncMeterTests
{
    private const int ShotFrames = 20;

    private static readonly string[] Scenes = ["testsrc2=s=320x180:r=30:d=2.5", "pal100bars=s=320x180:r=30:d=2.5,scroll=horizontal=0.002", "smptehdbars=s=320x180:r=30:d=2.5,rotate=t*0.3", "gradients=s=320x180:r=30:d=2.5:seed=5"];

    [Fact]
    public async Task The_pictures_change_on_the_beat_and_a_wrong_plan_is_found_out()
    {
        using var workshop = new FilmWorkshop();
        var cut = await CutAsync(workshop, 12);
        var (path, _, _) = await workshop.MakeAsync(cut.Cut, cut.Sources, await workshop.ToneAsync(cut.Cut.DurationSeconds));
        var meter = new SyncMeter(workshop.Ffmpeg);

        var report = await meter.MeasureAsync(cut.Cut, path, FilmWorkshop.Stop);

        // Shot 5 goes on with shot 4's clip where that stopped: nothing changes there. What black and sliding pictures tell is left open.
        Assert.Equal(11, report.Cuts.Count);
        Assert.Equal([5], report.Cuts.Take(9).Index().Where(measured => measured.Item.Seen != true).Select(measured => measured.Index + 1));
        Assert.All(report.Cuts, measured => Assert.InRange(measured.ErrorMs, -0.1, 0.1));

        // The same file against plans that want a cut two frames later, one a frame earlier, and a transition six frames later.
        var wrong = await meter.MeasureAsync(Moved(Moved(Moved(cut.Cut, 2, 2), 3, -1), 9, 6), path, FilmWorkshop.Stop);
        Assert.Equal([true, true], wrong.Cuts.Skip(1).Take(2).Select(measured => measured.Seen));
        Assert.Equal(-2000 / 30.0, wrong.Cuts[1].ErrorMs, 0.1);
        Assert.Equal(1000 / 30.0, wrong.Cuts[2].ErrorMs, 0.1);
        Assert.InRange(wrong.Cuts[8].ErrorMs, -9000 / 30.0, -3000 / 30.0);
        Assert.Equal(wrong.MaxErrorMs, -wrong.Cuts[8].ErrorMs, 6);

        var failure = await Assert.ThrowsAsync<MediaFailure>(() => meter.MeasureAsync(cut.Cut with { Frames = cut.Cut.Frames + 1 }, path, FilmWorkshop.Stop));
        Assert.Equal(MediaFailureReason.WrongOutput, failure.Reason);
    }

    /// <summary>A film of four scenes: hard cuts, a shot that goes on where the one before stopped, transitions from shot 8 on, light on every cut from shot 6 on.</summary>
    private static async Task<(Cut Cut, IReadOnlyDictionary<Guid, ShotSource> Sources)> CutAsync(FilmWorkshop workshop, int shots)
    {
        var sources = new Dictionary<Guid, ShotSource>();
        foreach (var (i, scene) in Scenes.Index())
        {
            var path = Path.Combine(workshop.Folder, $"scene{i}.mp4");
            await workshop.Ffmpeg.RunAsync(["-f", "lavfi", "-i", scene, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path], RunLimits.Short, null, FilmWorkshop.Stop);
            sources[CutPlannerTests.Id(i)] = (await FilmWorkshop.ProbeAsync(CutPlannerTests.Id(i), path)).Source;
        }

        TransitionKind[] kinds = [TransitionKind.Fade, TransitionKind.WipeLeft, TransitionKind.FadeBlack, TransitionKind.SlideUp];
        var all = Enumerable.Range(0, shots).Select(i => new Shot(
            i, CutPlannerTests.Id((i == 5 ? 4 : i) % Scenes.Length), new(i * ShotFrames, (i + 1) * ShotFrames), i == 5 ? 1 + (ShotFrames / 30.0) : 1, i == 0 ? null : i, i * ShotFrames / 30.0, Filling.Hold)
        {
            Transition = i < 8 ? null : new(kinds[i - 8], 8),
        });
        return (new(FrameRate.Of(30), 320, 180, Fit.Stretch, 0, shots * ShotFrames, [.. all])
        {
            Hits = [.. Enumerable.Range(6, shots - 6).Select(i => new EffectHit(i % 2 == 0 ? EffectKind.Flash : EffectKind.BrightnessPulse, i * ShotFrames, 6, 0.9))],
        }, sources);
    }

    private static Cut Moved(Cut cut, int shot, int frames) => cut with
    {
        Shots =
        [
            .. cut.Shots.Select(s => s.Index == shot - 1 ? s with { Frames = s.Frames with { End = s.Frames.End + frames } }
                : s.Index == shot ? s with { Frames = s.Frames with { Start = s.Frames.Start + frames }, PlannedSeconds = s.PlannedSeconds + (frames / 30.0) } : s),
        ],
    };
}
