using CsCheck;
using Downbeat.Features.Performance;
using Downbeat.Features.Performance.Charts;

namespace Downbeat.Tests.Features.Performance;

/// <summary>Figures that are worked out for the page.</summary>
public sealed class VitalsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_disk_that_loses_a_gigabyte_an_hour_lasts_as_many_hours_as_gigabytes_are_left()
    {
        var rooms = Enumerable.Range(0, 12).Select(i => (Noon.AddMinutes(10 * i), (100L << 30) - (i * (1L << 30) / 6))).ToList();

        Assert.Equal(rooms[^1].Item2 / (double)(1 << 30), Vitals.Forecast(rooms)!.Value.TotalHours, 0.01);
    }

    [Fact]
    public void A_disk_that_does_not_fill_lasts_for_ever() =>
        Assert.Null(Vitals.Forecast([.. Enumerable.Range(0, 12).Select(i => (Noon.AddMinutes(10 * i), (1L << 30) + i))]));

    [Fact]
    public void An_axis_begins_at_zero_ends_above_the_greatest_value_and_has_few_even_steps() => Gen.Double[-6, 9].Select(exponent => Math.Pow(10, exponent)).Sample(greatest =>
    {
        var marks = Axis.Marks(greatest);
        Assert.Equal(0, marks[0]);
        Assert.InRange(marks[^1], greatest * 0.999, greatest * 2);
        Assert.InRange(marks.Count, 3, 7);
        Assert.All(marks.Zip(marks.Skip(1)), pair => Assert.Equal(marks[1], pair.Second - pair.First, marks[1] * 1e-6));
    });

    [Theory]
    [InlineData(15, 3)]
    [InlineData(60, 3)]
    [InlineData(1440, 3)]
    [InlineData(10080, 3)]
    public void Marks_of_a_time_axis_are_few_and_at_round_times(int minutes, int least)
    {
        var marks = Axis.Marks(Noon.AddMinutes(7), Noon.AddMinutes(7 + minutes), 6);

        Assert.InRange(marks.Count, least, 8);
        Assert.All(marks, mark => Assert.Equal(0, mark.Second));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00031, "0.31 ms")]
    [InlineData(0.0042, "4.2 ms")]
    [InlineData(0.312, "312 ms")]
    [InlineData(1.44, "1.4 s")]
    [InlineData(192, "3.2 min")]
    [InlineData(259200, "3 days")]
    public void A_duration_is_written_in_the_unit_that_suits_it(double seconds, string words) => Assert.Equal(words, Figures.Duration(seconds));
}
