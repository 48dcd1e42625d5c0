using CsCheck;
using Downbeat.Features.Lyrics;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class LyricWriterTests
{
    private const double Duration = 600;
    private const double Tolerance = 0.01;

    private static readonly Gen<string> Word = Gen.Char["abcdefgXYZ'äßéжщ日本0123&;,.!?-"].Array[1, 8].Select(letters => new string(letters));

    private static readonly Gen<LyricLine> Line = Gen.Select(Word.Array[1, 6], Gen.Double[0.2, 8], Gen.Double[0, 1], Gen.Bool, Gen.Double[0, 0.4], (words, length, pause, isTimed, gap) =>
    {
        var each = length / words.Length;
        LyricWord[] timed = isTimed ? [.. words.Select((word, i) => new LyricWord(i * each, (i * each) + (each * (1 - gap)), word))] : [];
        return new LyricLine(0, length - (length * pause / 3), string.Join(' ', words), LyricEdits.Within(timed, 0, length - (length * pause / 3)));
    });

    // Lines one after the other, without overlap; some with a pause between them.
    private static readonly Gen<LyricContent> Songs = Gen.Select(Line.Array[1, 30], Gen.Double[0, 2].Array[30], (lines, pauses) =>
    {
        var at = 0.0;
        var placed = new List<LyricLine>();
        foreach (var (i, line) in lines.Index())
        {
            at += pauses[i];
            placed.Add(LyricEdits.Shift(line, at));
            at += line.End!.Value;
        }

        return new LyricContent(LyricSource.Program, "en", placed);
    });

    private static readonly string[] Pieces =
    [
        "00:01.000 --> 00:02.000\n", "00:00:03,000 --> 00:00:02,500 align:start\n", "[00:01.00]", "<00:02.00>", "[٠٠:٠١]", "WEBVTT\n", "#BPM:120\n", ": 0 4 0 a\n", "B 4 90\n", "- 8\n",
        "\n", "7\n", "la ",
    ];

    // Characters alone hardly ever make a whole stamp or timing.
    private static readonly Gen<string> Files = Gen.Int[0, Pieces.Length - 1].Array[0, 12].Select(picks => string.Concat(picks.Select(pick => Pieces[pick])));

    [Fact]
    public void Lrc_comes_back_as_it_was() => Songs.Sample(song =>
    {
        var read = LyricReader.Read(LyricWriter.Lrc(song, withWords: false), Duration);
        Assert.Equal((LyricSource.Lrc, "en"), (read.Source, read.Language));
        AssertSame(song, read, withWords: false);
    });

    [Fact]
    public void Enhanced_lrc_comes_back_with_its_words() =>
        Songs.Sample(song => AssertSame(song, LyricReader.Read(LyricWriter.Lrc(song, withWords: true), Duration), withWords: true));

    [Fact]
    public void SubRip_comes_back_as_it_was() => Songs.Sample(song => AssertSame(song, LyricReader.Read(LyricWriter.Srt(song), Duration), withWords: false));

    [Fact]
    public void WebVtt_comes_back_as_it_was() => Songs.Sample(song => AssertSame(song, LyricReader.Read(LyricWriter.Vtt(song), Duration), withWords: false));

    [Fact]
    public void Text_comes_back_without_times() => Songs.Sample(song =>
        Assert.Equal(song.Lines.Select(line => line.Text), LyricReader.Read(LyricWriter.Plain(song) + "…", Duration).Lines.SkipLast(1).Select(line => line.Text)));

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_keeps_the_rules() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["[]<>:.,0123456789-#\nBPMGAPEF* ab\t"], 0, 200], Files).Sample(text =>
        {
            try
            {
                var read = LyricReader.Read(text.ReplaceLineEndings("\n"), Duration);
                Assert.Equal(read.Lines.Select(line => line.Text), LyricRules.Check(read.Lines, Duration).Select(line => line.Text));
            }
            catch (StudioProblem problem)
            {
                Assert.StartsWith("lyrics.", problem.Code, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void A_line_without_end_is_shown_until_the_next_or_for_a_while_and_one_without_time_only_in_the_text()
    {
        LyricContent song = new(LyricSource.Lrc, null, [new(1, null, "one", []), new(2, null, "two", []), new(null, null, "three", [])]);

        Assert.Equal("1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:02,000 --> 00:00:07,000\ntwo\n\n", LyricWriter.Srt(song));
        Assert.Equal("[00:01.00]one\n[00:02.00]two\n", LyricWriter.Lrc(song, withWords: true));
        Assert.Equal("one\ntwo\nthree\n", LyricWriter.Plain(song));
    }

    [Fact]
    public void Text_that_looks_like_a_stamp_or_a_tag_does_no_harm()
    {
        LyricContent song = new(LyricSource.Program, "[00:09.00]", [new(1, 2, "a [00:05.00] <00:06.00> <b>--> & c", [])]);

        Assert.Equal("a <b>--> & c", Assert.Single(LyricReader.Read(LyricWriter.Vtt(song), Duration).Lines).Text.Replace("[00:05.00] <00:06.00> ", "", StringComparison.Ordinal));
        var lrc = LyricReader.Read(LyricWriter.Lrc(song, withWords: true), Duration);
        Assert.Equal((1, 2), (Assert.Single(lrc.Lines).Start, lrc.Lines[0].End));
        Assert.Single(LyricReader.Read(LyricWriter.Srt(song), Duration).Lines);
    }

    private static void AssertSame(LyricContent song, LyricContent read, bool withWords)
    {
        Assert.Equal(song.Lines.Select(line => line.Text), read.Lines.Select(line => line.Text));
        foreach (var (line, back) in song.Lines.Zip(read.Lines))
        {
            Assert.Equal(line.Start!.Value, back.Start!.Value, Tolerance);
            Assert.Equal(line.End!.Value, back.End!.Value, Tolerance);
            Assert.Equal(withWords ? line.Words.Count : 0, back.Words.Count);
            foreach (var (word, wordBack) in line.Words.Zip(back.Words))
            {
                Assert.Equal(word.Text, wordBack.Text);
                Assert.Equal(word.Start, wordBack.Start, Tolerance);
                Assert.Equal(word.End, wordBack.End, Tolerance);
            }
        }
    }
}
