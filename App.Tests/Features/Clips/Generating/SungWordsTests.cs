using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Lyrics;

namespace Downbeat.Tests.Features.Clips.Generating;

public sealed class SungWordsTests
{
    private static readonly double[] Beats = [.. Enumerable.Range(0, 40).Select(beat => beat * 0.5)];

    [Fact]
    public void Words_come_when_they_are_sung_counted_from_the_beginning_of_the_clip()
    {
        var words = SungWords.Of(Lyrics(new LyricLine(4, 6, "Hello there", [new(4, 4.5, "Hel"), new(4.5, 5, "lo "), new(5, 6, "there")]), new LyricLine(8, null, "one two", [])), "", Beats, 3, 20);

        Assert.Equal(["Hello", "there", "one", "two"], words.Select(word => word.Text));
        Assert.Equal([1, 2, 5, 7], words.Select(word => word.Start));
        Assert.Equal([0, 0, 1, 1], words.Select(word => word.Line));
    }

    [Fact]
    public void Only_what_is_sung_within_the_clip_is_seen() =>
        Assert.Equal(["two"], SungWords.Of(Lyrics(new LyricLine(0, 2, "one", []), new LyricLine(5, 6, "two", []), new LyricLine(30, 31, "three", [])), "", Beats, 4, 10).Select(word => word.Text));

    [Fact]
    public void Where_nobody_sings_the_title_comes_word_by_word_with_the_beats()
    {
        var words = SungWords.Of(null, "First  Light", Beats, 2, 4);

        Assert.Equal(["First", "Light", "First", "Light"], words.Select(word => word.Text));
        Assert.Equal([0, 0.5, 1, 1.5], words.Select(word => word.Start));
        Assert.Equal([0, 0, 1, 1], words.Select(word => word.Line));
    }

    [Fact]
    public void Neither_words_nor_beats_are_needed()
    {
        Assert.Equal(4, SungWords.Of(null, "Drone", [], 0, 2).Count);
        Assert.Empty(SungWords.Of(null, " ", [], 0, 2));
    }

    private static SongLyrics Lyrics(params LyricLine[] lines) => new(Guid.Empty, 1, LyricSource.Lrc, false, null, lines, false, false, DateTimeOffset.UnixEpoch);
}
