using System.Text.Json.Serialization;

namespace Downbeat.Features.Lyrics;

/// <summary>One line of a song's words.</summary>
/// <param name="Start">When it begins, seconds; null while nobody has said.</param>
/// <param name="End">When it ends, seconds; null when it stays until the next one.</param>
/// <param name="Text">What is sung, 1 to 500 characters.</param>
/// <param name="Words">
/// Its words, or the syllables that they were brought as, in order; empty when they have no times of their own. Without spaces they make the text.
/// </param>
/// <param name="IsEstimate">The times were spread over the singing, and nobody has moved them since.</param>
/// <param name="BeginsVerse">An empty line or a heading stood before it.</param>
public sealed record LyricLine(double? Start, double? End, string Text, IReadOnlyList<LyricWord> Words, bool IsEstimate = false, bool BeginsVerse = false);

/// <summary>One word of a line.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds, not before <paramref name="Start"/>.</param>
/// <param name="Text">What is sung.</param>
/// <param name="IsEstimate">Its times were spread over the line by syllables, and nobody has moved them since.</param>
public sealed record LyricWord(double Start, double End, string Text, bool IsEstimate = false);

/// <summary>What the words were brought as.</summary>
public enum LyricSource
{
    /// <summary>Text without times.</summary>
    Plain,

    /// <summary>LRC, with or without times for words.</summary>
    Lrc,

    /// <summary>SubRip.</summary>
    Srt,

    /// <summary>WebVTT.</summary>
    Vtt,

    /// <summary>UltraStar.</summary>
    UltraStar,

    /// <summary>Lines with times, sent by a program.</summary>
    Program,
}

/// <summary>The words of a song.</summary>
/// <param name="Source">What they were brought as.</param>
/// <param name="Language">Language, as the file names it; null when it does not.</param>
/// <param name="Lines">The lines; those with times begin one after another.</param>
public sealed record LyricContent(LyricSource Source, string? Language, IReadOnlyList<LyricLine> Lines)
{
    /// <summary>At least one line's times are estimates.</summary>
    [JsonIgnore]
    public bool IsEstimate => Lines.Any(line => line.IsEstimate);
}
