namespace Downbeat.Features.Lyrics;

/// <summary>
/// What a person can do to lines. Each gives new lines and leaves the old ones as they are. Lines that keep the <see cref="LyricRules"/> keep their order and stay inside the song;
/// only what was typed may still be refused, such as a text without letters or a line that is too long.
/// </summary>
internal static class LyricEdits
{
    /// <summary>Moves a line with its words; times may become negative.</summary>
    public static LyricLine Shift(LyricLine line, double seconds) =>
        line with { Start = line.Start + seconds, End = line.End + seconds, Words = Shift(line.Words, seconds) };

    /// <summary>Moves words.</summary>
    public static IReadOnlyList<LyricWord> Shift(IReadOnlyList<LyricWord> words, double seconds) =>
        [.. words.Select(word => word with { Start = word.Start + seconds, End = word.End + seconds })];

    /// <summary>Pushes words together so that they follow each other between two times.</summary>
    public static IReadOnlyList<LyricWord> Within(IReadOnlyList<LyricWord> words, double startSeconds, double endSeconds)
    {
        if (words.Count == 0)
        {
            return words;
        }

        var from = startSeconds;
        var inside = new List<LyricWord>(words.Count);
        for (var i = 0; i < words.Count; i++)
        {
            var start = Math.Clamp(words[i].Start, from, endSeconds);
            var end = Math.Clamp(Math.Min(words[i].End, i + 1 < words.Count ? Math.Max(start, words[i + 1].Start) : endSeconds), start, endSeconds);
            inside.Add(words[i] with { Start = start, End = end });
            from = end;
        }

        return inside;
    }

    /// <summary>
    /// Lets a line begin at another time. It keeps its length; it and the line before give way where they would run into the next, unless they did so before.
    /// </summary>
    /// <param name="lines">All lines.</param>
    /// <param name="index">Which one.</param>
    /// <param name="startSeconds">When it shall begin.</param>
    /// <param name="takesLaterAlong">All lines after it move by the same time.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    /// <exception cref="StudioProblem">400 when the order of the lines would change or one would leave the song.</exception>
    public static IReadOnlyList<LyricLine> Begin(IReadOnlyList<LyricLine> lines, int index, double startSeconds, bool takesLaterAlong, double durationSeconds)
    {
        var offset = startSeconds - lines[index].Start;
        LyricLine[] moved = [.. lines];
        moved[index] = offset is null ? lines[index] with { Start = startSeconds } : Shift(lines[index], offset.Value);
        moved[index] = moved[index] with { IsEstimate = false };
        for (var i = index + 1; i < lines.Count && takesLaterAlong && offset is not null; i++)
        {
            moved[i] = Shift(lines[i], offset.Value);
        }

        EnsureOrder(moved, index, durationSeconds);
        return Fitted(lines, moved, index, durationSeconds);
    }

    /// <summary>Lets a line end at another time, or, for null, stay until the next one; its words give way.</summary>
    /// <exception cref="StudioProblem">400 when it would end before it begins or after the song.</exception>
    public static IReadOnlyList<LyricLine> End(IReadOnlyList<LyricLine> lines, int index, double? endSeconds, double durationSeconds) =>
        lines[index].Start is { } start && (endSeconds is null || (endSeconds > start && endSeconds <= durationSeconds))
            ? Fitted(lines, With(lines, index, lines[index] with { End = endSeconds, IsEstimate = false }), index, durationSeconds)
            : throw StudioProblem.Field("end", "A line ends after it begins and not after the song.");

    /// <summary>Moves the first line that begins at or after a time, and all after it.</summary>
    /// <exception cref="StudioProblem">400 when no line begins there, when the order would change, or when one would leave the song.</exception>
    public static IReadOnlyList<LyricLine> Retime(IReadOnlyList<LyricLine> lines, double fromSeconds, double offsetSeconds, double durationSeconds)
    {
        var first = lines.ToList().FindIndex(line => line.Start >= fromSeconds);
        return first < 0
            ? throw StudioProblem.Field("from", "No line begins at or after that time.")
            : Begin(lines, first, lines[first].Start!.Value + offsetSeconds, takesLaterAlong: true, durationSeconds);
    }

    /// <summary>Gives a line another text. Its words keep their times when there are as many as before, and lose them otherwise.</summary>
    public static IReadOnlyList<LyricLine> Reword(IReadOnlyList<LyricLine> lines, int index, string text)
    {
        var clean = LyricText.Clean(text);
        var parts = clean.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var words = lines[index].Words;
        return With(lines, index, lines[index] with { Text = clean, Words = parts.Length == words.Count ? [.. words.Zip(parts, (word, part) => word with { Text = part })] : [] });
    }

    /// <summary>Adds a line without time after another.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="index">The line before it; -1 to begin with it.</param>
    /// <param name="text">Its text.</param>
    public static IReadOnlyList<LyricLine> Insert(IReadOnlyList<LyricLine> lines, int index, string text) =>
        [.. lines.Take(index + 1), new(null, null, text, []), .. lines.Skip(index + 1)];

    /// <summary>Takes a line away.</summary>
    public static IReadOnlyList<LyricLine> Delete(IReadOnlyList<LyricLine> lines, int index) => [.. lines.Take(index), .. lines.Skip(index + 1)];

    /// <summary>
    /// Parts a line before one of its words. The second half begins where that word does, and stands after the lines that begin before it; that is an estimate when words have no
    /// times.
    /// </summary>
    /// <param name="lines">All lines.</param>
    /// <param name="index">Which one.</param>
    /// <param name="word">The word, parted by spaces, that begins the second half; from 1.</param>
    /// <exception cref="StudioProblem">400 when there is no such word.</exception>
    public static IReadOnlyList<LyricLine> Split(IReadOnlyList<LyricLine> lines, int index, int word)
    {
        var line = lines[index];
        var parts = line.Text.Split(' ');
        if (word < 1 || word >= parts.Length)
        {
            throw StudioProblem.Field("word", "A line can be parted before each of its words but the first.");
        }

        var (first, second) = (string.Join(' ', parts.Take(word)), string.Join(' ', parts.Skip(word)));
        var (timed, taken) = PartedAfter(line.Words, first);
        double? border = timed.Count > 0 ? timed[taken].Start
            : line is { Start: { } start, End: { } end } ? start + ((end - start) * Syllables.Of(first) / (Syllables.Of(first) + Syllables.Of(second)))
            : null;
        var place = Math.Max(index, lines.ToList().FindLastIndex(other => other.Start < border));
        return
        [
            .. lines.Take(index),
            line with { Text = first, End = border, Words = [.. timed.Take(taken)] },
            .. lines.Take(place + 1).Skip(index + 1),
            new(border, border is null ? null : line.End, second, [.. timed.Skip(taken)], line.IsEstimate || (border is not null && timed.Count == 0)),
            .. lines.Skip(place + 1),
        ];
    }

    /// <summary>Joins a line with the one after it. Where both are sung at once, the words of the first give way to those of the second.</summary>
    /// <exception cref="StudioProblem">400 for the last line.</exception>
    public static IReadOnlyList<LyricLine> Merge(IReadOnlyList<LyricLine> lines, int index)
    {
        if (index + 1 >= lines.Count)
        {
            throw StudioProblem.Field("line", "There is no line after this one.");
        }

        var (first, second) = (lines[index], lines[index + 1]);
        double? end = second.Start is null ? first.End : second.End is { } last ? Math.Max(last, first.End ?? last) : null;
        return
        [
            .. lines.Take(index),
            new(
                first.Start ?? second.Start,
                end,
                $"{first.Text} {second.Text}",
                first.Words.Count > 0 && second.Words.Count > 0 ? [.. Within(first.Words, first.Start!.Value, second.Words[0].Start), .. second.Words] : [],
                first.Start is null ? second.IsEstimate : first.IsEstimate,
                first.BeginsVerse),
            .. lines.Skip(index + 2),
        ];
    }

    /// <summary>Moves the beginning or the end of one word inside its line, or both; its neighbours give way. The line begins with its first word and ends no sooner than its last.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="index">Which one.</param>
    /// <param name="word">Which of its words.</param>
    /// <param name="newStartSeconds">When it shall begin; null to leave that as it is.</param>
    /// <param name="newEndSeconds">When it shall end; null to leave that as it is.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    /// <exception cref="StudioProblem">400 when it would begin before the word before it, or end after the one after it, or when it has no time of its own.</exception>
    public static IReadOnlyList<LyricLine> MoveWord(IReadOnlyList<LyricLine> lines, int index, int word, double? newStartSeconds, double? newEndSeconds, double durationSeconds)
    {
        LyricWord[] words = [.. lines[index].Words];
        if (word >= words.Length)
        {
            throw StudioProblem.Field("word", "That word has no time of its own any more.");
        }

        var (startSeconds, endSeconds) = (newStartSeconds ?? words[word].Start, newEndSeconds ?? words[word].End);
        var before = word > 0 ? words[word - 1].Start : 0;
        var after = word + 1 < words.Length ? words[word + 1].End : durationSeconds;
        if (!(startSeconds >= before && endSeconds > startSeconds && endSeconds <= after))
        {
            throw StudioProblem.Field("word", "A word begins after the one before it, ends after it begins, and stays before the one after it.");
        }

        words[word] = words[word] with { Start = startSeconds, End = endSeconds, IsEstimate = false };
        if (word > 0)
        {
            words[word - 1] = words[word - 1] with { End = Math.Min(words[word - 1].End, startSeconds) };
        }

        if (word + 1 < words.Length)
        {
            words[word + 1] = words[word + 1] with { Start = Math.Max(words[word + 1].Start, endSeconds) };
        }

        var line = lines[index];
        var moved = With(lines, index, line with { Start = words[0].Start, End = line.End is { } end ? Math.Max(end, words[^1].End) : null, Words = words, IsEstimate = false });
        EnsureOrder(moved, index, durationSeconds);
        return Fitted(lines, moved, index, durationSeconds);
    }

    /// <summary>Gives the words of a line times, spread over the line by their syllables: an estimate, and each word marked as one.</summary>
    /// <exception cref="StudioProblem">400 when the line has no beginning or no end.</exception>
    public static IReadOnlyList<LyricLine> TimeWords(IReadOnlyList<LyricLine> lines, int index)
    {
        var line = lines[index];
        var parts = line.Text.Split(' ');
        if (line.Start is not { } start || (line.End ?? NextStart(lines, index)) is not { } end || end <= start || parts.Length > LyricRules.MaxWords)
        {
            throw StudioProblem.Field("words", "Say first when the line begins and when it ends.");
        }

        var perSyllable = (end - start) / parts.Sum(Syllables.Of);
        var words = new List<LyricWord>();
        foreach (var part in parts)
        {
            words.Add(new(start, Math.Min(end, start + (perSyllable * Syllables.Of(part))), part, IsEstimate: true));
            start = words[^1].End;
        }

        return With(lines, index, line with { Words = words });
    }

    /// <summary>When the next line with a time begins; null after the last.</summary>
    public static double? NextStart(IReadOnlyList<LyricLine> lines, int index) => lines.Skip(index + 1).FirstOrDefault(line => line.Start is not null)?.Start;

    private static LyricLine[] With(IReadOnlyList<LyricLine> lines, int index, LyricLine line)
    {
        LyricLine[] changed = [.. lines];
        changed[index] = line;
        return changed;
    }

    // Words may be syllables, or span what is parted; then none of them has a time that would still be true.
    private static (IReadOnlyList<LyricWord> Words, int Taken) PartedAfter(IReadOnlyList<LyricWord> words, string first)
    {
        var (letters, taken) = (LyricRules.LettersOf(first), 0);
        while (letters > 0 && taken < words.Count)
        {
            letters -= LyricRules.LettersOf(words[taken++].Text);
        }

        return letters == 0 && taken < words.Count ? (words, taken) : ([], 0);
    }

    private static void EnsureOrder(LyricLine[] lines, int index, double durationSeconds)
    {
        var before = lines.Take(index).LastOrDefault(line => line.Start is not null)?.Start ?? 0;
        if (!(lines[index].Start >= before))
        {
            throw StudioProblem.Field("start", "A line does not begin before the one above it; move that one first.");
        }

        if (lines[index].Start > NextStart(lines, index))
        {
            throw StudioProblem.Field("start", "A line does not begin after the one below it; move that one first, or re-time from here on.");
        }

        if (lines.Any(line => line.Start > durationSeconds))
        {
            throw StudioProblem.Field("start", "No line begins after the end of the song.");
        }
    }

    // The line and the one before it give way to what comes next. Others may overlap as they were brought, such as two singers, and so may these two where they did before.
    private static LyricLine[] Fitted(IReadOnlyList<LyricLine> old, LyricLine[] lines, int index, double durationSeconds)
    {
        var before = Array.FindLastIndex(lines, Math.Max(0, index - 1), line => line.Start is not null);
        for (var i = Math.Max(0, before); i < lines.Length; i++)
        {
            if (lines[i].Start is { } start)
            {
                var latest = Math.Max(start, (i <= index && !Overlaps(old, i) ? NextStart(lines, i) : null) ?? durationSeconds);
                double? end = lines[i].End is { } e ? Math.Min(e, latest) : null;
                lines[i] = lines[i] with { End = end, Words = Within(lines[i].Words, start, end ?? latest) };
            }
        }

        return lines;
    }

    private static bool Overlaps(IReadOnlyList<LyricLine> lines, int index) =>
        (lines[index].End ?? (lines[index].Words is [.., var last] ? last.End : null)) > NextStart(lines, index);
}
