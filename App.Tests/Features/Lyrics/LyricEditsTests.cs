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

    // Lines in order, some of which overlap others, some without time, some with words.
    private static readonly Gen<LyricLine[]> Sheets =
        Gen.Select(Gen.Double[0, 8], Gen.Double[0, 15], Gen.Int[0, 3], Gen.Int[1, 4], Gen.Bool).Array[1, 8].Select(lines =>
        {
            var at = 0.0;
            return lines.Select(line =>
            {
                var (gap, length, kind, count, flag) = line;
                at = Math.Min(Duration, at + gap);
                double? end = kind > 1 && (kind == 2 || flag) ? Math.Min(Duration, at + length) : null;
                IEnumerable<LyricWord> words = Enumerable.Range(0, kind == 3 ? count : 0).Select(i => new LyricWord(at + (i * length / count), at + ((i + 1) * length / count), "la"));
                var text = string.Join(' ', Enumerable.Repeat("la", count));
                return kind == 0 ? new(null, null, text, []) : new LyricLine(at, end, text, LyricEdits.Within([.. words], at, end ?? Duration), IsEstimate: flag);
            }).ToArray();
        });

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
        Assert.Equal([true, false, true], moved.Words.Select(word => word.IsEstimate));
        Assert.Equal(0.5, LyricEdits.MoveWord(timed, 0, 0, 0.5, 2, Duration)[0].Start);
    }

    [Fact]
    public void The_second_half_of_a_line_stands_where_it_begins_also_when_others_sing_meanwhile()
    {
        LyricLine[] duet = [new(10, 20, "la lo", []), new(null, null, "no time yet", []), new(12, 14, "other", []), new(15, null, "last", [])];

        Assert.Equal(["la", "no time yet", "other", "lo", "last"], LyricEdits.Split(duet, 0, 1).Select(line => line.Text));
        Assert.Equal([10, null, 12, 15, 15], LyricEdits.Split(duet, 0, 1).Select(line => line.Start));
    }

    [Fact]
    public void Lines_that_overlap_are_joined_until_both_have_ended_and_their_words_follow_each_other()
    {
        LyricLine[] duet = [new(10, 20, "one two", [new(10, 13, "one"), new(13, 20, "two")]), new(12, 14, "other", [new(12, 14, "other")])];

        var joined = Assert.Single(LyricEdits.Merge(duet, 0));

        Assert.Equal((10, 20), (joined.Start, joined.End));
        Assert.Equal([(10, 12), (12, 12), (12, 14)], joined.Words.Select(word => (word.Start, word.End)));
    }

    [Fact]
    public void A_line_that_overlaps_the_next_as_it_was_brought_keeps_its_end_when_one_of_its_words_moves()
    {
        LyricLine[] duet = [new(10, 20, "one two", [new(10, 13, "one"), new(15, 20, "two")]), new(12, 14, "other", [])];

        var moved = LyricEdits.MoveWord(duet, 0, 0, 10.5, null, Duration);

        Assert.Equal((10.5, 20), (moved[0].Start, moved[0].End));
        Assert.Equal((15, 20), (moved[0].Words[1].Start, moved[0].Words[1].End));
    }

    [Fact]
    public void A_line_whose_words_are_syllables_is_parted_between_them_or_loses_their_times()
    {
        LyricLine[] lines = [new(10, 14, "hello you", [new(10, 11, "hel"), new(11, 12, "lo"), new(12, 14, "you")])];
        Assert.Equal((12, 2), (LyricEdits.Split(lines, 0, 1)[1].Start, LyricEdits.Split(lines, 0, 1)[0].Words.Count));

        LyricLine[] across = [lines[0] with { Words = [new(10, 11, "hel"), new(11, 14, "lo you")] }];
        Assert.All(LyricEdits.Split(across, 0, 1), line => Assert.Empty(line.Words));
    }

    [Fact]
    public void Whatever_is_done_to_a_sheet_that_keeps_the_rules_leaves_one_that_does() =>
        Gen.Select(Sheets, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Double[-5, 70], Gen.Double[-5, 70], Gen.Int[0, 3], Gen.Bool).Array[1, 12]).Sample((sheet, steps) =>
        {
            var lines = LyricRules.Check(sheet, Duration);
            foreach (var (what, line, a, b, word, flag) in steps)
            {
                try
                {
                    lines = Do(lines, what, Math.Min(line, lines.Count - 1), a, b, word, flag);
                }
                catch (StudioProblem problem)
                {
                    Assert.Equal("request.field", problem.Code);
                }

                var kept = LyricRules.Check(lines, Duration);
                Assert.Equal(lines.Select(line => (line.Start, line.End, line.Text)), kept.Select(line => (line.Start, line.End, line.Text)));
            }
        });

    [Fact]
    public void Times_that_differ_by_a_rounding_are_put_in_order()
    {
        var line = LyricRules.Check([new(5, null, "before", []), new(5 - 1e-7, 6, "a b", [new(5 - 2e-7, 5.5, "a"), new(5.5 - 1e-7, 6 + 1e-7, "b")])], Duration)[1];

        Assert.Equal((5, 6), (line.Start, line.End));
        Assert.Equal([(5, 5.5 - 1e-7), (5.5 - 1e-7, 6)], line.Words.Select(word => (word.Start, word.End)));
    }

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
