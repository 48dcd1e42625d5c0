using System.Globalization;

namespace Downbeat.Features.Performance;

/// <summary>Figures as this page shows them.</summary>
internal static class Figures
{
    /// <summary>A duration in the unit that suits it: 0.31 ms, 12 ms, 1.4 s, 3.2 min.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        0 => "0",
        < 0.001 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.00} ms"),
        < 0.01 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.#} ms"),
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        < 2 * 86400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:0} days"),
    };

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Share(double share) => share.ToString(share is > 0 and < 0.01 ? "0.0 %" : "0 %", CultureInfo.InvariantCulture);

    /// <summary>Memory in MB or GB.</summary>
    public static string Memory(long bytes) => bytes < 10L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GB");

    /// <summary>A moment of today, or with its day.</summary>
    public static string Time(DateTimeOffset at, bool withDay = false) => at.ToString(withDay ? "d MMM HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How often in a second or a minute.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        0 => "0/min",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{perSecond * 60:0.##}/min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.#}/s"),
    };
}
