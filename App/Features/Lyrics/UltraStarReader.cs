using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>
/// Reads UltraStar songs. Notes stand in steps of a quarter of a beat of <c>#BPM</c>, which begin at <c>#GAP</c> milliseconds; their syllables become words, and a syllable
/// <c>~</c> holds the one before. (Format: usdx.eu/format.)
/// </summary>
internal sealed partial class UltraStarReader
{
    private const int StepsPerBeat = 4;
    private const int MaxTempoChanges = 1000;
    private const double LeastBpm = 1;
    private const double MostBpm = 9999;
    private const double MostGapMilliseconds = 3.6e6;
    private readonly List<LyricLine> lines = [];
    private readonly List<LyricWord> words = [];
    private readonly List<TempoChange> changes = [];
    private double beginBpm;
    private double gapSeconds;
    private double lineStep;
    private bool isRelative;
    private bool isWordOver = true;
    private string? language;

    /// <summary>Whether a line of the text is a note.</summary>
    public static bool IsMeantBy(string text) => AnyNote().IsMatch(text);

    /// <summary>Reads the lines of all singers.</summary>
    /// <param name="text">Lines parted by <c>\n</c>.</param>
    /// <exception cref="StudioProblem">422 <c>lyrics.unreadable</c>: without a tempo, or with one that cannot be, the notes have no times; 413 <c>lyrics.too_large</c>.</exception>
    public static (string? Language, IReadOnlyList<LyricLine> Lines) Read(string text)
    {
        var reader = new UltraStarReader();
        foreach (var line in text.Split('\n'))
        {
            reader.Take(line);
        }

        reader.EndLine();
        return (reader.language, reader.lines);
    }

    private void Take(string line)
    {
        if (Tag().Match(line) is { Success: true } tag)
        {
            TakeTag(tag.Groups["name"].Value.ToUpperInvariant(), tag.Groups["value"].Value.Trim());
        }
        else if (Note().Match(line) is { Success: true } note)
        {
            TakeNote(Number(note, "start"), Number(note, "length"), note.Groups["text"].Value);
        }
        else if (Break().Match(line) is { Success: true } end)
        {
            EndLine();
            lineStep += isRelative ? Number(end, end.Groups["next"].Success ? "next" : "at") : 0;
        }
        else if (Tempo().Match(line) is { Success: true } tempo)
        {
            ChangeTempo(lineStep + Number(tempo, "start"), BpmOf(tempo.Groups["bpm"].Value));
        }
        else if (Singer().IsMatch(line))
        {
            EndLine();
            lineStep = 0;
        }
    }

    private void TakeTag(string name, string value)
    {
        switch (name)
        {
            case "BPM" when value.Length > 0:
                beginBpm = BpmOf(value);
                SumSeconds(0);
                break;
            case "GAP" when value.Length > 0:
                gapSeconds = Between(-MostGapMilliseconds, MostGapMilliseconds, value, "#GAP, in milliseconds,") / 1000;
                break;
            case "RELATIVE":
                isRelative = value.Equals("YES", StringComparison.OrdinalIgnoreCase);
                break;
            case "LANGUAGE":
                language = value;
                break;
        }
    }

    private void TakeNote(double step, double steps, string syllable)
    {
        var (start, end) = (SecondsAt(lineStep + step), SecondsAt(lineStep + step + steps));
        var text = syllable.Replace("~", "", StringComparison.Ordinal);
        var begins = isWordOver || text.StartsWith(' ');
        if (words.Count > 0 && (!begins || string.IsNullOrWhiteSpace(text)))
        {
            words[^1] = words[^1] with { End = end, Text = words[^1].Text + text.Trim() };
        }
        else if (!string.IsNullOrWhiteSpace(text))
        {
            words.Add(new(start, end, text.Trim()));
        }

        LyricRules.EnsureFits(lines.Count, words is [.., var last] ? last.Text : "", words.Count);
        isWordOver = text.Length > 0 ? char.IsWhiteSpace(text[^1]) : isWordOver;
    }

    private void EndLine()
    {
        if (words.Count > 0)
        {
            lines.Add(new(words[0].Start, words[^1].End, string.Join(' ', words.Select(word => word.Text)), [.. words]));
            words.Clear();
        }

        isWordOver = true;
    }

    private double SecondsAt(double step)
    {
        if (beginBpm == 0)
        {
            throw LyricText.Refuse(422, "lyrics.unreadable", "This UltraStar file has no #BPM before its notes, so they have no times; add it, or bring another file.");
        }

        var (from, bpm, seconds) = Before(CountBefore(step));
        return gapSeconds + seconds + LengthOf(step - from, bpm);
    }

    // The last one at a step holds.
    private void ChangeTempo(double step, double bpm)
    {
        var place = CountBefore(step);
        if (place < changes.Count && changes[place].Step <= step)
        {
            changes.RemoveAt(place);
        }

        changes.Insert(place, new(step, bpm, 0));
        if (changes.Count > MaxTempoChanges)
        {
            throw LyricText.Refuse(413, "lyrics.too_large", $"This UltraStar file changes its tempo more than {MaxTempoChanges} times; bring one that keeps it longer.");
        }

        SumSeconds(place);
    }

    private void SumSeconds(int first)
    {
        for (var i = first; i < changes.Count; i++)
        {
            var (from, bpm, seconds) = Before(i);
            changes[i] = changes[i] with { Seconds = seconds + LengthOf(changes[i].Step - from, bpm) };
        }
    }

    private TempoChange Before(int place) => place > 0 ? changes[place - 1] : new(0, beginBpm, 0);

    /// <summary>How many changes of tempo lie before a step.</summary>
    private int CountBefore(double step)
    {
        var (low, high) = (0, changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = changes[middle].Step < step ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static double LengthOf(double steps, double bpm) => steps * 60 / (bpm * StepsPerBeat);

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static double BpmOf(string text) => Between(LeastBpm, MostBpm, text, "The tempo, in beats per minute,");

    private static double Between(double least, double most, string text, string subject) =>
        double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw LyricText.Refuse(422, "lyrics.unreadable", string.Create(CultureInfo.InvariantCulture, $"{subject} of this UltraStar file is no number from {least} to {most}; mend it, or bring another file."));

    [GeneratedRegex(@"^[:*FRG][ \t]+-?[0-9]{1,9}[ \t]+[0-9]{1,9}[ \t]+-?[0-9]{1,9}", RegexOptions.Multiline)]
    private static partial Regex AnyNote();

    [GeneratedRegex(@"^#(?<name>\w+):(?<value>.*)$")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^[:*FRG]\s+(?<start>-?[0-9]{1,9})\s+(?<length>[0-9]{1,9})\s+-?[0-9]{1,9}(?:\s(?<text>.*))?$")]
    private static partial Regex Note();

    [GeneratedRegex(@"^-\s*(?<at>-?[0-9]{1,9})(?:\s+(?<next>-?[0-9]{1,9}))?\s*$")]
    private static partial Regex Break();

    [GeneratedRegex(@"^B\s+(?<start>-?[0-9]{1,9})\s+(?<bpm>[0-9]{1,4}(?:[.,][0-9]{1,6})?)\s*$")]
    private static partial Regex Tempo();

    [GeneratedRegex(@"^P\s?[0-9]\s*$")]
    private static partial Regex Singer();

    /// <summary>From a step on, which comes so many seconds after the first, the tempo is another.</summary>
    private readonly record struct TempoChange(double Step, double Bpm, double Seconds);
}
