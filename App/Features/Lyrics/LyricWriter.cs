using System.Globalization;
using System.Text;

namespace Downbeat.Features.Lyrics;

/// <summary>Writes the words of a song for other programs. Lines without time are left out wherever the format wants one.</summary>
internal static class LyricWriter
{
    // A line that nothing ends is shown this long, at most until the next begins.
    private const double OpenEndSeconds = 5;

    // LRC counts hundredths.
    private const double SameSeconds = 0.005;

    /// <summary>LRC; an empty stamp ends a line that ends before the next begins.</summary>
    /// <param name="content">The words; where lines overlap, LRC ends one as the next begins.</param>
    /// <param name="withWords">Enhanced LRC: words that have times carry them.</param>
    public static string Lrc(LyricContent content, bool withWords)
    {
        var text = new StringBuilder();
        if (content.Language is { } language)
        {
            text.Append(CultureInfo.InvariantCulture, $"[la:{language.Replace('[', '(').Replace(']', ')')}]\n");
        }

        var lines = Timed(content);
        for (var i = 0; i < lines.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{Hundredths(lines[i].Start!.Value)}]{(withWords ? WithStamps(lines[i]) : Safe(lines[i].Text))}\n");
            if (lines[i].End is { } end && (i + 1 == lines.Count || end < lines[i + 1].Start - SameSeconds))
            {
                text.Append(CultureInfo.InvariantCulture, $"[{Hundredths(end)}]\n");
            }
        }

        return text.ToString();
    }

    /// <summary>SubRip.</summary>
    public static string Srt(LyricContent content) =>
        string.Concat(Cues(content).Select((cue, i) => string.Create(
            CultureInfo.InvariantCulture, $"{i + 1}\n{Milliseconds(cue.Start, ',')} --> {Milliseconds(cue.End, ',')}\n{cue.Text.Replace("-->", "→", StringComparison.Ordinal)}\n\n")));

    /// <summary>WebVTT.</summary>
    public static string Vtt(LyricContent content) =>
        "WEBVTT\n\n" + string.Concat(Cues(content).Select(cue =>
            $"{Milliseconds(cue.Start, '.')} --> {Milliseconds(cue.End, '.')}\n{Escaped(cue.Text)}\n\n"));

    // Nothing else is written by name in WebVTT.
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>The lines alone, with an empty one before each verse.</summary>
    public static string Plain(LyricContent content) =>
        string.Concat(content.Lines.Select((line, i) => $"{(line.BeginsVerse && i > 0 ? "\n" : "")}{line.Text}\n"));

    private static List<LyricLine> Timed(LyricContent content) => [.. content.Lines.Where(line => line.Start is not null)];

    private static IEnumerable<(double Start, double End, string Text)> Cues(LyricContent content)
    {
        var lines = Timed(content);
        return lines.Select((line, i) =>
        {
            var start = line.Start!.Value;
            return (start, line.End ?? Math.Min(start + OpenEndSeconds, i + 1 < lines.Count ? lines[i + 1].Start!.Value : double.MaxValue), line.Text);
        });
    }

    // Walks through the text, since words may be parts of what is written together.
    private static string WithStamps(LyricLine line)
    {
        if (line.Words.Count == 0)
        {
            return Safe(line.Text);
        }

        var text = new StringBuilder();
        var at = 0;
        foreach (var (i, word) in line.Words.Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"<{Hundredths(word.Start)}>");
            var end = EndOf(line.Text, at, word.Text);
            text.Append(Safe(line.Text[at..end].Trim()));
            at = end;
            if (i + 1 == line.Words.Count || word.End < line.Words[i + 1].Start - SameSeconds)
            {
                text.Append(CultureInfo.InvariantCulture, $"<{Hundredths(word.End)}>");
            }

            if (at < line.Text.Length && line.Text[at] == ' ')
            {
                text.Append(' ');
            }
        }

        return text.ToString();
    }

    /// <summary>Where a word ends in the text that it is the next part of, but for spaces.</summary>
    private static int EndOf(string text, int at, string word)
    {
        for (var wanted = LyricRules.LettersOf(word); wanted > 0 && at < text.Length; at++)
        {
            wanted -= text[at] == ' ' ? 0 : 1;
        }

        return at;
    }

    // A text that looks like a stamp would be read as one.
    private static string Safe(string text) => text.Replace('<', '‹').Replace('>', '›').Replace('[', '(').Replace(']', ')');

    private static string Hundredths(double seconds)
    {
        var whole = (long)Math.Round(seconds * 100, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{whole / 6000:00}:{whole / 100 % 60:00}.{whole % 100:00}");
    }

    private static string Milliseconds(double seconds, char point)
    {
        var whole = (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{whole / 3_600_000:00}:{whole / 60_000 % 60:00}:{whole / 1000 % 60:00}{point}{whole % 1000:000}");
    }
}
