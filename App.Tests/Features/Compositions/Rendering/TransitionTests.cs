using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Support;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Films with transitions, read back picture by picture.</summary>
public class TransitionTests(FilmTests.Clips clips) : IClassFixture<FilmTests.Clips>
{
    private const int ShotFrames = 20;
    private const int Length = 10;

    [Fact]
    public async Task Every_kind_lasts_as_planned_around_its_cut_and_leaves_the_other_frames_alone()
    {
        using var workshop = new FilmWorkshop();
        var kinds = Enum.GetValues<TransitionKind>();
        var (one, other) = (Clip("30"), Clip("25"));
        var shots = Enumerable.Range(0, kinds.Length + 1).Select(i => new Shot(
            i, CutPlannerTests.Id(i % 2 == 0 ? one.Id : other.Id), new(i * ShotFrames, (i + 1) * ShotFrames), 1 + (i % 3), null, 0, Filling.Hold)
        {
            Transition = i == 0 ? null : new(kinds[i - 1], Length),
        });
        var cut = new Cut(FrameRate.Of(30), 320, 180, Fit.Stretch, 0, (kinds.Length + 1) * ShotFrames, [.. shots]);

        var (film, finished, _) = await workshop.MakeAsync(cut, clips.Sources, await workshop.ToneAsync(cut.DurationSeconds));

        Assert.Equal(cut.Frames, finished.Frames);
        var shown = await FrameCodedClipReader.ReadAsync(workshop.Ffmpeg, film, 320, 180);
        foreach (var shot in cut.Shots)
        {
            var clip = clips.All.Single(c => CutPlannerTests.Id(c.Id) == shot.ClipId);
            var last = shot.Index == cut.Shots.Count - 1;
            for (var frame = shot.Frames.Start + (shot.Index == 0 ? 0 : Length / 2); frame < shot.Frames.End - (last ? 0 : Length / 2); frame++)
            {
                var planned = (shot.SourceStartSeconds + cut.Rate.SecondsAt(frame - shot.Frames.Start)) * clip.FramesPerSecond;
                Assert.True(shown[frame]?.Id == clip.Id, $"Frame {frame}, outside of {shot.Transition?.Kind}, shows {shown[frame]}; clip {clip.Id} was planned.");
                Assert.InRange(shown[frame]!.Value.Frame - planned, -1.01, 1.01);
            }
        }

        // The two pictures mix in the frames of the transition, the middle of which is the cut.
        var pictures = await FrameCodedClipReader.GrayAsync(workshop.Ffmpeg, film, 320, 180).ToListAsync(FilmWorkshop.Stop);
        Assert.All(cut.Shots.Skip(1), shot =>
        {
            var (before, after) = (pictures[shot.Frames.Start - (Length / 2) - 1], pictures[shot.Frames.Start + (Length / 2)]);
            var changing = Enumerable.Range(shot.Frames.Start - (Length / 2) + 1, Length - 1)
                .Count(frame => Distance(pictures[frame], before) > 4 && Distance(pictures[frame], after) > 4);
            Assert.True(changing >= 3, $"{shot.Transition!.Kind} shows something between the two pictures in {changing} frames only.");
        });
    }

    [Fact]
    public async Task A_transition_between_two_places_of_one_clip_and_one_into_a_repeated_clip_have_their_length()
    {
        using var workshop = new FilmWorkshop();
        var (one, shortest) = (CutPlannerTests.Id(Clip("30").Id), CutPlannerTests.Id(Clip("short").Id));
        var cut = new Cut(FrameRate.Of(30), 320, 180, Fit.Stretch, 0, 90,
        [
            new(0, one, new(0, 30), 0, null, 0, Filling.Hold),
            new(1, one, new(30, 60), 3, null, 1, Filling.Hold) { Transition = new(TransitionKind.Fade, 30) },
            new(2, shortest, new(60, 90), 0.5, null, 2, Filling.Loop) { Transition = new(TransitionKind.WipeLeft, 30) },
        ]);

        var (_, finished, pieces) = await workshop.MakeAsync(cut, clips.Sources, await workshop.ToneAsync(3));

        Assert.Equal(90, finished.Frames);
        Assert.Equal((0, 3), (pieces.ReusedShots, pieces.RenderedShots));
    }

    private static double Distance(byte[] one, byte[] other) => Enumerable.Range(0, one.Length / 16).Average(i => (double)Math.Abs(one[i * 16] - other[i * 16]));

    private FrameCodedClip Clip(string kind) => clips.All[Array.IndexOf(FrameCodedClip.Kinds, kind)];
}
