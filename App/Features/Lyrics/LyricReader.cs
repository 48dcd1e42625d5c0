using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>Reads the words of a song from a file. What kind it is, is decided by its content; its name says nothing that the content does not.</summary>
internal static partial class LyricReader
{
    /// <summary>Reads the file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="durationSeconds">Length of the song; a line that would begin after its end keeps its words and loses its time.</param>
    /// <exception cref="StudioProblem">
    /// 413 <c>lyrics.too_large</c>, 415 or 422 <c>lyrics.unreadable</c>, 422 <c>lyrics.empty</c> or <c>lyrics.outside</c>, each with what is wrong under <c>file</c>.
    /// </exception>
    public static LyricContent Read(ReadOnlySpan<byte> bytes, double durationSeconds) => Read(LyricText.Decode(bytes), durationSeconds);

    /// <summary>Reads text that is decoded already.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, double)"/>
    public static LyricContent Read(string text, double durationSeconds)
    {
        ForeignFormat.Refuse(text);
        var (source, language, lines) = Parse(text);
        return new(source, language is null ? null : LyricRules.CleanLanguage(language, "file"), LyricRules.Normalise(lines, durationSeconds));
    }

    private static (LyricSource Source, string? Language, IEnumerable<LyricLine> Lines) Parse(string text)
    {
        if (CueReader.IsWebVtt(text))
        {
            return (LyricSource.Vtt, null, CueReader.Read(text));
        }

        if (UltraStarReader.IsMeantBy(text))
        {
            var (language, lines) = UltraStarReader.Read(text);
            return (LyricSource.UltraStar, language, lines);
        }

        if (CueReader.IsMeantBy(text))
        {
            return (LyricSource.Srt, null, CueReader.Read(text));
        }

        if (LrcReader.IsMeantBy(text))
        {
            var (language, lines) = LrcReader.Read(text);
            return (LyricSource.Lrc, language, lines);
        }

        return (LyricSource.Plain, null, ReadPlain(text));
    }

    // A heading such as [Chorus] tells singers where they are; it is not sung.
    private static IEnumerable<LyricLine> ReadPlain(string text)
    {
        var beginsVerse = true;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length == 0 || Heading().IsMatch(line))
            {
                beginsVerse = true;
                continue;
            }

            yield return new(null, null, line, [], BeginsVerse: beginsVerse);
            beginsVerse = false;
        }
    }

    [GeneratedRegex(@"^\[[^\[\]]*\]$")]
    private static partial Regex Heading();
}
