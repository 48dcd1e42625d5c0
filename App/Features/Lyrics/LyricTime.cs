using Downbeat.Timing;

namespace Downbeat.Features.Lyrics;

/// <summary>Times in the fields of the lyrics: minutes, seconds and hundredths.</summary>
internal static class LyricTime
{
    /// <summary>1:02.34; empty for no time.</summary>
    public static string Text(double? seconds) => seconds is { } time ? ClockTime.Text(time, 2) : "";

    /// <summary>Reads 1:02.34, 62.34, 62 or 1:02,34.</summary>
    /// <exception cref="StudioProblem">400: it is no time.</exception>
    public static double Parse(string? text) =>
        ClockTime.TryRead(text, out var seconds) ? seconds : throw StudioProblem.Field("start", "Write a time as minutes, seconds and hundredths: 1:02.34.");

    /// <summary>Reads a time; null when nothing is written.</summary>
    /// <exception cref="StudioProblem">400: it is no time.</exception>
    public static double? ParseOrNone(string? text) => string.IsNullOrWhiteSpace(text) ? null : Parse(text);
}
