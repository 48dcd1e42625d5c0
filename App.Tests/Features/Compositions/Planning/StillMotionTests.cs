using CsCheck;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Tests.Features.Compositions.Planning;

public class StillMotionTests
{
    private static readonly CutRequest Request = new()
    {
        Grid = CutPlannerTests.Grid(60, 120, 0, 0, 4),
        Clips = [new(CutPlannerTests.Id(0), 0, true), new(CutPlannerTests.Id(1), 30, false), new(CutPlannerTests.Id(2), 0, true)],
    };

    [Fact]
    public void The_view_stays_inside_the_picture_through_transitions_and_moves_slowly() =>
        Gen.Select(Gen.Int, Gen.Double[0.3, 8], Gen.Bool).Sample((seed, minSeconds, fades) =>
        {
            var cut = CutPlanner.Plan(Request with { Seed = seed, MinShotSeconds = minSeconds, Transition = fades ? TransitionKind.Fade : null, TransitionSeconds = 1 });
            foreach (var shot in cut.Shots.Where(shot => shot.ClipId != CutPlannerTests.Id(1)))
            {
                var before = (shot.Transition?.Frames ?? 0) / 2;
                var after = (cut.Shots.ElementAtOrDefault(shot.Index + 1)?.Transition?.Frames ?? 0) / 2;
                var (from, to) = (At(shot, -before), At(shot, shot.Frames.Count + after));
                Assert.All([from, to], view =>
                {
                    Assert.InRange(view.Size, 0.79, 1.0001);
                    Assert.InRange(Math.Abs(view.X - 0.5) + (view.Size / 2), 0, 0.5001);
                    Assert.InRange(Math.Abs(view.Y - 0.5) + (view.Size / 2), 0, 0.5001);
                });
                var seconds = cut.Rate.SecondsAt(before + shot.Frames.Count + after);
                Assert.InRange(Math.Abs(to.Size - from.Size) + Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y), 0.003 * Math.Min(seconds, 6), 0.0601 * seconds);
            }

            Assert.All(cut.Shots.Where(shot => shot.ClipId == CutPlannerTests.Id(1)), shot => Assert.Null(shot.Motion));
        }, iter: 200);

    [Fact]
    public void The_same_seed_moves_the_same_and_stills_move_in_several_ways()
    {
        var (one, again, other) = (CutPlanner.Plan(Request), CutPlanner.Plan(Request), CutPlanner.Plan(Request with { Seed = 1 }));

        Assert.Equal(one.ToJson(), again.ToJson());
        Assert.NotEqual(one.Shots.Select(shot => shot.Motion), other.Shots.Select(shot => shot.Motion));
        Assert.True(one.Shots.Where(shot => shot.Motion is not null).Select(shot => Math.Sign(shot.Motion!.To.Size - shot.Motion.From.Size)).Distinct().Count() >= 2);
        Assert.Equal(one.ToJson(), Cut.FromJson(one.ToJson()).ToJson());
    }

    [Fact]
    public void Stills_rest_where_that_is_wished() => Assert.All(CutPlanner.Plan(Request with { MovesStills = false }).Shots, shot => Assert.Null(shot.Motion));

    [Fact]
    public void Cards_stand_at_both_ends_and_share_a_short_film()
    {
        var (title, end) = (new Card(new(0, 120), "title", ""), new Card(new(0, 60), "end", ""));

        Assert.Equal([new(0, 120), new(540, 600)], Card.Place(title, end, 600).Select(card => card.Frames));
        Assert.Equal([new(0, 50), new(50, 100)], Card.Place(title, end, 100).Select(card => card.Frames));
        Assert.Empty(Card.Place(null, null, 100));
    }

    [Fact]
    public void A_film_keeps_the_captions_of_its_part_and_old_films_are_still_read()
    {
        var captions = new Captions(CaptionStyle.Centre, 0.05, "en", [new(1, 2, "before"), new(9, 11, "into it"), new(15, 16, "in it"), new(30, 31, "after")]);

        var cut = CutPlanner.Plan(Request with { StartSeconds = 10, EndSeconds = 20, Captions = captions });

        Assert.Equal(["into it", "in it"], cut.Captions!.Lines.Select(line => line.Text));
        Assert.Null(CutPlanner.Plan(Request with { StartSeconds = 40, EndSeconds = 50, Captions = captions }).Captions);
        var old = Cut.FromJson("""{"rate":{"numerator":30,"denominator":1},"width":320,"height":180,"fit":"cover","startSeconds":0,"frames":1,"shots":[]}""");
        Assert.Null(old.Captions);
        Assert.Empty(old.Cards);
        Assert.Null(old.Watermark);
    }

    private static View At(Shot shot, int frame)
    {
        var (from, to, share) = (shot.Motion!.From, shot.Motion.To, (double)frame / shot.Frames.Count);
        return new(from.X + ((to.X - from.X) * share), from.Y + ((to.Y - from.Y) * share), from.Size + ((to.Size - from.Size) * share));
    }
}
