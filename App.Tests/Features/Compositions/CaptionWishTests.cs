using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Lyrics;

namespace Downbeat.Tests.Features.Compositions;

public sealed class CaptionWishTests
{
    private static readonly SongAnalysis Song = new() { DurationSeconds = 30, Voice = [new(4, 8), new(20, 24)] };

    [Fact]
    public void Every_line_ends_when_the_next_begins_and_what_begins_at_once_is_shown_together()
    {
        var captions = Read("1\n00:00:01,000 --> 00:00:04,000\none\n\n2\n00:00:02,000 --> 00:00:03,000\ntwo\n\n3\n00:00:02,000 --> 00:00:04,000\nthree\n\n4\n00:00:10,000 --> 00:00:12,000\nfour");

        Assert.Equal([(1, 2, "one"), (2, 4, "two\nthree"), (10, 12, "four")], captions.Lines.Select(line => (line.StartSeconds, line.EndSeconds, line.Text)));
        Assert.All(captions.Lines, line => Assert.Empty(line.Words));
    }

    [Fact]
    public void Words_without_times_are_spread_over_the_singing()
    {
        var captions = Read("Somewhere over the hill\n\nbeyond the river");

        Assert.Equal([(4, 8), (20, 24)], captions.Lines.Select(line => (Math.Round(line.StartSeconds), Math.Round(line.EndSeconds))));
    }

    [Theory]
    [InlineData(3.0, 9.0, 4, 8)]
    [InlineData(0.0, 6.0, 4, 6)]
    [InlineData(22.0, null, 22, 24)]
    [InlineData(9.0, 15.0, 9, 15)]
    public void Words_without_times_are_spread_over_what_is_sung_in_the_part_that_the_film_shows(double start, double? end, int first, int last)
    {
        var lines = new CaptionWish { Text = "line one\nline two\nline three\n", Style = "karaoke" }.Read(Song, null, start, end).Lines;

        Assert.Equal(["line one", "line two", "line three"], lines.Select(line => line.Text));
        Assert.Equal((first, last), (lines[0].StartSeconds, lines[^1].EndSeconds));
        Assert.All(lines.SelectMany(line => line.Words), word => Assert.InRange(word.EndSeconds, word.StartSeconds, last));
    }

    [Fact]
    public void Words_that_have_times_stay_at_them_whatever_part_the_film_shows()
    {
        var lines = new CaptionWish { Text = "[00:01.00]one\n[00:12.00]two\n[00:14.00]" }.Read(Song, null, 10, 20).Lines;

        Assert.Equal([(1, "one"), (12, "two")], lines.Select(line => (line.StartSeconds, line.Text)));
    }

    [Theory]
    [InlineData("[00:01.00]<00:01.00>Hal<00:01.50>lo <00:02.00>world<00:03.00>\n[00:05.00]")]
    [InlineData("[00:01.00]Hallo world\n[00:05.00]")]
    public void Words_that_are_filled_make_their_line_and_lie_inside_it(string text)
    {
        var line = Read(text, "karaoke").Lines[0];

        Assert.Equal("Hallo world", string.Concat(line.Words.Select(word => word.Text)));
        Assert.Equal(1, line.Words[0].StartSeconds, 6);
        Assert.All(line.Words, word => Assert.InRange(word.EndSeconds, word.StartSeconds, line.EndSeconds));
    }

    [Fact]
    public void Two_lines_at_once_are_filled_at_once_one_after_the_other_in_the_text()
    {
        var line = Read("[00:01.00]one two\n[00:01.00]three\n[00:03.00]", "karaoke").Lines[0];

        Assert.Equal("one two\nthree", string.Concat(line.Words.Select(word => word.Text)));
        Assert.Equal(line.Text, string.Concat(line.Words.Select(word => word.Text)));
    }

    [Fact]
    public void Text_without_end_is_refused_by_its_size_and_wishes_by_their_names()
    {
        var large = Assert.Throws<StudioProblem>(() => Read(new string('x', 2 << 20)));
        Assert.Equal((413, "captions.text"), (large.Status, Assert.Single(large.Errors!).Key));
        foreach (var (wish, field) in new (CaptionWish, string)[]
        {
            (new() { Source = "text" }, "captions.text"), (new() { Text = "", Source = "radio" }, "captions.source"), (new() { Text = "a", Style = "top" }, "captions.style"), (new() { Text = "a", Size = 3 }, "captions.size"),
            (new() { Text = "a", Language = new('x', 80) }, "captions.language"), (new() { Text = " " }, "captions.text"), (new() { Text = "\0\0\0" }, "captions.text"),
        })
        {
            Assert.Equal(field, Assert.Single(Assert.Throws<StudioProblem>(() => wish.Read(Song, null)).Errors!).Key);
        }

        Assert.Equal((409, "captions.no_lyrics"), Assert.Throws<StudioProblem>(() => new CaptionWish().Read(Song, null)) is var problem ? (problem.Status, problem.Code) : default);
    }

    [Fact]
    public void The_songs_own_words_are_taken_with_their_language()
    {
        var lyrics = new SongLyrics(Guid.Empty, 1, LyricSource.Lrc, false, "de", [new(3, 4, "Wort", [])], false, false, default);

        var captions = new CaptionWish { Style = "centre" }.Read(Song, lyrics);

        Assert.Equal((CaptionStyle.Centre, "de", "Wort"), (captions.Style, captions.Language, captions.Lines[0].Text));
    }

    [Theory]
    [InlineData("en", "eng")]
    [InlineData("pt-BR", "por")]
    [InlineData("English", "eng")]
    [InlineData("deu", "deu")]
    [InlineData("Klingon", "und")]
    [InlineData("", "und")]
    [InlineData(null, "und")]
    public void A_language_has_three_letters(string? language, string code) => Assert.Equal(code, LanguageCodes.Of(language));

    private static Captions Read(string text, string? style = null) => new CaptionWish { Text = text, Style = style }.Read(Song, null);
}
