using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Tests.Features.Compositions.Planning;

namespace Downbeat.Tests.Features.Compositions.Timeline;

public class LostShotsTests
{
    private static readonly CutClip[] Clips = [new(CutPlannerTests.Id(1), 20, false), new(CutPlannerTests.Id(2), 3, false), new(CutPlannerTests.Id(3), 0, true), new(CutPlannerTests.Id(4), 15, false)];

    private static CutRequest Request(params CutClip[] clips) => new()
    {
        Grid = CutPlannerTests.Grid(40, 120, 0, 0, 4),
        Clips = clips,
        CutOn = CutOn.Downbeat,
        Transition = TransitionKind.Fade,
        Effects = [new(EffectKind.Flash, EffectOn.Downbeat)],
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Only_what_is_lost_is_replaced_by_clips_that_were_asked_for(int lostId)
    {
        var cut = CutPlanner.Plan(Request(Clips));
        var left = Clips.Where(clip => clip.Id != CutPlannerTests.Id(lostId)).ToArray();
        var stranger = new CutClip(CutPlannerTests.Id(9), 60, false);
        var all = left.Append(stranger).ToDictionary(clip => clip.Id);
        Assert.Equal(cut.Shots.Count(shot => shot.ClipId == CutPlannerTests.Id(lostId)), LostShots.Count(cut, all));

        var mended = LostShots.Replaced(cut, Request(left), all);

        Assert.Equal(0, LostShots.Count(mended, all));
        Assert.DoesNotContain(mended.Shots, shot => shot.ClipId == stranger.Id);
        Assert.Equal((cut with { Shots = [] }).ToJson(), (mended with { Shots = [] }).ToJson());
        Assert.Equal(cut.Shots.Select(shot => (shot.Frames, shot.Transition, shot.BeatIndex)), mended.Shots.Select(shot => (shot.Frames, shot.Transition, shot.BeatIndex)));
        foreach (var (before, after) in cut.Shots.Zip(mended.Shots))
        {
            Assert.True(before.ClipId == CutPlannerTests.Id(lostId) || before == after);
            Assert.Equal(after.ClipId == CutPlannerTests.Id(3), after.Motion is not null);
        }

        Assert.All(mended.Shots.Zip(mended.Shots.Skip(1)), pair => Assert.NotEqual(pair.First.ClipId, pair.Second.ClipId));
    }

    [Fact]
    public void What_was_chosen_by_hand_serves_as_well_and_without_any_clip_it_is_said_what_to_do()
    {
        var cut = CutPlanner.Plan(Request(Clips));
        var only = new Dictionary<Guid, CutClip> { [Clips[1].Id] = Clips[1] };

        var mended = LostShots.Replaced(cut, Request(), only);

        Assert.All(mended.Shots, shot => Assert.Equal(Clips[1].Id, shot.ClipId));
        var none = Assert.Throws<StudioProblem>(() => LostShots.Replaced(cut, Request(), new Dictionary<Guid, CutClip>()));
        Assert.Equal((422, "composition.clip_gone"), (none.Status, none.Code));
    }
}
