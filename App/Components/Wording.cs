using System.Globalization;

namespace Downbeat.Components;

/// <summary>Numbers as people read them.</summary>
public static class Wording
{
    /// <summary>Minutes and seconds, 3:07; 0:00 for nothing and for less.</summary>
    public static string Clock(double seconds)
    {
        var whole = (long)Math.Max(0, Math.Floor(seconds));
        return string.Create(CultureInfo.InvariantCulture, $"{whole / 60}:{whole % 60:00}");
    }

    /// <summary>A rough time left; empty when nothing is known.</summary>
    public static string TimeLeft(double? seconds) => seconds switch
    {
        null => "",
        < 2 => "a moment left",
        < 55 => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds.Value)} s left"),
        < 90 => "about a minute left",
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(seconds.Value / 60)} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"about {seconds.Value / 3600:0.#} h left"),
    };

    /// <summary>A file's size in MB or GB.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1000)} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    /// <summary>How long ago; the day itself when it is more than a week.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } ago => $"{(int)ago.TotalMinutes} min ago",
        { TotalDays: < 1 } ago => $"{(int)ago.TotalHours} h ago",
        { TotalDays: < 2 } => "yesterday",
        { TotalDays: < 8 } ago => $"{(int)ago.TotalDays} days ago",
        _ => then.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
    };

    /// <summary>A word with a number: 1 clip, 2 clips.</summary>
    public static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
