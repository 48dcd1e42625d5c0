using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Rendering;

namespace Downbeat.Tests.Features.Compositions;

public sealed class RenderShareTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_bar_of_a_render_moves_on_through_all_that_may_come(bool mayFlash, bool hasTarget)
    {
        double Share(CodingStage stage, double done) => Math.Round(RenderCompositionHandler.RenderedShare(stage, done, mayFlash, hasTarget), 9);
        var rounds = from round in Enumerable.Range(0, 6) from done in (double[])[0, 0.5, 1] select (round, Share: FilmCoder.ShareOf(round, done));
        double[] seen =
        [
            .. rounds.Select(it => Share(it.round == 0 ? CodingStage.Rendering : CodingStage.Softening, it.Share)),
            .. hasTarget ? (double[])[Share(CodingStage.MeetingRate, 0), Share(CodingStage.MeetingRate, 1)] : [],
        ];

        Assert.Equal(seen.Order(), seen);
        Assert.InRange(seen[^1], 0.9, 0.92);
    }
}
