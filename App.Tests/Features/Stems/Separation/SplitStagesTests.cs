using CsCheck;
using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems.Separation;

public sealed class SplitStagesTests
{
    [Fact]
    public void Stages_follow_each_other_and_each_takes_as_much_as_it_costs() =>
        Gen.Double[0.2, 3 * 3600].Sample(seconds =>
        {
            var stages = SplitStages.Of(new DownbeatEngine(), seconds);
            double[] ends = [0, stages.Decoded, stages.Ready, stages.Split, stages.Checked, 1];
            Assert.All(ends.Zip(ends.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            Assert.Equal(new DownbeatEngine().ReadyCost(seconds) / seconds, (stages.Ready - stages.Decoded) / (stages.Split - stages.Ready), 1e-9);
        });

    [Fact]
    public void Looking_at_a_song_first_takes_a_good_part_of_the_time_of_a_short_one_and_hardly_any_of_a_long_one()
    {
        Assert.InRange(Looking(30), 0.3, 0.5);
        Assert.InRange(Looking(3600), 0, 0.02);

        static double Looking(double seconds) => SplitStages.Of(new DownbeatEngine(), seconds) is var stages ? stages.Ready - stages.Decoded : 0;
    }
}
