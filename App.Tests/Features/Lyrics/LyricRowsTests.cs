using Downbeat.Features.Lyrics;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class LyricRowsTests
{
    private readonly LyricRows rows = new();

    [Fact]
    public void A_line_keeps_its_number_while_others_come_and_go()
    {
        Assert.Equal([1, 2, 3], Ids("a", "b", "c"));
        Assert.Equal([1, 2, 3], Ids("a", "B", "c"));
        Assert.Equal([1, 4, 2, 3], Ids("a", "new", "B", "c"));
        Assert.Equal([1, 4, 3], Ids("a", "new", "c"));
        Assert.Equal([5, 1, 4, 3], Ids("above", "a", "new", "c"));
        Assert.Equal([5, 1, 4, 6, 3], Ids("above", "a", "ne", "w", "c"));
        Assert.Empty(Ids());
        Assert.Equal([7], Ids("a"));
    }

    [Fact]
    public void A_line_that_is_as_before_stays_the_same_line()
    {
        rows.Show([Line("a"), Line("b")]);
        var (first, second) = (rows.All[0].Line, rows.All[1].Line);
        rows.Show([Line("a"), Line("c")]);
        Assert.Same(first, rows.All[0].Line);
        Assert.NotSame(second, rows.All[1].Line);
    }

    // With a word, whose list is another one each time.
    private static LyricLine Line(string text) => new(1, 2, text, [new(1, 2, text)]);

    private IEnumerable<int> Ids(params string[] texts)
    {
        rows.Show([.. texts.Select(Line)]);
        return rows.All.Select(row => row.Id);
    }
}
