using Downbeat.Media;

namespace Downbeat.Tests.Media;

public sealed class FrameTimesTests
{
    private static FrameTimes Of(string tick, params (int At, int Length)[] frames)
    {
        var times = new FrameTimes();
        times.Add("#software: Lavf59.27.100");
        times.Add("#tb 0: " + tick);
        foreach (var (at, length) in frames)
        {
            times.Add($"0, {at,10}, {at,10}, {length,8},      472, 0x23131547");
        }

        return times;
    }

    [Fact]
    public void Time_runs_from_the_first_frame_to_the_end_of_the_last()
    {
        var times = Of("1/25", (50, 1), (51, 1), (52, 1), (53, 1));

        Assert.Equal((4L, 0.16, false), (times.Count, times.Seconds, times.IsVariable));
    }

    [Fact]
    public void Milliseconds_of_an_even_rate_are_even() => Assert.False(Of("1/1000", (0, 33), (33, 33), (67, 33), (100, 33), (133, 33)).IsVariable);

    [Fact]
    public void Steps_that_differ_are_variable() => Assert.True(Of("1/1000", (0, 33), (33, 33), (90, 33), (100, 33)).IsVariable);

    [Fact]
    public void Nothing_lasts_no_time() => Assert.Equal((0L, 0.0, false), (Of("1/25").Count, Of("1/25").Seconds, Of("1/25").IsVariable));
}
