using CsCheck;
using Downbeat.Features.Analysis;
using Downbeat.Features.Lyrics;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class VocalSpreadTests
{
    private const double Duration = 120;
    private const double BreathSeconds = 0.3;

    [Fact]
    public void As_many_lines_as_phrases_begin_with_them()
    {
        SongSpan[] voice = [new(10, 13), new(15, 17), new(40, 44)];
        var spread = VocalSpread.Fill(Lines("never was so much", "to be said", "about so little of it"), voice, [], Duration);

        Assert.Equal([10, 15, 40], spread.Select(line => line.Start));
        Assert.Equal([13, 17, 44], spread.Select(line => line.End));
        Assert.All(spread, line => Assert.True(line.IsEstimate));
    }

    [Fact]
    public void Two_lines_in_one_breath_share_it_by_syllables()
    {
        var spread = VocalSpread.Fill(Lines("la la la", "la la la la la la", "la la la"), [new(10, 19), new(30, 33)], [], Duration);

        Assert.Equal([10, 13, 30], spread.Select(line => line.Start!.Value), (a, b) => Math.Abs(a - b) < 0.11);
    }

    [Fact]
    public void A_verse_begins_with_a_breath_also_where_its_share_says_otherwise()
    {
        LyricLine[] lines = [.. Lines("la la la la", "la la la la", "la la la la", "la la la la")];
        SongSpan[] voice = [new(10, 18), new(20, 26)];

        Assert.NotEqual(20, VocalSpread.Fill([.. lines], voice, [], Duration)[3].Start);
        lines[3] = lines[3] with { BeginsVerse = true };
        Assert.Equal(20, VocalSpread.Fill(lines, voice, [], Duration)[3].Start);
    }

    [Fact]
    public void A_line_begins_on_a_beat_that_is_near()
    {
        var spread = VocalSpread.Fill(Lines("one", "two"), [new(10, 12), new(20, 22)], [9.9, 20.2], Duration);

        Assert.Equal([9.9, 20], spread.Select(line => line.Start));
    }

    [Fact]
    public void Lines_that_somebody_timed_stay_and_the_others_lie_between_them()
    {
        LyricLine[] lines = [.. Lines("a a", "b b"), new(50, 52, "fixed", []), .. Lines("c c", "d d"), new(80, 82, "fixed too", [])];
        var spread = VocalSpread.Fill(lines, [new(10, 12), new(20, 22), new(50, 52), new(60, 62), new(70, 72), new(80, 82)], [], Duration);

        Assert.Equal([10, 20, 50, 60, 70, 80], spread.Select(line => line.Start));
        Assert.Equal([true, true, false, true, true, false], spread.Select(line => line.IsEstimate));
        Assert.Equal(lines[2], spread[2]);
    }

    [Fact]
    public void Lines_without_room_between_timed_ones_begin_and_end_with_them()
    {
        LyricLine[] lines = [new(10, null, "fixed", []), .. Lines("a", "b"), new(10, null, "at the same time", []), new(Duration, null, "at the end", []), .. Lines("after it")];
        var spread = VocalSpread.Fill(lines, [new(5, 30)], [10.05], Duration);

        Assert.Equal([10, 10, 10, 10, Duration, Duration], spread.Select(line => line.Start!.Value));
        Assert.Equal([null, 10, 10, null, null, Duration], spread.Select(line => line.End));
        Assert.Equal([false, true, true, false, false, true], spread.Select(line => line.IsEstimate));
    }

    [Fact]
    public void Where_nobody_is_heard_to_sing_lines_share_the_song()
    {
        var spread = VocalSpread.Fill(Lines("la la", "la la", "la la", "la la"), [], [], Duration);

        Assert.Equal([0, 30, 60, 90], spread.Select(line => line.Start!.Value), (a, b) => Math.Abs(a - b) < 1);
    }

    [Fact]
    public void Whatever_is_sung_all_lines_lie_in_order_inside_the_song() =>
        Gen.Select(
            Gen.Int[1, 8].Array[1, 60], Gen.Double[0.05, 6].Array[0, 40], Gen.Double[0, Duration].Array[0, 20], Gen.Int[0, 12].Select(Gen.Bool).Array[60]).Sample((lengths, spans, beats, timed) =>
        {
            var at = 0.0;
            var voice = new List<SongSpan>();
            foreach (var (i, length) in spans.Index().Where(span => (at += span.Item) < Duration && span.Index % 2 == 1))
            {
                voice.Add(new(at - length, at));
            }

            var lines = Lines([.. lengths.Select(count => string.Join(' ', Enumerable.Repeat("la", count)))]);
            foreach (var (i, (tens, isTimed)) in timed.Order().Take(lines.Length).Index())
            {
                lines[i] = isTimed ? lines[i] with { Start = 10 * tens } : lines[i];
            }

            var spread = VocalSpread.Fill(lines, voice, [.. beats.Order()], Duration);
            LyricRules.Check(spread, Duration);
            Assert.All(lines.Zip(spread), pair => Assert.Equal(pair.First.Start ?? pair.Second.Start!.Value, pair.Second.Start));
        });

    [Fact]
    public void Two_thousand_lines_are_spread_too()
    {
        var lines = Lines([.. Enumerable.Range(0, LyricRules.MaxLines).Select(i => i % 7 == 0 ? "a much longer line than the others" : "oh")]);

        Assert.Equal(LyricRules.MaxLines, VocalSpread.Fill(lines, [new(1, 50), new(60, 119)], [], Duration).Count(line => line.Start is not null));
    }

    [Theory]
    [InlineData("monkey_shines", 0.1)]
    [InlineData("northern_star", 0.1)]
    [InlineData("mr_fancy_pants", 4.5)] // sings some verses three times as slowly as others, which its text does not tell
    public async Task Real_songs_without_their_times_find_back_to_them_over_the_true_phrases(string name, double medianSeconds)
    {
        var truth = LyricReader.Read(await File.ReadAllBytesAsync(TestData.PathOf($"audio/{name}.ultrastar.txt"), TestContext.Current.CancellationToken), 400);
        var spread = VocalSpread.Fill([.. truth.Lines.Select(line => new LyricLine(null, null, line.Text, []))], PhrasesOf(truth), [], 400);

        double[] errors = [.. truth.Lines.Zip(spread, (line, guess) => Math.Abs(line.Start!.Value - guess.Start!.Value)).Order()];
        TestContext.Current.SendDiagnosticMessage($"{name}: {errors.Length} lines, median {errors[errors.Length / 2]:0.000} s, 90 % within {errors[errors.Length * 9 / 10]:0.000} s, worst {errors[^1]:0.000} s");
        Assert.InRange(errors[errors.Length / 2], 0, medianSeconds);
    }

    [Theory]
    [InlineData("hello", 2)]
    [InlineData("my song", 2)]
    [InlineData("my love", 3)]
    [InlineData("Été à l'hôtel", 5)]
    [InlineData("любовь моя", 4)]
    [InlineData("ありがとう", 5)]
    [InlineData("hmm", 1)]
    [InlineData("", 1)]
    public void Syllables_are_counted_roughly(string text, int count) => Assert.Equal(count, Syllables.Of(text));

    private static List<SongSpan> PhrasesOf(LyricContent truth)
    {
        var phrases = new List<SongSpan>();
        foreach (var word in truth.Lines.SelectMany(line => line.Words))
        {
            if (phrases is [.., var last] && word.Start - last.End < BreathSeconds)
            {
                phrases[^1] = last with { End = Math.Max(last.End, word.End) };
            }
            else
            {
                phrases.Add(new(word.Start, word.End));
            }
        }

        return phrases;
    }

    private static LyricLine[] Lines(params string[] texts) => [.. texts.Select(text => new LyricLine(null, null, text, []))];
}
