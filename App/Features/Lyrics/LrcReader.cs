using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>Reads LRC: lines with one or several stamps, tags such as <c>[offset:]</c>, and words with stamps of their own.</summary>
internal static partial class LrcReader
{
    // An hour: more is a slip, and would push all lines out of any song.
    private const double MaxOffsetMilliseconds = 3.6e6;

    /// <summary>Whether a line of the text begins with a stamp.</summary>
    public static bool IsMeantBy(string text) => AnyStamp().IsMatch(text);

    /// <summary>Reads the lines, in order of time; a line without stamp has no time, and a stamp without text only ends the line before.</summary>
    /// <param name="text">Lines parted by <c>\n</c>.</param>
    /// <returns>The lines are made as they are asked for: a few stamps before many words are many words.</returns>
    /// <exception cref="StudioProblem">413 <c>lyrics.too_large</c>.</exception>
    public static (string? Language, IEnumerable<LyricLine> Lines) Read(string text)
    {
        double offsetSeconds = 0;
        string? language = null;
        var stamped = new List<Stamped>();
        var sungCount = 0;
        var unstamped = new List<LyricLine>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Tag().Match(line) is { Success: true } tag)
            {
                switch (tag.Groups["name"].Value.ToLowerInvariant())
                {
                    case "offset" when double.TryParse(tag.Groups["value"].ValueSpan, CultureInfo.InvariantCulture, out var ms) && Math.Abs(ms) <= MaxOffsetMilliseconds:
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

        return (language, Timed(stamped, offsetSeconds).Concat(unstamped));

        void AddStamped(string line)
        {
            var stamps = Leading().Match(line);
            if (stamps.Length == 0)
            {
                unstamped.Add(WithoutStamp(line, offsetSeconds));
                return;
            }

            var starts = Stamp().Matches(stamps.Value).Select(StampedText.SecondsOf).ToList();
            var (text, words) = StampedText.Part(line[stamps.Length..], starts[0]);
            var isSung = !string.IsNullOrWhiteSpace(text);
            foreach (var start in starts)
            {
                if (isSung)
                {
                    LyricRules.EnsureFits(sungCount++, text, words.Count);
                }

                stamped.Add(new(start, start - starts[0], isSung ? text : "", words));
            }
        }
    }

    private static IEnumerable<LyricLine> Timed(List<Stamped> stamped, double offsetSeconds)
    {
        Stamped[] rising = [.. stamped.OrderBy(entry => entry.Start)];
        for (var i = 0; i < rising.Length; i++)
        {
            var (start, shift, text, words) = rising[i];
            if (text.Length == 0)
            {
                continue;
            }

            double? next = i + 1 < rising.Length ? rising[i + 1].Start : null;
            var sung = StampedText.Ended(LyricEdits.Shift(words, shift), next);
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

    /// <summary>A line at one of its stamps; its words have the times of its first and move by the shift. The text is empty where the stamp only ends the line before.</summary>
    private readonly record struct Stamped(double Start, double Shift, string Text, IReadOnlyList<LyricWord> Words);

    [GeneratedRegex(@"^[ \t]*\[[0-9]{1,3}:[0-9]{1,2}(?:[.:][0-9]{1,3})?\]", RegexOptions.Multiline)]
    private static partial Regex AnyStamp();

    [GeneratedRegex(@"^(?:\[[0-9]{1,3}:[0-9]{1,2}(?:[.:][0-9]{1,3})?\]\s*)*")]
    private static partial Regex Leading();

    [GeneratedRegex(@"\[(?<m>[0-9]{1,3}):(?<s>[0-9]{1,2})(?:[.:](?<f>[0-9]{1,3}))?\]")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"^\[(?<name>[a-zA-Z#][a-zA-Z_]*):(?<value>[^\[\]]*)\]$")]
    private static partial Regex Tag();
}
