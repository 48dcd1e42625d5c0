using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Captions as the text that libass reads.</summary>
public class CaptionScriptTests
{
    private static readonly Cut Film = new(FrameRate.Of(30), 1920, 1080, Fit.Cover, 10, 300, []);

    [Theory]
    [InlineData("plain, with commas", "plain, with commas")]
    [InlineData(@"{\an8\fs200}", "\\{\\an8\\fs200\\}")]
    [InlineData(@"a\Nb\nc\hd", "a\\\u2060Nb\\\u2060nc\\\u2060hd")]
    [InlineData(@"\{\\}", "\\\u2060\\{\\\\\u2060\\}")]
    [InlineData("one\ntwo", "one\\Ntwo")]
    [InlineData("one\r\u0001two\t", "one  two ")]
    [InlineData("שלום 😀", "שלום 😀")]
    public void Nothing_in_a_text_commands(string text, string escaped) => Assert.Equal(escaped, CaptionScript.Escaped(text));

    [Fact]
    public void A_piece_knows_its_own_lines_in_its_own_time()
    {
        var film = Said(CaptionStyle.Bottom, new(11, 12, "first"), new(12, 13, "second"), new(15, 16, "third"));

        var script = CaptionScript.Of(film, new(45, 90))!;

        // The first line began half a second before the piece: the script's clock began with it.
        Assert.Equal(15, script.Lead);
        Assert.Equal(["0,0:00:00.00,0:00:00.98,Caption,,0,0,0,,first", "0,0:00:00.98,0:00:01.98,Caption,,0,0,0,,second"], Events(script));
        Assert.Equal("setpts=PTS+round(0.5/TB),ass=filename=c.ass,setpts=PTS-round(0.5/TB)", script.Filters(film, "c.ass"));
        Assert.Null(CaptionScript.Of(film, new(90, 150)));
        Assert.Null(CaptionScript.Of(Film, new(0, 300)));
    }

    [Fact]
    public void The_same_piece_elsewhere_in_the_film_has_the_same_script()
    {
        var here = CaptionScript.Of(Said(CaptionStyle.Bottom, new Caption(11, 12, "words")), new(30, 60));
        var there = CaptionScript.Of(Said(CaptionStyle.Bottom, new Caption(14, 15, "words")), new(120, 150));

        Assert.Equal(here, there);
    }

    [Fact]
    public void Words_are_filled_from_their_beginnings_to_their_ends()
    {
        var film = Said(CaptionStyle.Karaoke, new Caption(10, 12, "one two three") { Words = [new(10.5, 11, "one "), new(11, 11.2, "two "), new(11.5, 12, "three")] });

        Assert.Equal(["0,0:00:00.00,0:00:01.98,Caption,,0,0,0,,{\\k50}{\\kf50}one {\\kf20}two {\\k30}{\\kf50}three"], Events(CaptionScript.Of(film, new(0, 60))!));

        // In a piece that begins in the middle of it, too.
        Assert.Equal(["0,0:00:00.00,0:00:01.98,Caption,,0,0,0,,{\\k50}{\\kf50}one {\\kf20}two {\\k30}{\\kf50}three"], Events(CaptionScript.Of(film, new(35, 60))!));
    }

    [Theory]
    [InlineData(24, 1)]
    [InlineData(30000, 1001)]
    [InlineData(60, 1)]
    public void Every_change_falls_between_its_frame_and_the_one_before(int numerator, int denominator)
    {
        var film = Film with { Rate = new(numerator, denominator), StartSeconds = 0, Frames = 600 };
        for (var frame = 1; frame < 600; frame++)
        {
            var script = CaptionScript.Of(film with { Captions = new(CaptionStyle.Bottom, 0.05, null, [new(film.Rate.SecondsAt(frame), 1000, "x")]) }, new(0, 600))!;
            var start = TimeSpan.Parse("0" + Events(script)[0].Split(',')[1], System.Globalization.CultureInfo.InvariantCulture).TotalSeconds;
            Assert.InRange(start, film.Rate.SecondsAt(frame - 1) + 0.001, film.Rate.SecondsAt(frame) - 0.001);
        }
    }

    [Fact]
    public void A_path_with_signs_that_graphs_use_is_guarded_twice()
    {
        var script = CaptionScript.Of(Said(CaptionStyle.Bottom, new Caption(10, 11, "x")), new(0, 30))!;

        Assert.Equal(@"ass=filename=C\\:/a b\\\'c\[1\]\,\;/x.ass", script.Filters(Film, "C:/a b'c[1],;/x.ass"));
    }

    [Fact]
    public void A_text_that_would_not_fit_is_made_smaller()
    {
        var film = Said(CaptionStyle.Bottom, new(10, 11, new('w', 200)), new(11, 12, "short"));

        var lines = Events(CaptionScript.Of(film, new(0, 60))!);

        Assert.Matches(@"\{\\fs[0-9.]+\}w", lines[0]);
        Assert.EndsWith(",,short", lines[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_word_that_would_be_too_small_to_read_is_broken_and_what_does_not_fit_at_all_is_cut_off(bool isFilled)
    {
        string Shown(int letters)
        {
            var word = new string('W', letters);
            return Events(CaptionScript.Of(Said(isFilled ? CaptionStyle.Karaoke : CaptionStyle.Bottom, new Caption(10, 12, "a " + word) { Words = isFilled ? [new(10, 11, "a "), new(11, 12, word)] : [] }), new(0, 60))!)[0].Split(",,", 3)[2].Split(",,")[^1];
        }

        // A line of 1728 pixels holds 67 letters of 0.95 times 27 pixels; half of the height holds 20 lines.
        var (broken, cut) = (Shown(400), Shown(40_000));
        Assert.StartsWith("{\\fs27}", broken);
        Assert.Equal((400, 6), (broken.Count(letter => letter == 'W'), broken.Split("\\N").Length - 1));
        Assert.All(broken.Split("\\N"), line => Assert.InRange(line.Count(letter => letter == 'W'), 0, 67));
        Assert.Equal(19, cut.Split("\\N").Length - 1);
        Assert.EndsWith("W…", cut);
    }

    [Fact]
    public void The_words_of_a_card_are_broken_too()
    {
        var film = Film with { Width = 640, Height = 360, Cards = [new(new(0, 60), new('W', 120), "short")] };

        var title = Events(CaptionScript.Of(film, new(0, 60))!)[1];

        Assert.Contains("\\fs9}", title);
        Assert.Equal(3, title.Split("\\N").Length);
        Assert.Equal(120, title.Count(letter => letter == 'W'));
    }

    private static Cut Said(CaptionStyle style, params Caption[] lines) => Film with { Captions = new(style, 0.055, null, lines) };

    private static List<string> Events(CaptionScript script) =>
        [.. script.Text.Split('\n').Where(line => line.StartsWith("Dialogue: ", StringComparison.Ordinal)).Select(line => line["Dialogue: ".Length..])];
}
