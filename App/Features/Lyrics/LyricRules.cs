namespace Downbeat.Features.Lyrics;

/// <summary>What holds for the lines of every song, wherever they come from.</summary>
internal static class LyricRules
{
    /// <summary>Most lines of a song.</summary>
    public const int MaxLines = 2000;

    /// <summary>Longest line, in UTF-16 units.</summary>
    public const int MaxLineLength = 500;

    /// <summary>Most words of a line.</summary>
    public const int MaxWords = 200;

    /// <summary>Most words with times of a song: each change keeps all of them once more.</summary>
    public const int MaxAllWords = 20_000;

    private const int MaxLanguageLength = 40;
    private const string OutsideSentence = "All times in this file lie after the end of the song; bring the file of this recording, or the words without times.";

    // Times come as decimal text and are compared with sums of others.
    private const double RoundingSeconds = 1e-6;

    /// <summary>The name of a language; null when nothing is left of it.</summary>
    /// <param name="language">As it was sent.</param>
    /// <param name="field">What it was sent as.</param>
    /// <exception cref="StudioProblem">413 <c>lyrics.too_large</c>: it has more than 40 characters.</exception>
    public static string? CleanLanguage(string language, string field)
    {
        var clean = LyricText.Clean(language);
        Refuse(clean.Length > MaxLanguageLength ? $"The name of a language has at most {MaxLanguageLength} characters, such as en, pt-BR or English." : null, field);
        return clean.Length > 0 ? clean : null;
    }

    /// <summary>
    /// Brings the lines of a file into order: cleaned, without empty ones, rising in time with those without time last, inside the song. Words that do not make their line's text are
    /// left out; a line that would begin after the song's end keeps its words and loses its time.
    /// </summary>
    /// <exception cref="StudioProblem">
    /// 413 <c>lyrics.too_large</c>; 422 <c>lyrics.empty</c>; 422 <c>lyrics.outside</c>: there are times, and all lie after the song's end.
    /// </exception>
    public static IReadOnlyList<LyricLine> Normalise(IEnumerable<LyricLine> lines, double durationSeconds)
    {
        var kept = new List<LyricLine>();
        var wordCount = 0;
        var wasTimed = false;
        foreach (var line in lines)
        {
            wordCount += line.Words.Count;
            var clean = Inside(line with { Text = LyricText.Clean(line.Text), Words = CleanWords(line.Words) }, durationSeconds);
            if (clean.Text.Length > 0)
            {
                kept.Add(clean);
                wasTimed |= line.Start is not null;
                EnsureFits(kept.Count - 1, clean.Text, clean.Words.Count, wordCount);
            }
        }

        return kept.Count == 0 ? throw LyricText.Refuse(422, "lyrics.empty", "There are no words in this text; bring the words of the song, one line each.")
            : wasTimed && kept.All(line => line.Start is null) ? throw LyricText.Refuse(422, "lyrics.outside", OutsideSentence)
            : [.. kept.OrderBy(line => line.Start ?? double.MaxValue)];
    }

    /// <summary>Checks lines that a program or a person set, cleans their texts, and puts times right that differ from the rules by a rounding.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c> or 413 <c>lyrics.too_large</c>, each with the field, such as <c>lines[3].start</c>.</exception>
    public static IReadOnlyList<LyricLine> Check(IReadOnlyList<LyricLine> lines, double durationSeconds)
    {
        var kept = new List<LyricLine>(Math.Min(lines.Count, MaxLines));
        var wordCount = 0;
        double last = 0;
        foreach (var (i, line) in lines.Index())
        {
            if (line is null || line.Words?.Contains(null!) == true)
            {
                throw StudioProblem.Field($"lines[{i}]", $"Line {i + 1}: nothing is sent where a line or a word should be.");
            }

            wordCount += line.Words?.Count ?? 0;
            Refuse(TooLarge(i, line.Text ?? "", line.Words?.Count ?? 0, wordCount), $"lines[{i}]");
            var clean = line with { Text = LyricText.Clean(line.Text ?? ""), Words = CleanWords(line.Words ?? []) };
            if (FaultOf(clean, last, durationSeconds) is var (field, sentence))
            {
                throw StudioProblem.Field($"lines[{i}].{field}", $"Line {i + 1}: {sentence}");
            }

            last = Math.Max(last, clean.Start ?? last);
            kept.Add(clean.Start is null ? clean : Between(clean, last, durationSeconds));
        }

        return kept;
    }

    /// <summary>Refuses a line of a file that is too large, or that makes the whole too large.</summary>
    /// <param name="index">Which one, from 0.</param>
    /// <param name="text">Its text.</param>
    /// <param name="wordCount">Its words with times.</param>
    /// <param name="allWordCount">Those of the lines so far, with its own.</param>
    /// <exception cref="StudioProblem">413 <c>lyrics.too_large</c>.</exception>
    public static void EnsureFits(int index, string text, int wordCount, int allWordCount = 0) => Refuse(TooLarge(index, text, wordCount, allWordCount), "file");

    /// <summary>Length of a text without its spaces, in UTF-16 units: words that make a line are as long together as it is.</summary>
    public static int LettersOf(string text) => text.Count(c => c != ' ');

    private static (string Field, string Sentence)? FaultOf(LyricLine line, double earliest, double durationSeconds) => line switch
    {
        { Text: "" } => ("text", "a line has 1 to 500 characters."),
        { Start: null, End: not null } or { Start: null, Words.Count: > 0 } => ("start", "only a line that begins can end or have words with times."),
        { Start: { } start } when !(start >= earliest - RoundingSeconds) => ("start", "lines begin one after another, and not before the song."),
        { Start: { } start } when !(start <= durationSeconds) => ("start", "a line begins before the song ends."),
        { Start: { } start, End: { } end } when !(end >= start - RoundingSeconds && end <= durationSeconds + RoundingSeconds) => ("end", "a line ends after it begins and not after the song."),
        { Words.Count: > 0 } when !AreInside(line, durationSeconds) => ("words", "words follow each other inside their line."),
        { Words.Count: > 0 } when !Spell(line.Words, line.Text) => ("words", "the words of a line make its text, but for spaces."),
        _ => null,
    };

    private static bool AreInside(LyricLine line, double durationSeconds)
    {
        var (from, to) = (line.Start!.Value - RoundingSeconds, (line.End ?? durationSeconds) + RoundingSeconds);
        foreach (var word in line.Words)
        {
            if (!(word.Start >= from && word.End >= word.Start && word.End <= to))
            {
                return false;
            }

            from = word.End - RoundingSeconds;
        }

        return true;
    }

    private static LyricLine Inside(LyricLine line, double durationSeconds)
    {
        var words = Spell(line.Words, line.Text) ? line.Words : [];
        if (line.Start is not { } sent || !(sent < durationSeconds))
        {
            return line with { Start = null, End = null, Words = [] };
        }

        return Between(line with { Words = words }, Math.Max(0, sent), durationSeconds);
    }

    private static LyricLine Between(LyricLine line, double start, double durationSeconds)
    {
        double? end = line.End is { } e ? Math.Clamp(e, start, durationSeconds) : null;
        return line with { Start = start, End = end, Words = LyricEdits.Within(line.Words, start, end ?? durationSeconds) };
    }

    private static IReadOnlyList<LyricWord> CleanWords(IReadOnlyList<LyricWord> words) =>
        words.Count == 0 ? [] : [.. words.Select(word => word with { Text = LyricText.Clean(word.Text ?? "") }).Where(word => word.Text.Length > 0)];

    private static bool Spell(IReadOnlyList<LyricWord> words, string text) =>
        words.SelectMany(word => word.Text).Where(c => c != ' ').SequenceEqual(text.Where(c => c != ' '));

    private static string? TooLarge(int i, string text, int wordCount, int allWordCount) =>
        i >= MaxLines ? $"A song has at most {MaxLines} lines."
        : text.Length > MaxLineLength ? $"Line {i + 1} has {text.Length} characters; break it into lines of at most {MaxLineLength}."
        : wordCount > MaxWords ? $"Line {i + 1} has {wordCount} words; break it into lines of at most {MaxWords}."
        : allWordCount > MaxAllWords ? $"A song has at most {MaxAllWords} words with times of their own; leave them out of lines that need none."
        : null;

    private static void Refuse(string? sentence, string field)
    {
        if (sentence is not null)
        {
            throw new StudioProblem(413, "lyrics.too_large", sentence, new Dictionary<string, string[]> { [field] = [sentence] });
        }
    }
}
