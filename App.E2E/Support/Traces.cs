using System.Globalization;

namespace Downbeat.E2E.Support;

/// <summary>What unfinished work of a studio leaves on the machine.</summary>
internal static class Traces
{
    /// <summary>Process ids of the media tools that work in a data directory just now.</summary>
    public static IReadOnlyList<int> ToolsIn(string dataDirectory) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => IsToolIn(dataDirectory, folder)).Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))];

    /// <summary>Unfinished files and folders of a data directory.</summary>
    public static IEnumerable<string> UnfinishedIn(string dataDirectory) => Directory.EnumerateFileSystemEntries(Path.Combine(dataDirectory, "work"), "*", SearchOption.AllDirectories);

    private static bool IsToolIn(string dataDirectory, string folder)
    {
        if (!char.IsAsciiDigit(Path.GetFileName(folder)[0]))
        {
            return false;
        }

        try
        {
            var arguments = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
            return arguments.Any(argument => Path.GetFileName(argument) is "ffmpeg" or "ffprobe") && arguments.Any(argument => argument.Contains(dataDirectory, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // It ended while we looked.
            return false;
        }
    }
}
