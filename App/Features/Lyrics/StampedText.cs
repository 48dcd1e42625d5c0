using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>Times in texts, and texts with times inside.</summary>
internal static partial class StampedText
{
    private const double ShortestGuessSeconds = 0.5;

    /// <summary>A stamp's time in seconds, from its groups <c>h</c> (may be missing), <c>m</c>, <c>s</c> and <c>f</c> (a decimal fraction of any length, may be missing).</summary>
    public static double SecondsOf(Match stamp) =>
        (3600 * Number(stamp.Groups["h"])) + (60 * Number(stamp.Groups["m"])) + Number(stamp.Groups["s"])
        + (stamp.Groups["f"] is { Success: true, Value: var fraction } ? double.Parse("0." + fraction, CultureInfo.InvariantCulture) : 0);

    /// <summary>
    /// Parts a text at the stamps inside it, as enhanced LRC and WebVTT have them: <c>&lt;00:12.50&gt;word</c>. What stands before the first stamp begins with the line; a
    /// stamp with nothing behind it ends the word before.
    /// </summary>
    /// <param name="text">The text with its stamps.</param>
    /// <param name="startSeconds">When the line begins; null when its first stamp says so.</param>
    /// <param name="endSeconds">When the line ends; null when unknown: its last word then lasts as long as the one before, or half a second.</param>
    /// <returns>The text without stamps, and the words with their times; none when no stamp is inside.</returns>
    public static (string Text, IReadOnlyList<LyricWord> Words) Part(string text, double? startSeconds, double? endSeconds)
    {
        var (bare, words) = Part(text, startSeconds);
        return (bare, Ended(words, endSeconds));
    }

    /// <summary>Parts a text whose end is not looked at yet: its last word ends nowhere (at infinity) when no stamp ends it; <see cref="Ended"/> does.</summary>
    /// <inheritdoc cref="Part(string, double?, double?)"/>
    public static (string Text, IReadOnlyList<LyricWord> Words) Part(string text, double? startSeconds)
    {
        var stamps = Inner().Matches(text);
        if (stamps.Count == 0)
        {
            return (text, []);
        }

        var words = new List<LyricWord>();
        Add(startSeconds ?? SecondsOf(stamps[0]), SecondsOf(stamps[0]), text[..stamps[0].Index]);
        for (var i = 0; i < stamps.Count; i++)
        {
            var (stamp, next) = (stamps[i], i + 1 < stamps.Count ? stamps[i + 1] : null);
            Add(SecondsOf(stamp), next is null ? double.PositiveInfinity : SecondsOf(next), text[(stamp.Index + stamp.Length)..(next?.Index ?? text.Length)]);
        }

        return (Inner().Replace(text, ""), words);

        void Add(double start, double end, string word)
        {
            if (!string.IsNullOrWhiteSpace(word))
            {
                words.Add(new(start, Math.Max(start, end), word));
            }
        }
    }

    /// <summary>Ends the last of the words where nothing else has.</summary>
    /// <param name="words">Words as <see cref="Part(string, double?)"/> gives them; may be empty.</param>
    /// <param name="endSeconds">When their line ends; null when unknown: the last word then lasts as long as the one before, or half a second.</param>
    public static IReadOnlyList<LyricWord> Ended(IReadOnlyList<LyricWord> words, double? endSeconds)
    {
        if (words is not [.., { End: double.PositiveInfinity } open])
        {
            return words;
        }

        var end = endSeconds ?? (open.Start + (words is [.., var before, _] ? before.End - before.Start : ShortestGuessSeconds));
        return [.. words.SkipLast(1), open with { End = Math.Max(open.Start, end) }];
    }

    private static int Number(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"<(?:(?<h>[0-9]{1,2}):(?=[0-9]+:[0-9]+\.))?(?<m>[0-9]{1,3}):(?<s>[0-9]{1,2})(?:[.:](?<f>[0-9]{1,3}))?>")]
    private static partial Regex Inner();
}
