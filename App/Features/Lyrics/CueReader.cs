using System.Net;
using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>
/// Reads the cues of SubRip and WebVTT. Whatever stands between them (numbers, names, NOTE, STYLE, REGION) is left out, and so is formatting, but no other text
/// in angle brackets or braces.
/// </summary>
internal static partial class CueReader
{
    /// <summary>Whether the text names itself WebVTT.</summary>
    public static bool IsWebVtt(string text) => text.AsSpan().TrimStart().StartsWith("WEBVTT", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a line of the text is the timing of a cue.</summary>
    public static bool IsMeantBy(string text) => Timing().IsMatch(text);

    /// <summary>Reads the cues as they follow each other. The lines of one cue become one line.</summary>
    /// <param name="text">Lines parted by <c>\n</c>.</param>
    public static IReadOnlyList<LyricLine> Read(string text)
    {
        var cues = new List<LyricLine>();
        var timings = Timing().Matches(text);

        // Only WebVTT writes characters by name; in SubRip an ampersand is one.
        Func<string, string> plain = IsWebVtt(text) ? WebUtility.HtmlDecode : words => words;
        for (var i = 0; i < timings.Count; i++)
        {
            var begin = timings[i].Index + timings[i].Length;
            var body = text[begin..(i + 1 < timings.Count ? timings[i + 1].Index : text.Length)];
            cues.Add(CueOf(timings[i], TextOf(body, isLast: i + 1 == timings.Count), plain));
        }

        return cues;
    }

    private static LyricLine CueOf(Match timing, string marked, Func<string, string> plain)
    {
        var stamps = Stamp().Matches(timing.Value);
        var (start, end) = (StampedText.SecondsOf(stamps[0]), StampedText.SecondsOf(stamps[1]));
        var (text, words) = StampedText.Part(WithoutTags(marked), start, end);
        return new(start, Math.Max(start, end), plain(text), [.. words.Select(word => word with { Text = plain(word.Text) })]);
    }

    // A cue ends at an empty line. Where a careless writer left that out, the number of the next cue stands at the end.
    private static string TextOf(string body, bool isLast)
    {
        string[] all = [.. (isLast ? body : body[..^1]).Split('\n').Skip(1)];
        string[] lines = [.. all.TakeWhile(line => !string.IsNullOrWhiteSpace(line))];
        var isWhole = isLast || lines.Length < all.Length || lines is not [.., var number] || !number.All(char.IsAsciiDigit);
        return string.Join(' ', isWhole ? lines : lines.SkipLast(1));
    }

    private static string WithoutTags(string text) => Tag().Replace(LineBreak().Replace(text, " "), "");

    [GeneratedRegex(@"^[ \t]*(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,3})?[ \t]*-->[ \t]*(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,3})?[^\n]*", RegexOptions.Multiline)]
    private static partial Regex Timing();

    [GeneratedRegex(@"(?:(?<h>[0-9]{1,3}):)?(?<m>[0-9]{1,2}):(?<s>[0-9]{2})(?:[.,](?<f>[0-9]{1,3}))?")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"<br\s*/?>", RegexOptions.IgnoreCase)]
    private static partial Regex LineBreak();

    // What SubRip players and WebVTT know, and overrides as SubStation Alpha has them.
    [GeneratedRegex(@"</?(?:b|i|u|s|font|c|v|lang|ruby|rt)(?:[.\s][^<>]*)?/?>|\{\\[^{}]*\}", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
