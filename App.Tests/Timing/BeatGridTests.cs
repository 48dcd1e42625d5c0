using CsCheck;
using Downbeat.Timing;

namespace Downbeat.Tests.Timing;

public sealed class BeatGridTests
{
    [Fact]
    public void The_nearest_is_the_nearest() => Gen.Select(Gen.Double[0, 10].Array[1, 30], Gen.Double[-1, 11]).Sample((times, seconds) =>
    {
        Array.Sort(times);
        Assert.Equal(times.Min(time => Math.Abs(time - seconds)), Math.Abs(times[BeatGrid.Nearest(times, seconds)] - seconds));
    });

    [Fact]
    public void Downbeats_without_a_beat_are_left_out()
    {
        Assert.Equal([0, 2], BeatGrid.FromTimes([1, 2, 3], [1.029, 1.5, 2.971, 3.02, 9], [], [], 10).DownbeatIndexes);
        Assert.Empty(BeatGrid.FromTimes([], [1, 2], [], [], 10).DownbeatIndexes);
    }

    [Fact]
    public void A_grid_that_was_moved_and_moved_back_has_its_old_fingerprint() => Gen.Select(Gen.Int[0, 6_000_000].Array[1, 200], Gen.Int[-100_000, 100_000]).Sample((places, move) =>
    {
        // Times as listening leaves them, a hair beside a tenth of a millisecond's middle; as corrections leave them, to a millionth of a second.
        double[] heard = [.. places.Order().Select(place => (place / 1e4) + 0.00005 - 1e-9)];
        double[] back = [.. heard.Select(time => Math.Round(Math.Round(time + (move / 1e5), 6) - (move / 1e5), 6))];

        Assert.Equal(Of(heard), Of(back));
        Assert.NotEqual(Of(heard), Of([.. heard.Select(time => time + 0.001)]));
    });

    private static string Of(double[] beats) => new BeatGrid(beats, [], [], [], 600).Fingerprint();
}
