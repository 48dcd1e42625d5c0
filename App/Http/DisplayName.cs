using System.Globalization;
using System.Text;

namespace Downbeat.Http;

/// <summary>Names that people gave to things, made safe to keep and to show.</summary>
internal static class DisplayName
{
    /// <summary>
    /// The name without control, formatting and lone surrogate characters, cut between whole characters as people see them to at most <paramref name="maxLength"/>
    /// UTF-16 units.
    /// </summary>
    public static string Clean(string name, int maxLength)
    {
        var wanted = string.Concat(name.EnumerateRunes().Where(rune => !IsUnwanted(rune))).Trim();
        var length = 0;
        foreach (var start in StringInfo.ParseCombiningCharacters(wanted).Append(wanted.Length))
        {
            length = start <= maxLength ? start : length;
        }

        return wanted[..length].TrimEnd();
    }

    private static bool IsUnwanted(Rune rune) =>
        rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>A file name for a download made of <paramref name="parts"/>: letters, digits, spaces and a few marks of the given words, and an extension.</summary>
    public static string FileName(string extension, params IEnumerable<string> parts)
    {
        var words = string.Join(" - ", parts.Where(part => part.Length > 0));
        var safe = string.Concat(words.EnumerateRunes().Where(rune => Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '(' or ')' or '&' or '\''));
        return $"{(safe.Trim().Length > 0 ? Clean(safe, 120) : "video")}{extension}";
    }
}
