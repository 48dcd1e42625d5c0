using Downbeat.Features.Compositions.Rendering;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

public class FlashCheckTests
{
    private const int Seconds = 4;

    private static readonly byte[] Black = [0, 0, 0];
    private static readonly byte[] Gray = [120, 120, 120];
    private static readonly byte[] White = [255, 255, 255];
    private static readonly byte[] Red = [220, 0, 0];
    private static readonly byte[] Green = [0, 113, 0];

    [Theory]
    [InlineData(30)]
    [InlineData(25)]
    [InlineData(60)]
    public void Three_flashes_a_second_pass_and_four_do_not(int rate)
    {
        var three = Check(rate, Flashing(rate, 3, White));
        Assert.Equal((3, 0), (three.MostFlashes, three.MostRedFlashes));
        Assert.True(three.Passes);
        var report = Check(rate, Flashing(rate, 4.2, White));
        Assert.False(report.Passes);
        Assert.InRange(report.MostFlashes, 4, 5);
    }

    [Fact]
    public void A_still_and_a_slow_fade_have_no_flash()
    {
        Assert.Equal(0, Check(30, _ => White).MostFlashes);
        Assert.Equal(0, Check(30, frame => [(byte)(frame * 2), (byte)(frame * 2), (byte)(frame * 2)]).MostFlashes);
    }

    [Fact]
    public void A_change_between_bright_states_is_no_flash() =>
        Assert.True(Check(30, frame => frame % 4 < 2 ? White : [236, 236, 236]).Passes);

    [Fact]
    public void A_change_too_small_to_matter_is_no_flash() =>
        Assert.True(Check(30, frame => frame % 4 < 2 ? Gray : [132, 132, 132]).Passes);

    [Fact]
    public void A_change_just_below_the_limit_counts_only_where_coding_may_still_move_it()
    {
        var (exact, careful) = Both(30, frame => frame % 4 < 2 ? Gray : [145, 145, 145]);

        Assert.True(exact.Passes);
        Assert.False(careful.Passes);
    }

    [Fact]
    public void A_flash_that_dies_away_slowly_counts_once() =>
        Assert.InRange(Check(30, frame => Enumerable.Repeat((byte)(255 * Math.Max(0, 1 - (frame % 15 / 12.0))), 3).ToArray()).MostFlashes, 1, 2);

    [Fact]
    public void Flashing_in_a_corner_is_found_and_a_small_light_is_free()
    {
        bool Corner(int column, int row) => column >= 32 && row < 9;
        bool Spot(int column, int row) => column is >= 20 and < 26 && row is >= 10 and < 14;

        Assert.False(Check(30, frame => frame % 6 < 3 ? White : Black, Corner).Passes);
        Assert.True(Check(30, frame => frame % 6 < 3 ? White : Black, Spot).Passes);
    }

    [Fact]
    public void Saturated_red_flashes_where_light_does_not()
    {
        var report = Check(30, frame => frame % 6 < 3 ? Red : Green);

        Assert.Equal(0, report.MostFlashes);
        Assert.True(report.MostRedFlashes > 3);
        Assert.False(report.Passes);
    }

    [Fact]
    public void A_pattern_that_moves_is_no_flash_and_one_that_is_turned_over_is()
    {
        // Bars of three cells that move on by one in two frames; and boards of one cell whose squares change places.
        static byte[] Bar(int frame, int column) => (column + (frame / 2)) / 3 % 2 == 0 ? White : Black;
        static byte[] Square(int frame, int column, int row) => (column + row + (frame / 3)) % 2 == 0 ? White : Black;

        Assert.Equal(0, Moving((frame, column, _) => Bar(frame, column)).MostFlashes);
        Assert.False(Moving(Square).Passes);
    }

    [Fact]
    public void A_strobe_of_single_pictures_is_counted_in_full() => Assert.InRange(Check(30, frame => frame % 2 == 0 ? White : Black).MostFlashes, 14, 15);

    [Fact]
    public void The_unsafe_frames_are_named()
    {
        var report = Check(30, frame => frame is >= 60 and < 90 && frame % 6 < 3 ? White : Black);

        var range = Assert.Single(report.Unsafe);
        Assert.InRange(range.Start, 45, 60);
        Assert.InRange(range.End, 80, 120);
    }

    private static Func<int, byte[]> Flashing(int rate, double perSecond, byte[] light) => frame => frame * perSecond / rate % 1 < 0.2 ? light : Black;

    private static FlashReport Check(int rate, Func<int, byte[]> colour, Func<int, int, bool>? where = null) => Both(rate, colour, where).Exact;

    private static (FlashReport Exact, FlashReport Careful) Both(int rate, Func<int, byte[]> colour, Func<int, int, bool>? where = null) =>
        FlashCheck.BothOf(FrameRate.Of(rate), rate * Seconds, Enumerable.Range(0, rate * Seconds).Select(frame => (ReadOnlyMemory<byte>)Picture(colour(frame), where)));

    private static FlashReport Moving(Func<int, int, int, byte[]> colour) => FlashCheck.Of(FrameRate.Of(30), 30 * Seconds, Enumerable.Range(0, 30 * Seconds).Select(frame =>
    {
        var picture = new byte[FlashTrace.PictureBytes];
        for (var cell = 0; cell < FlashTrace.Cells; cell++)
        {
            colour(frame, cell % FlashTrace.Columns, cell / FlashTrace.Columns).CopyTo(picture, 3 * cell);
        }

        return (ReadOnlyMemory<byte>)picture;
    }));

    private static byte[] Picture(byte[] colour, Func<int, int, bool>? where)
    {
        var picture = new byte[FlashTrace.PictureBytes];
        for (var cell = 0; cell < FlashTrace.Cells; cell++)
        {
            (where is null || where(cell % FlashTrace.Columns, cell / FlashTrace.Columns) ? colour : Gray).CopyTo(picture, 3 * cell);
        }

        return picture;
    }
}
