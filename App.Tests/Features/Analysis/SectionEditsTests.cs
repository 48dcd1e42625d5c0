using Downbeat.Features.Analysis;

namespace Downbeat.Tests.Features.Analysis;

public sealed class SectionEditsTests
{
    private static readonly SongSection[] Parts = [new(0, 0, 10, "intro", 0, 0.2, 1), new(1, 10, 30, "verse", 1, 0.5, 1), new(2, 30, 50, "chorus", 2, 0.9, 1), new(3, 50, 60, "verse", 1, 0.5, 1)];

    [Fact]
    public void A_moved_border_ends_the_part_before_it() =>
        Assert.Equal([new(0, 12, "intro", 0), new(12, 30, "verse", 1), new(30, 50, "chorus", 2), new(50, 60, "verse", 1)], SectionEdits.Move(Parts, 1, 12));

    [Theory]
    [InlineData(-5, 0.25)]
    [InlineData(99, 29.75)]
    public void A_border_stays_between_its_neighbours(double wanted, double start) => Assert.Equal(start, SectionEdits.Move(Parts, 1, wanted)[1].Start);

    [Fact]
    public void A_renamed_part_joins_those_of_its_name()
    {
        Assert.Equal(new(50, 60, "chorus", 2), SectionEdits.Rename(Parts, 3, "chorus")[3]);
        Assert.Equal(new(50, 60, "drop", 3), SectionEdits.Rename(Parts, 3, "drop")[3]);
    }

    [Fact]
    public void Both_halves_of_a_split_part_keep_its_name() =>
        Assert.Equal([new(10, 22, "verse", 1), new(22, 30, "verse", 1)], SectionEdits.Split(Parts, 22).Skip(1).Take(2));

    [Fact]
    public void An_added_part_reaches_to_the_next_border() =>
        Assert.Equal([new(30, 44, "chorus", 2), new(44, 50, "solo", 3)], SectionEdits.Split(Parts, 44, "solo").Skip(2).Take(2));

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(-1)]
    public void No_part_begins_where_a_border_is_or_outside_the_song(double at) => Assert.Throws<StudioProblem>(() => SectionEdits.Split(Parts, at));

    [Fact]
    public void A_part_takes_in_the_next_one() =>
        Assert.Equal([new(0, 10, "intro", 0), new(10, 50, "verse", 1), new(50, 60, "verse", 1)], SectionEdits.Merge(Parts, 1));
}
