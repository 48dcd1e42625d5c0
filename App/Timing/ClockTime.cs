using System.Globalization;
using System.Text.RegularExpressions;

namespace Downbeat.Timing;

/// <summary>Moments of a song as people write them: minutes and seconds, 1:07.5.</summary>
public static partial class ClockTime
{
    /// <summary>Minutes and seconds, rounded: 1:07.5 for 67.46 s with one decimal.</summary>
    /// <param name="seconds">Seconds, 0 or more.</param>
    /// <param name="decimals">Digits behind the seconds' point, 1 to 3.</param>
    public static string Text(double seconds, int decimals)
    {
        var perSecond = Math.Pow(10, decimals);
        var rounded = Math.Round(seconds * perSecond, MidpointRounding.AwayFromZero);
        var (minutes, rest) = (Math.Floor(rounded / (60 * perSecond)), rounded % (60 * perSecond) / perSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{minutes}:{rest.ToString("00." + new string('0', decimals), CultureInfo.InvariantCulture)}");
    }

    /// <summary>Reads minutes and seconds below 60, or seconds alone, with point or comma: 1:07.5, 67.5, 67 or 1:07,5.</summary>
    /// <param name="text">What somebody wrote; spaces around it do not matter.</param>
    /// <param name="seconds">Seconds, 0 or more; 0 when it is no time.</param>
    /// <returns>Whether it is a time.</returns>
    public static bool TryRead(string? text, out double seconds)
    {
        var time = Written().Match((text ?? "").Trim());
        seconds = time.Success ? (60 * Number(time.Groups["minutes"].Value)) + Number(time.Groups["seconds"].Value + time.Groups["fraction"].Value.Replace(',', '.')) : 0;
        return time.Success;
    }

    private static double Number(string digits) => digits.Length == 0 ? 0 : double.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:(?<minutes>[0-9]{1,4}):(?<seconds>[0-5]?[0-9])|(?<seconds>[0-9]{1,6}))(?<fraction>[.,][0-9]{1,9})?$")]
    private static partial Regex Written();
}
