using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Lyrics;

namespace Downbeat.Features.Compositions;

/// <summary>The words of a line with their times, those that have none spread over the line by their syllables.</summary>
internal static class CaptionWords
{
    /// <summary>The words with the spaces behind them, inside the line; they make its text, and then <paramref name="ending"/>.</summary>
    public static IEnumerable<CaptionWord> Of(LyricLine line, double startSeconds, double endSeconds, string ending)
    {
        var sung = line.Words.Count > 0 ? LyricEdits.Within(line.Words, startSeconds, endSeconds) : Spread(line.Text, startSeconds, endSeconds);
        var at = 0;
        foreach (var (i, word) in sung.Index())
        {
            var end = i + 1 < sung.Count ? EndOf(line.Text, at, word.Text) : line.Text.Length;
            yield return new(word.Start, word.End, line.Text[at..end] + (i + 1 < sung.Count ? "" : ending));
            at = end;
        }
    }

    private static List<LyricWord> Spread(string text, double startSeconds, double endSeconds)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var perSyllable = (endSeconds - startSeconds) / Math.Max(1, parts.Sum(Syllables.Of));
        var words = new List<LyricWord>(parts.Length);
        foreach (var part in parts)
        {
            var start = words is [.., var last] ? last.End : startSeconds;
            words.Add(new(start, Math.Min(endSeconds, start + (perSyllable * Syllables.Of(part))), part, IsEstimate: true));
        }

        return words;
    }

    /// <summary>Where a word ends in the text that it is the next part of, behind its spaces.</summary>
    private static int EndOf(string text, int at, string word)
    {
        for (var wanted = LyricRules.LettersOf(word); at < text.Length && (wanted > 0 || text[at] == ' '); at++)
        {
            wanted -= text[at] == ' ' ? 0 : 1;
        }

        return at;
    }
}
