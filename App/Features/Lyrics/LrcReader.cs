using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>Reads LRC: lines with one or several stamps, tags such as <c>[offset:]</c>, and words with stamps of their own.</summary>
internal static partial class LrcReader
{
    /// <summary>Whether a line of the text begins with a stamp.</summary>
    public static bool IsMeantBy(string text) => AnyStamp().IsMatch(text);

    /// <summary>Reads the lines, in order of time; a line without stamp has no time, and a stamp without text only ends the line before.</summary>
    /// <param name="text">Lines parted by <c>\n</c>.</param>
    public static (string? Language, IReadOnlyList<LyricLine> Lines) Read(string text)
    {
        double offsetSeconds = 0;
        string? language = null;
        var stamped = new List<(double Start, double Shift, string Text)>();
        var unstamped = new List<LyricLine>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Tag().Match(line) is { Success: true } tag)
            {
                switch (tag.Groups["name"].Value.ToLowerInvariant())
                {
                    case "offset" when double.TryParse(tag.Groups["value"].ValueSpan, CultureInfo.InvariantCulture, out var ms) && double.IsFinite(ms):
                        offsetSeconds = ms / 1000;
                        break;
                    case "la":
                        language = tag.Groups["value"].Value;
                        break;
                }
            }
            else
            {
                AddStamped(line);
            }
        }

        return (language, [.. Timed(stamped, offsetSeconds), .. unstamped]);

        void AddStamped(string line)
        {
            var stamps = Leading().Match(line);
            var rest = line[stamps.Length..];
            if (stamps.Length == 0)
            {
                unstamped.Add(WithoutStamp(line, offsetSeconds));
                return;
            }

            double? first = null;
            foreach (Match stamp in Stamp().Matches(stamps.Value))
            {
                var start = StampedText.SecondsOf(stamp);
                first ??= start;
                stamped.Add((start, start - first.Value, rest));
            }
        }
    }

    private static IEnumerable<LyricLine> Timed(List<(double Start, double Shift, string Text)> stamped, double offsetSeconds)
    {
        (double Start, double Shift, string Text)[] rising = [.. stamped.OrderBy(entry => entry.Start)];
        for (var i = 0; i < rising.Length; i++)
        {
            var (start, shift, marked) = rising[i];
            if (string.IsNullOrWhiteSpace(marked))
            {
                continue;
            }

            double? next = i + 1 < rising.Length ? rising[i + 1].Start : null;
            var (text, words) = StampedText.Part(marked, start - shift, next - shift);
            var sung = LyricEdits.Shift(words, shift);
            yield return LyricEdits.Shift(new LyricLine(start, next ?? (sung is [.., var last] ? last.End : null), text, sung), -offsetSeconds);
        }
    }

    // Some write the stamps of words alone.
    private static LyricLine WithoutStamp(string marked, double offsetSeconds)
    {
        var (text, words) = StampedText.Part(marked, null, null);
        return words is [var first, .., var last]
            ? LyricEdits.Shift(new LyricLine(first.Start, last.End, text, words), -offsetSeconds)
            : new(null, null, text, []);
    }

    [GeneratedRegex(@"^\s*\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]", RegexOptions.Multiline)]
    private static partial Regex AnyStamp();

    [GeneratedRegex(@"^(?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)*")]
    private static partial Regex Leading();

    [GeneratedRegex(@"\[(?<m>\d{1,3}):(?<s>\d{1,2})(?:[.:](?<f>\d{1,3}))?\]")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"^\[(?<name>[a-zA-Z#][a-zA-Z_]*):(?<value>[^\[\]]*)\]$")]
    private static partial Regex Tag();
}
