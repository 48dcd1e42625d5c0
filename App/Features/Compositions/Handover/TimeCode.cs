using System.Globalization;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>
/// Frames as SMPTE ST 12-1 time codes, counted from 00:00:00:00. At 30000/1001 and 60000/1001 frames a second the first two (or four) numbers of each minute are left out, except in every
/// tenth minute, so that the codes keep pace with the clock: drop-frame.
/// </summary>
internal static class TimeCode
{
    /// <summary>Whether time codes of this rate leave numbers out.</summary>
    public static bool IsDropFrame(FrameRate rate) => rate.Denominator == 1001 && Nominal(rate) % 30 == 0;

    /// <summary>The time code of a frame: hours, minutes, seconds, frames.</summary>
    /// <param name="rate">Frames per second.</param>
    /// <param name="frame">0 or more.</param>
    public static string Text(FrameRate rate, int frame)
    {
        var nominal = Nominal(rate);
        var number = frame + (IsDropFrame(rate) ? LeftOut(frame, nominal, nominal / 15) : 0);
        return string.Create(
            CultureInfo.InvariantCulture, $"{number / nominal / 3600:00}:{number / nominal / 60 % 60:00}:{number / nominal % 60:00}:{number % nominal:00}");
    }

    private static int Nominal(FrameRate rate) => (int)Math.Round(rate.PerSecond);

    /// <summary>How many numbers were left out before a frame.</summary>
    private static int LeftOut(int frame, int nominal, int perMinute)
    {
        var framesPerMinute = (60 * nominal) - perMinute;
        var (tens, rest) = Math.DivRem(frame, (10 * framesPerMinute) + perMinute);
        return perMinute * ((9 * tens) + Math.Max(0, (rest - perMinute) / framesPerMinute));
    }
}
