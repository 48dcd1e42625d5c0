using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// The captions and cards of a piece as a script for libass (Advanced SubStation Alpha 4+). It knows the piece alone, so that a changed line changes only the pieces that show it.
/// Whatever a line holds is shown as text: nothing in it commands.
/// </summary>
/// <param name="Text">The script.</param>
/// <param name="Lead">Frames by which its clock is ahead of the piece's: what began before the piece begins there at 0.</param>
internal sealed record CaptionScript(string Text, int Lead)
{
    /// <summary>The font that is asked for first; for letters that it has not, fontconfig finds another.</summary>
    public const string Font = "DejaVu Sans";

    private const double Margin = 0.05;
    private const double CardSize = 0.085;
    private const int CardFadeMilliseconds = 400;

    // Of a bold letter, and of one that stands for a syllable or a word, in heights of a line.
    private const double LetterWidth = 0.62;
    private const double WideLetterWidth = 0.95;
    private const string WideLetters = "MWmw%@";

    // The least height of a line that can be read, as a share of the frame's shorter side; of what is asked for where that is less.
    private const double LeastSize = 0.025;

    // The share of the height that a text may take.
    private const double MostHeight = 0.5;

    // The last letters of libass's own escapes, behind a backslash.
    private const string Escapes = "Nnh{}";

    // Joins words without being seen; it parts a backslash from a letter that would make it a command.
    private const char WordJoiner = '\u2060';

    /// <summary>The script of a piece; null when it shows neither captions nor cards.</summary>
    public static CaptionScript? Of(Cut cut, FrameRange piece)
    {
        var lines = (cut.Captions?.Lines ?? []).Select(line => (Line: line, Frames: FramesOf(cut, line)))
            .Where(shown => IsSeen(shown.Frames, piece)).ToList();
        var cards = cut.Cards.Where(card => IsSeen(card.Frames, piece)).ToList();
        if (lines.Count + cards.Count == 0)
        {
            return null;
        }

        var lead = Math.Max(0, piece.Start - lines.Select(shown => shown.Frames.Start).Concat(cards.Select(card => card.Frames.Start)).Min());
        var clock = new Clock(cut, piece.Start - lead);
        var text = new StringBuilder(Head(cut));
        foreach (var (line, frames) in lines)
        {
            // What comes after the piece does not concern it.
            text.Append(Event(clock, 0, "Caption", frames with { End = Math.Min(frames.End, piece.End) }, LineText(cut, clock, line, frames)));
        }

        foreach (var card in cards)
        {
            text.Append(Event(clock, 1, "Card", card.Frames, Shade(cut))).Append(Event(clock, 2, "Card", card.Frames, Title(cut, card)));
        }

        return new(text.ToString(), lead);
    }

    /// <summary>The filters that draw the script on a piece.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="path">Where the script is.</param>
    public string Filters(Cut cut, string path)
    {
        var lead = Invariant($"round({cut.Rate.SecondsAt(Lead):0.######}/TB)");
        var draw = $"ass=filename={FilterPath(path)}";
        return Lead == 0 ? draw : $"setpts=PTS+{lead},{draw},setpts=PTS-{lead}";
    }

    /// <summary>Where a line is seen, in frames of the film; it may begin before the film.</summary>
    public static FrameRange FramesOf(Cut cut, Caption line) => new(cut.Rate.FrameAt(line.StartSeconds - cut.StartSeconds), cut.Rate.FrameAt(line.EndSeconds - cut.StartSeconds));

    /// <summary>Text from outside, such that libass shows each of its characters.</summary>
    public static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var (i, letter) in text.Index())
        {
            escaped.Append(letter switch
            {
                '\n' => "\\N",
                '{' or '}' => $"\\{letter}",
                '\\' when i + 1 < text.Length && Escapes.Contains(text[i + 1]) => $"\\{WordJoiner}",
                _ when char.IsControl(letter) => " ",
                _ => letter.ToString(),
            });
        }

        return escaped.ToString();
    }

    // A graph is taken apart twice: into filters, and each of them into its options.
    private static string FilterPath(string path) => Guarded(Guarded(path, "\\':"), "\\'[],;");

    private static string Guarded(string text, string special) => string.Concat(text.Select(letter => special.Contains(letter) ? $"\\{letter}" : $"{letter}"));

    private static bool IsSeen(FrameRange frames, FrameRange piece) => frames.Count > 0 && frames.Start < piece.End && frames.End > piece.Start;

    private static string Head(Cut cut)
    {
        var side = Math.Min(cut.Width, cut.Height);
        var size = side * (cut.Captions?.Size ?? CardSize);
        var (across, down) = ((int)(cut.Width * Margin), (int)(cut.Height * Margin));
        var isKaraoke = cut.Captions?.Style == CaptionStyle.Karaoke;
        return Invariant($"""
            [Script Info]
            ScriptType: v4.00+
            PlayResX: {cut.Width}
            PlayResY: {cut.Height}
            WrapStyle: 0
            ScaledBorderAndShadow: yes
            YCbCr Matrix: TV.709

            [V4+ Styles]
            Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
            Style: Caption,{Font},{size:0.##},{(isKaraoke ? "&H0046D2FF" : "&H00FFFFFF")},&H00FFFFFF,&H00000000,&H80000000,-1,0,0,0,100,100,0,0,1,{size * 0.06:0.##},{size * 0.03:0.##},{(cut.Captions?.Style == CaptionStyle.Centre ? 5 : 2)},{across},{across},{down},-1
            Style: Card,{Font},{side * CardSize:0.##},&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,-1,0,0,0,100,100,0,0,1,0,0,5,{across},{across},{down},-1

            [Events]
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text

            """).ReplaceLineEndings("\n");
    }

    private static string Event(Clock clock, int layer, string style, FrameRange frames, string text) =>
        $"Dialogue: {layer},{Time(clock.At(frames.Start))},{Time(clock.At(frames.End))},{style},,0,0,0,,{text}\n";

    /// <summary>The line with a mark before each word that says how long it is filled. A word begins where the one before has ended, or after a mark without a word.</summary>
    private static string LineText(Cut cut, Clock clock, Caption line, FrameRange frames)
    {
        var wanted = Math.Min(cut.Width, cut.Height) * cut.Captions!.Size;
        var (size, parts) = Fitted(cut, wanted, line.Words.Count == 0 ? [line.Text] : [.. line.Words.Select(word => word.Text)]);
        var text = new StringBuilder(size < wanted ? Invariant($"{{\\fs{Round(size)}}}") : "");
        if (line.Words.Count == 0)
        {
            return text.Append(Escaped(parts[0])).ToString();
        }

        var at = clock.At(frames.Start);
        foreach (var (i, word) in line.Words.Index())
        {
            var (start, end) = (Math.Max(at, clock.At(word.StartSeconds)), Math.Max(at, clock.At(word.EndSeconds)));
            text.Append(start > at ? Invariant($"{{\\k{start - at}}}") : "").Append(Invariant($"{{\\kf{Math.Max(0, end - start)}}}")).Append(Escaped(parts[i]));
            at = Math.Max(start, end);
        }

        return text.ToString();
    }

    private static string Shade(Cut cut) =>
        Invariant($"{{\\an7\\pos(0,0)\\fad({CardFadeMilliseconds},{CardFadeMilliseconds})\\1c&H000000&\\1a&H70&\\p1}}m 0 0 l {cut.Width} 0 {cut.Width} {cut.Height} 0 {cut.Height}");

    private static string Title(Cut cut, Card card)
    {
        var size = Math.Min(cut.Width, cut.Height) * CardSize;
        var (large, first) = Fitted(cut, size, [card.Heading]);
        var (small, second) = Fitted(cut, size * 0.55, [card.Line]);
        var heading = Invariant($"{{\\an5\\pos({cut.Width / 2},{cut.Height / 2})\\fad({CardFadeMilliseconds},{CardFadeMilliseconds})\\fs{Round(large)}}}") + Escaped(first[0]);
        return card.Line.Length == 0 ? heading : heading + Invariant($"\\N{{\\b0\\fs{Round(small)}}}") + Escaped(second[0]);
    }

    /// <summary>A smaller size where a text would not fit into the frame; where it would be too small to be read, the least one, and the text broken into lines of it.</summary>
    private static (double Size, IReadOnlyList<string> Parts) Fitted(Cut cut, double wanted, IReadOnlyList<string> parts)
    {
        var least = Math.Min(wanted, Math.Min(cut.Width, cut.Height) * LeastSize);
        var widest = Widest(cut, string.Concat(parts));
        return widest >= least
            ? (Math.Min(wanted, widest), parts)
            : (least, new CaptionBreaks(LineWidth(cut) / least, (int)(cut.Height * MostHeight / least), WidthOf).Break(parts));
    }

    private static double LineWidth(Cut cut) => cut.Width * (1 - (2 * Margin));

    /// <summary>The largest size at which the longest word fits into the width, and all of the text into half of the height.</summary>
    private static double Widest(Cut cut, string text)
    {
        var width = LineWidth(cut);
        var longest = text.Split(' ', '\n').Max(WidthOf);
        var all = text.Split('\n').Sum(WidthOf);
        return Math.Min(longest > 0 ? width / longest : width, all > 0 ? Math.Sqrt(width * cut.Height * MostHeight / all) : width);
    }

    private static double WidthOf(string text) => text.EnumerateRunes().Sum(rune => rune.Value >= 0x1100 || WideLetters.Contains((char)rune.Value) ? WideLetterWidth : LetterWidth);

    private static double Round(double size) => Math.Round(size, 2);

    private static string Time(long hundredths) =>
        Invariant($"{hundredths / 360_000}:{hundredths / 6000 % 60:00}:{hundredths / 100 % 60:00}.{hundredths % 100:00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The script's clock, in hundredths of a second.</summary>
    private readonly record struct Clock(Cut Cut, int FirstFrame)
    {
        /// <summary>A moment between a frame and the one before it, so that no rounding moves what changes there.</summary>
        public long At(int frame) => Math.Max(0, (long)Math.Round(100 * (frame - FirstFrame - 0.5) / Cut.Rate.PerSecond));

        public long At(double songSeconds) => Math.Max(0, (long)Math.Round(100 * (songSeconds - Cut.StartSeconds - Cut.Rate.SecondsAt(FirstFrame))));
    }
}
