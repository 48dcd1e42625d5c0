using System.Text;
using System.Text.RegularExpressions;
using Downbeat.Http;

namespace Downbeat.Features.Lyrics;

/// <summary>A stranger's bytes as text that may be kept and shown.</summary>
internal static partial class LyricText
{
    /// <summary>Largest file.</summary>
    public const int MaxBytes = 256 << 10;

    private const int CodePageWestern = 1252;
    private const int CodePageCentral = 1250;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What to say about a larger file.</summary>
    public static StudioProblem TooLarge => Refuse(413, "lyrics.too_large", $"The words of a song are at most {MaxBytes >> 10} KB; leave out what is not sung.");

    /// <summary>
    /// Reads text: UTF-16 and UTF-8 by their byte order mark, else UTF-8 when it is valid, else the code page that an UltraStar file names, else Windows-1252, which holds all of
    /// Latin-1 that can be seen.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <returns>Its lines, parted by <c>\n</c> alone, without byte order mark.</returns>
    /// <exception cref="StudioProblem">413 <c>lyrics.too_large</c>; 415 <c>lyrics.unreadable</c>: this is no text.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw TooLarge;
        }

        var text = EncodingOf(bytes).GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n");
        var controls = text.Count(c => char.IsControl(c) && c is not ('\n' or '\t' or '\f'));
        return text.Contains('\0') || controls * 20 > text.Length
            ? throw Refuse(415, "lyrics.unreadable", "This is not a text file; bring the words as LRC, SRT, VTT, UltraStar or plain text.")
            : text;
    }

    /// <summary>One line or word without control and formatting characters, with single spaces.</summary>
    public static string Clean(string text) => DisplayName.Clean(Spaces().Replace(text, " "), int.MaxValue);

    /// <summary>A refusal of the file as a whole.</summary>
    public static StudioProblem Refuse(int status, string code, string sentence) => new(status, code, sentence, new Dictionary<string, string[]> { ["file"] = [sentence] });

    private static Encoding EncodingOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ when IsUtf8(bytes) => Utf8,
        _ => CodePagesEncodingProvider.Instance.GetEncoding(NamesCentral().IsMatch(Encoding.Latin1.GetString(bytes)) ? CodePageCentral : CodePageWestern)!,
    };

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^#ENCODING:\s*CP1250\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex NamesCentral();
}
