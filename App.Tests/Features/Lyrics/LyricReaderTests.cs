using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Downbeat.Features.Lyrics;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class LyricReaderTests
{
    private const double Duration = 200;

    [Fact]
    public void Lrc_gives_lines_their_stamps_and_several_stamps_several_lines()
    {
        var read = Read(
            """
            [ti:A song]
            [la:en]
            [00:01.50]First
            [00:05.5][1:02.250]Again
            [00:03]
            [00:07:25]Last
            """);

        Assert.Equal((LyricSource.Lrc, "en"), (read.Source, read.Language));
        Assert.Equal([(1.5, 3, "First"), (5.5, 7.25, "Again"), (7.25, 62.25, "Last"), (62.25, null, "Again")], Times(read));
        Assert.False(read.IsEstimate);
    }

    [Theory]
    [InlineData("+500", 9.5)]
    [InlineData("-250", 10.25)]
    [InlineData("99999", 0)]
    [InlineData("nonsense", 10)]
    [InlineData("1e99", 10)]
    [InlineData("99999999", 10)]
    public void An_offset_above_zero_lets_lrc_come_sooner_wherever_it_stands(string offset, double start) =>
        Assert.Equal(start, Read($"[00:10.00]Word\n[offset:{offset}]\n").Lines[0].Start!.Value, 9);

    [Fact]
    public void Enhanced_lrc_gives_words_their_times()
    {
        var read = Read("[00:10.00]<00:10.00>One <00:10.50>t<00:10.80>wo<00:11.00> <00:12.00>three<00:12.40>\n[00:14.00]<00:14.00>four\n");

        Assert.Equal("One two three", read.Lines[0].Text);
        Assert.Equal([(10, 10.5, "One"), (10.5, 10.8, "t"), (10.8, 11, "wo"), (12, 12.4, "three")], Words(read.Lines[0]));
        Assert.Equal((14, 14.5), (read.Lines[1].Words[0].Start, read.Lines[1].Words[0].End));
    }

    [Fact]
    public void A_repeated_line_of_enhanced_lrc_takes_its_words_along()
    {
        var read = Read("[00:10.00][00:30.00]<00:10.00>la <00:10.50>li<00:11.00>\n[00:40.00]end\n");

        Assert.Equal([(30, 30.5, "la"), (30.5, 31, "li")], Words(read.Lines[1]));
        Assert.Equal(40, read.Lines[1].End);
    }

    [Fact]
    public void The_last_word_of_a_repeated_line_ends_where_each_repetition_does()
    {
        var read = Read("[00:10.00][00:30.00][00:50.00]<00:10.00>la <00:11.00>li\n[00:14.00]\n[00:33.00]\n");

        Assert.Equal([14, 33, 52], read.Lines.Select(line => Math.Round(line.Words[1].End, 9)));
    }

    [Fact]
    public void Many_stamps_before_many_words_are_refused_before_they_are_multiplied()
    {
        foreach (var (stamps, words) in new[] { (2000, 2000), (2000, 200), (2000, 0) })
        {
            var file = Bytes(string.Concat(Enumerable.Repeat("[0:0]", stamps)) + string.Concat(Enumerable.Repeat("<0:0>a", words)) + new string('b', words > 0 ? 0 : 10_000));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var problem = Assert.Throws<StudioProblem>(() => LyricReader.Read(file, Duration));

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000_000);
            Assert.Equal((413, "lyrics.too_large"), (problem.Status, problem.Code));
        }
    }

    [Fact]
    public void Lrc_holds_as_many_lines_as_a_song_may_each_with_a_stamp_for_its_end()
    {
        var read = Read(string.Concat(Enumerable.Range(0, LyricRules.MaxLines).Select(i => $"[{i / 600}:{i / 10 % 60}.{i % 10}0]a\n[{i / 600}:{i / 10 % 60}.{i % 10}5]\n")));

        Assert.Equal(LyricRules.MaxLines, read.Lines.Count);
    }

    // From each of many empty lines it would run over all that follow.
    [Fact]
    public void No_pattern_that_begins_at_every_line_begins_with_what_may_be_the_end_of_one()
    {
        GeneratedRegexAttribute[] patterns =
        [
            .. typeof(LyricReader).Assembly.GetTypes().Where(type => type.Namespace == typeof(LyricReader).Namespace)
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                .Select(method => method.GetCustomAttribute<GeneratedRegexAttribute>()).OfType<GeneratedRegexAttribute>(),
        ];

        Assert.NotEmpty(patterns);
        Assert.All(patterns.Where(pattern => pattern.Options.HasFlag(RegexOptions.Multiline)), pattern => Assert.DoesNotContain(@"^\s", pattern.Pattern, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[٠٠:٠١.٠٠]a")]
    [InlineData("[00:01.00]<٠٠:٠١.٠٠>a")]
    [InlineData("1\n٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٠٠٠\na")]
    [InlineData("#BPM:100\n: ٠ ٤ ٠ a")]
    public void Digits_of_other_scripts_make_no_time(string text) => Assert.DoesNotContain(Read(text).Lines, line => line.Start > 1 || line.Words.Count > 0);

    [Fact]
    public void SubRip_is_read_without_tags_and_with_careless_gaps()
    {
        var read = Read("1\n00:00:01,500 --> 00:00:02,750\n<i>Hello</i> {\\an8}there,\nI <3 you\n2\n00:00:03,000 --> 00:00:04,000\nyou\n\n\n3\n01:00:00,000 --> 01:00:01,000\ntoo late\n");

        Assert.Equal(LyricSource.Srt, read.Source);
        Assert.Equal([(1.5, 2.75, "Hello there, I <3 you"), (3, 4, "you"), (null, null, "too late")], Times(read));
    }

    [Theory]
    [InlineData("<b>bold</B> <i>and</i> <u>under</u> <font color=\"#ff0000\">red</font>", "bold and under red")]
    [InlineData("{\\an8}{\\fs20\\b1}up", "up")]
    [InlineData("<c.yellow.bg_blue>loud</c> <v.first Ann B.>me</v> <lang en>too</lang> <ruby>a<rt>b</rt></ruby>", "loud me too ab")]
    [InlineData("one<br>two<br/>three", "one two three")]
    [InlineData("I <3 you, a < b and c > d", "I <3 you, a < b and c > d")]
    [InlineData("<Chorus> {oh} <not a tag>", "<Chorus> {oh} <not a tag>")]
    public void Cues_lose_their_formatting_and_keep_all_other_text(string marked, string text)
    {
        foreach (var head in new[] { "1\n00:00:01,000 --> 00:00:02,000\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n", "00:00:01 --> 00:00:02\n", "\nwebvtt\n\n00:01.000 --> 00:02.000\n" })
        {
            Assert.Equal([(1, 2, text)], Times(Read(head + marked + "\n")));
        }
    }

    [Theory]
    [InlineData("{\\rtf1\\ansi One line\\par Another}", "RTF")]
    [InlineData("<!DOCTYPE html>\n<title>Words</title>\nOne line", "HTML")]
    [InlineData("\n <HTML lang=en>\nOne line", "HTML")]
    [InlineData("<?xml version=\"1.0\"?>\n<tt><p begin=\"1s\">One line</p></tt>", "XML")]
    [InlineData("%PDF-1.7\nOne line", "PDF")]
    [InlineData("[Script Info]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,One line", "SubStation Alpha")]
    [InlineData("{ \"lines\": [\n\"One line\" ] }", "JSON")]
    [InlineData("[ { \"text\":\n\"One line\" } ]\n", "JSON")]
    public void Formats_that_are_not_read_are_refused_by_name(string text, string format)
    {
        var problem = Assert.Throws<StudioProblem>(() => Read(text));

        Assert.Equal((415, "lyrics.unreadable"), (problem.Status, problem.Code));
        Assert.Equal($"{format} is not read here; save the words as LRC, SRT, VTT, UltraStar or plain text.", Assert.Single(problem.Errors!["file"]));
    }

    [Theory]
    [InlineData("[Verse]\nOne line", "One line")]
    [InlineData("{oh} One line", "{oh} One line")]
    [InlineData("\"One line\"", "\"One line\"")]
    [InlineData("12", "12")]
    [InlineData("<3 One line", "<3 One line")]
    public void Words_that_only_begin_as_such_formats_do_are_read(string text, string first) => Assert.Equal((LyricSource.Plain, first), (Read(text).Source, Read(text).Lines[0].Text));

    [Theory]
    [InlineData("#BPM:150\n#GAP:1e99")]
    [InlineData("#BPM:150\n#GAP:-1e9")]
    [InlineData("#BPM:150\n#GAP:soon")]
    [InlineData("#BPM:1e99")]
    [InlineData("#BPM:0,001")]
    [InlineData("#BPM:-150")]
    [InlineData("#BPM:fast")]
    [InlineData("#BPM:150\nB 4 0")]
    public void UltraStar_times_that_make_no_sense_are_refused(string head)
    {
        var problem = Assert.Throws<StudioProblem>(() => Read(head + "\n: 0 4 0 one\n- 8\n: 20 4 0 two\nE\n"));

        Assert.Equal((422, "lyrics.unreadable", "file"), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Key));
    }

    [Theory]
    [InlineData("#BPM:150\n#GAP:300000\n: 0 4 0 one\nE\n")]
    [InlineData("[04:00.00]one\n[05:00.00]two\n")]
    [InlineData("1\n01:00:00,000 --> 01:00:01,000\none\n")]
    public void Times_that_all_lie_after_the_song_are_those_of_another(string text) =>
        Assert.Equal((422, "lyrics.outside"), (Assert.Throws<StudioProblem>(() => Read(text)).Status, Assert.Throws<StudioProblem>(() => Read(text)).Code));

    [Fact]
    public void A_language_is_kept_whole_or_refused()
    {
        Assert.Equal(new string('a', 40), Read($"[la: {new string('a', 40)} ]\n[00:01.00]one").Language);
        Assert.Equal((413, "lyrics.too_large"), (Refusal().Status, Refusal().Code));

        static StudioProblem Refusal() => Assert.Throws<StudioProblem>(() => Read($"[la:{new string('a', 41)}]\n[00:01.00]one"));
    }

    [Fact]
    public void Cues_without_text_are_left_out() =>
        Assert.Equal(
            [(2, 3, "b")],
            Times(Read("00:00:00,000 --> 00:00:01,000\n00:00:01,000 --> 00:00:02,000\n2\n00:00:02,000 --> 00:00:03,000\nb\n\n00:00:04,000 --> 00:00:05,000")));

    [Fact]
    public void WebVtt_is_read_without_notes_styles_and_hours()
    {
        var read = Read(
            """
            WEBVTT - a song
            Kind: captions

            STYLE
            ::cue { color: red }

            NOTE
            nobody sings this

            first
            00:01.000 --> 00:02.000 align:start position:10%
            <v Ann>Rock &amp; <b>roll</b>

            00:00:03.000 --> 00:00:04.500
            <00:00:03.000>two <00:00:03.700>words
            """);

        Assert.Equal(LyricSource.Vtt, read.Source);
        Assert.Equal([(1, 2, "Rock & roll"), (3, 4.5, "two words")], Times(read));
        Assert.Equal([(3, 3.7, "two"), (3.7, 4.5, "words")], Words(read.Lines[1]));
    }

    [Fact]
    public void UltraStar_makes_words_of_syllables()
    {
        var read = Read("#TITLE:X\n#LANGUAGE:English\n#BPM:300,5\n#GAP:1000,5\n: 0 4 5 Hel\n* 4 4 5 lo\nF 10 2 5  there\nR 12 2 5 ~\n- 20\n: 30 5 5 You\nG 40 2 5  all\nE\n");

        var step = 60 / (300.5 * 4);
        Assert.Equal((LyricSource.UltraStar, "English"), (read.Source, read.Language));
        Assert.Equal(["Hello there", "You all"], read.Lines.Select(line => line.Text));
        Assert.Equal([1.0005, 1.0005 + (10 * step)], read.Lines[0].Words.Select(word => word.Start), Near);
        Assert.Equal([1.0005 + (8 * step), 1.0005 + (14 * step)], read.Lines[0].Words.Select(word => word.End), Near);
        Assert.Equal(1.0005 + (30 * step), read.Lines[1].Start!.Value, 9);
    }

    [Fact]
    public void Relative_UltraStar_counts_each_line_from_its_break()
    {
        var read = Read("#BPM:150\n#GAP:0\n#RELATIVE:YES\n: 0 2 0 one\n- 10 12\n: 0 2 0 two\n- 8\n: 4 2 0 three\nE\n");

        Assert.Equal([0, 1.2, 2.4], read.Lines.Select(line => line.Start!.Value), Near);
    }

    [Fact]
    public void UltraStar_follows_a_change_of_tempo_and_two_singers()
    {
        var read = Read("#BPM:150\n#GAP:0\nP1\n: 0 2 0 one\nB 10 300\n: 20 2 0  two\nP2\n: 5 1 0 other\nE\n");

        Assert.Equal([("one two", 0.0), ("other", 0.5)], read.Lines.Select(line => (line.Text, line.Start!.Value)));
        Assert.Equal(1.5, read.Lines[0].Words[1].Start, 9);
    }

    [Fact]
    public void UltraStar_takes_changes_of_tempo_in_any_order_and_the_last_of_several_at_one_place()
    {
        var read = Read("#BPM:999\n#BPM:150\n#GAP:0\nB 20 75\nB 10 1\nB 10 300\n: 0 2 0 one\n: 10 2 0  two\n: 20 2 0  three\n: 30 2 0  four\nE\n");

        Assert.Equal([0, 1, 1.5, 3.5], read.Lines[0].Words.Select(word => word.Start), Near);
    }

    [Fact]
    public void UltraStar_changes_its_tempo_at_most_a_thousand_times()
    {
        static string Changing(int times) => $"#BPM:150\n{string.Concat(Enumerable.Range(1, times).Select(i => $"B {i} 150\n"))}: 1500 2 0 one\nE\n";

        Assert.Equal(150, Read(Changing(1000)).Lines[0].Start!.Value, 6);
        Assert.Equal("lyrics.too_large", Assert.Throws<StudioProblem>(() => Read(Changing(1001))).Code);
    }

    [Fact]
    public void A_word_of_many_syllables_is_refused_before_it_grows()
    {
        var file = Bytes("#BPM:150\n" + string.Concat(Enumerable.Repeat(": 0 1 0 aaaaaaaa\n", 10_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(413, Assert.Throws<StudioProblem>(() => LyricReader.Read(file, Duration)).Status);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000_000);
    }

    [Theory]
    [InlineData("monkey_shines", 14, 0.81, "When it gets bad do you believe", 3.6225)]
    [InlineData("northern_star", 30, 4.741667, "I am a keeper", 11.033333)]
    [InlineData("mr_fancy_pants", 41, 4.16, "Hey Mister Fancy Pants", 5.303533)]
    public async Task Real_UltraStar_songs_are_read(string name, int lines, double first, string text, double second)
    {
        var read = LyricReader.Read(await File.ReadAllBytesAsync(TestData.PathOf($"audio/{name}.ultrastar.txt"), TestContext.Current.CancellationToken), 400);

        Assert.Equal((lines, text), (read.Lines.Count, read.Lines[0].Text));
        Assert.Equal((first, second), (read.Lines[0].Start!.Value, read.Lines[1].Start!.Value), Nearly);
        Assert.All(read.Lines, line => Assert.NotEmpty(line.Words));
    }

    [Fact]
    public void Plain_text_has_no_times_and_its_headings_are_not_sung()
    {
        var read = Read("[Verse 1]\nOne line\n\n  Another\tone  \n[Chorus: All]\r\nlast\r");

        Assert.Equal(LyricSource.Plain, read.Source);
        Assert.Equal(["One line", "Another one", "last"], read.Lines.Select(line => line.Text));
        Assert.All(read.Lines, line => Assert.Null(line.Start));
    }

    [Fact]
    public void Text_is_read_in_the_encodings_that_such_files_have()
    {
        const string Text = "[00:01.00]Où est-tu, mon “cœur”?\n";
        Encoding western = CodePagesEncodingProvider.Instance.GetEncoding(1252)!, central = CodePagesEncodingProvider.Instance.GetEncoding(1250)!;
        foreach (var encoding in new[] { new UTF8Encoding(true), new UTF8Encoding(false), Encoding.Unicode, Encoding.BigEndianUnicode, western })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)];
            Assert.Equal("Où est-tu, mon “cœur”?", LyricReader.Read(bytes, Duration).Lines[0].Text);
        }

        var czech = central.GetBytes("#BPM:100\n#ENCODING:CP1250\n: 0 4 0 Žluťoučký\nE\n");
        Assert.Equal("Žluťoučký", LyricReader.Read(czech, Duration).Lines[0].Text);
    }

    [Fact]
    public void A_strangers_text_stays_text_without_what_cannot_be_seen()
    {
        var read = Read("[00:01.00]<script>alert(1)</script>\u202E\u0007 and  more\n");

        Assert.Equal("<script>alert(1)</script> and more", read.Lines[0].Text);
    }

    [Fact]
    public void What_is_no_words_or_too_many_is_refused_with_a_reason()
    {
        (byte[] File, int Status, string Code)[] refused =
        [
            ([], 422, "lyrics.empty"),
            (Bytes(" \n\t\n"), 422, "lyrics.empty"),
            (Bytes("[ti:only tags]\n[00:01.00]\n"), 422, "lyrics.empty"),
            (Bytes("WEBVTT"), 422, "lyrics.empty"),
            ([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0xFF, 0xFB], 415, "lyrics.unreadable"),
            ([.. Enumerable.Range(0, 2000).Select(i => (byte)(i * 7 % 255 | 1))], 415, "lyrics.unreadable"),
            (Bytes(": 0 4 0 no tempo\nE\n"), 422, "lyrics.unreadable"),
            (Bytes(new string('a', LyricText.MaxBytes + 1)), 413, "lyrics.too_large"),
            (Bytes(new string('a', LyricRules.MaxLineLength + 1)), 413, "lyrics.too_large"),
            (Bytes(string.Concat(Enumerable.Repeat("a\n", LyricRules.MaxLines + 1))), 413, "lyrics.too_large"),
            (Bytes("[00:01.00]" + string.Concat(Enumerable.Repeat("<00:01.00>a", LyricRules.MaxWords + 1))), 413, "lyrics.too_large"),
            (Bytes(string.Concat(Enumerable.Repeat("[00:01.00]", 20_000)) + "a"), 413, "lyrics.too_large"),
            (Bytes(string.Concat(Enumerable.Repeat("[0:1]", 101)) + string.Concat(Enumerable.Repeat("<0:1>a", LyricRules.MaxWords))), 413, "lyrics.too_large"),
        ];
        foreach (var (file, status, code) in refused)
        {
            var problem = Assert.Throws<StudioProblem>(() => LyricReader.Read(file, Duration));
            Assert.Equal((status, code, "file"), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Key));
        }
    }

    private static readonly Comparison<double> Compare = (a, b) => Math.Abs(a - b) < 1e-6 ? 0 : a.CompareTo(b);

    private static bool Near(double a, double b) => Compare(a, b) == 0;

    private static bool Nearly((double A, double B) a, (double A, double B) b) => Math.Abs(a.A - b.A) < 1e-3 && Math.Abs(a.B - b.B) < 1e-3;

    private static LyricContent Read(string text) => LyricReader.Read(text.ReplaceLineEndings("\n"), Duration);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static IEnumerable<(double? Start, double? End, string Text)> Times(LyricContent content) => content.Lines.Select(line => (line.Start, line.End, line.Text));

    private static IEnumerable<(double Start, double End, string Text)> Words(LyricLine line) =>
        line.Words.Select(word => (Math.Round(word.Start, 9), Math.Round(word.End, 9), word.Text));
}
