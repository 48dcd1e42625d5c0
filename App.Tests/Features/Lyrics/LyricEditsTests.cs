using CsCheck;
using Downbeat.Features.Lyrics;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class LyricEditsTests
{
    private const double Duration = 60;

    private static readonly IReadOnlyList<LyricLine> Song =
    [
        new(10, 14, "one two", [new(10, 11, "one"), new(12, 14, "two")], IsEstimate: true),
        new(null, null, "no time yet", []),
        new(15, 18, "do re mi", [], IsEstimate: true),
        new(20, null, "six", []),
    ];

    [Fact]
    public void A_moved_line_keeps_its_length_and_takes_its_words_and_is_no_estimate_any_more()
    {
        var moved = LyricEdits.Begin(Song, 0, 8, takesLaterAlong: false, Duration);

        Assert.Equal((8, 12, false), (moved[0].Start, moved[0].End, moved[0].IsEstimate));
        Assert.Equal([8, 10], moved[0].Words.Select(word => word.Start));
        Assert.Equal(Song.Skip(1), moved.Skip(1));
    }

    [Fact]
    public void A_line_gives_way_to_the_next_and_the_one_before_gives_way_to_it()
    {
        var late = LyricEdits.Begin(Song, 0, 12.5, takesLaterAlong: false, Duration);
        Assert.Equal((12.5, 15.0), (late[0].Start, late[0].End));
        Assert.Equal((14.5, 15.0), (late[0].Words[1].Start, late[0].Words[1].End));

        var early = LyricEdits.Begin(Song, 2, 13, takesLaterAlong: false, Duration);
        Assert.Equal((13.0, 13.0), (early[0].End, early[0].Words[1].End));
    }

    [Fact]
    public void Re_timing_from_a_line_on_moves_all_later_ones_and_leaves_those_without_time()
    {
        var moved = LyricEdits.Begin(Song, 2, 16.5, takesLaterAlong: true, Duration);
        Assert.Equal([10, null, 16.5, 21.5], moved.Select(line => line.Start));
        Assert.Equal(moved.Select(line => line.Start), LyricEdits.Retime(Song, 14.5, 1.5, Duration).Select(line => line.Start));
        Assert.Equal([9, null, 14, 19], LyricEdits.Retime(Song, 0, -1, Duration).Select(line => line.Start));
    }

    [Fact]
    public void The_order_of_lines_and_the_length_of_the_song_are_kept()
    {
        Refused("start", () => LyricEdits.Begin(Song, 2, 9, takesLaterAlong: true, Duration));
        Refused("start", () => LyricEdits.Begin(Song, 2, 21, takesLaterAlong: false, Duration));
        Refused("start", () => LyricEdits.Begin(Song, 0, -1, takesLaterAlong: true, Duration));
        Refused("start", () => LyricEdits.Begin(Song, 2, 56, takesLaterAlong: true, Duration));
        Refused("start", () => LyricEdits.Begin(Song, 3, double.NaN, takesLaterAlong: true, Duration));
        Refused("from", () => LyricEdits.Retime(Song, 21, 1, Duration));
        Refused("from", () => LyricEdits.Retime([], 0, 1, Duration));
        Refused("end", () => LyricEdits.End(Song, 0, 10, Duration));
        Refused("end", () => LyricEdits.End(Song, 1, 10, Duration));
        Refused("end", () => LyricEdits.End(Song, 3, 61, Duration));
        Refused("line", () => LyricEdits.Merge(Song, 3));
        Refused("word", () => LyricEdits.Split(Song, 3, 1));
        Refused("words", () => LyricEdits.TimeWords(Song, 1));
        Refused("word", () => LyricEdits.MoveWord(Song, 0, 1, 9.5, 13, Duration));
        Refused("word", () => LyricEdits.MoveWord(Song, 0, 2, 13, null, Duration));
    }

    [Fact]
    public void A_line_ends_before_the_next_and_its_words_with_it()
    {
        Assert.Equal(15, LyricEdits.End(Song, 0, 16, Duration)[0].End);
        Assert.Equal((12, 13), (LyricEdits.End(Song, 0, 13, Duration)[0].Words[1].Start, LyricEdits.End(Song, 0, 13, Duration)[0].Words[1].End));
        Assert.Null(LyricEdits.End(Song, 0, null, Duration)[0].End);
    }

    [Fact]
    public void Words_keep_their_times_while_there_are_as_many()
    {
        var same = LyricEdits.Reword(Song, 0, " won  too ")[0];
        Assert.Equal(("won too", 12, "too"), (same.Text, same.Words[1].Start, same.Words[1].Text));
        Assert.Empty(LyricEdits.Reword(Song, 0, "one two three")[0].Words);
    }

    [Fact]
    public void A_line_is_parted_where_its_word_begins_and_joined_again()
    {
        var parted = LyricEdits.Split(Song, 0, 1);
        Assert.Equal([("one", 10, 12), ("two", 12, 14)], parted.Take(2).Select(line => (line.Text, line.Start, line.End)));
        var joined = LyricEdits.Merge(parted, 0);
        Assert.Equal(("one two", 10, 14), (joined[0].Text, joined[0].Start, joined[0].End));
        Assert.Equal(Song[0].Words, joined[0].Words);

        var guessed = LyricEdits.Split(Song, 2, 2);
        Assert.Equal((17, true), (guessed[3].Start, guessed[3].IsEstimate));
    }

    [Fact]
    public void A_line_that_takes_its_time_from_the_next_is_an_estimate_as_that_was()
    {
        Assert.Equal((15, true), (LyricEdits.Merge(Song, 1)[1].Start, LyricEdits.Merge(Song, 1)[1].IsEstimate));
        Assert.False(LyricEdits.Merge([new(1, 2, "a", []), Song[2]], 0)[0].IsEstimate);
    }

    [Fact]
    public void Lines_come_and_go()
    {
        Assert.Equal(["one two", "new", "no time yet"], LyricEdits.Insert(Song, 0, "new").Take(3).Select(line => line.Text));
        Assert.Equal("new", LyricEdits.Insert(Song, -1, "new")[0].Text);
        Assert.Equal(["one two", "do re mi", "six"], LyricEdits.Delete(Song, 1).Select(line => line.Text));
    }

    [Fact]
    public void Words_are_spread_by_syllables_and_moved_one_by_one()
    {
        var timed = LyricEdits.TimeWords([new(0, 4, "hello my song", [])], 0);
        Assert.Equal([0, 2, 3], timed[0].Words.Select(word => word.Start));

        var moved = LyricEdits.MoveWord(timed, 0, 1, 1.5, 3.25, Duration)[0];
        Assert.Equal([(0, 1.5), (1.5, 3.25), (3.25, 4)], moved.Words.Select(word => (word.Start, word.End)));
        Assert.Equal(0.5, LyricEdits.MoveWord(timed, 0, 0, 0.5, 2, Duration)[0].Start);
    }

    [Fact]
    public void Whatever_is_done_leaves_lines_that_keep_the_rules() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Double[-5, 70], Gen.Double[-5, 70], Gen.Int[0, 3], Gen.Bool).Array[1, 12].Sample(steps =>
        {
            var lines = Song;
            foreach (var (what, line, a, b, word, flag) in steps)
            {
                try
                {
                    // As the room's service does: what an edit would leave is checked before it is kept.
                    lines = LyricRules.Check(Do(lines, what, Math.Min(line, lines.Count - 1), a, b, word, flag), Duration);
                }
                catch (StudioProblem problem)
                {
                    Assert.Equal("request.field", problem.Code);
                }

                LyricRules.Check(lines, Duration);
            }
        });

    private static IReadOnlyList<LyricLine> Do(IReadOnlyList<LyricLine> lines, int what, int line, double a, double b, int word, bool flag) => what switch
    {
        0 => LyricEdits.Begin(lines, line, a, flag, Duration),
        1 => LyricEdits.End(lines, line, a, Duration),
        2 => LyricEdits.Retime(lines, a, b, Duration),
        3 => LyricEdits.Split(lines, line, word),
        4 => LyricEdits.Merge(lines, line),
        5 => LyricEdits.Insert(lines, line - 1, "new words"),
        6 when lines.Count > 1 => LyricEdits.Delete(lines, line),
        7 => LyricEdits.TimeWords(lines, line),
        8 when word < lines[line].Words.Count => LyricEdits.MoveWord(lines, line, word, a, b, Duration),
        9 => VocalSpread.Fill(lines, [new(5, 20), new(21, 50)], [], Duration),
        _ => LyricEdits.Reword(lines, line, "quite other words"),
    };

    private static void Refused(string field, Action edit) => Assert.Equal(field, Assert.Single(Assert.Throws<StudioProblem>(edit).Errors!).Key);
}
