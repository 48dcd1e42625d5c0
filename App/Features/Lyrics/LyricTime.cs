using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Features.Lyrics;

/// <summary>Times as people read and write them: minutes, seconds and hundredths.</summary>
internal static partial class LyricTime
{
    /// <summary>1:02.34; empty for no time.</summary>
    public static string Text(double? seconds)
    {
        if (seconds is not { } time)
        {
            return "";
        }

        var hundredths = (long)Math.Round(time * 100, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{hundredths / 6000}:{hundredths / 100 % 60:00}.{hundredths % 100:00}");
    }

    /// <summary>Reads 1:02.34, 62.34, 62 or 1:02,34.</summary>
    /// <exception cref="StudioProblem">400: it is no time.</exception>
    public static double Parse(string text) =>
        Time().Match(text.Trim()) is { Success: true } time
            ? StampedText.SecondsOf(time)
            : throw StudioProblem.Field("start", "Write a time as minutes, seconds and hundredths: 1:02.34.");

    [GeneratedRegex(@"^(?:(?<m>\d{1,3}):)?(?<s>\d{1,5})(?:[.,](?<f>\d{1,6}))?$")]
    private static partial Regex Time();
}
