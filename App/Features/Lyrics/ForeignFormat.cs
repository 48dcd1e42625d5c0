using System.Text;
using System.Text.Json;

namespace Downbeat.Features.Lyrics;

/// <summary>Text in formats that hold words among much else, and are not read.</summary>
internal static class ForeignFormat
{
    private static readonly (string Begin, string Name)[] Known =
    [
        (@"{\rtf", "RTF"), ("<!DOCTYPE html", "HTML"), ("<html", "HTML"), ("<?xml", "XML"), ("%PDF-", "PDF"), ("[Script Info]", "SubStation Alpha"),
    ];

    /// <summary>Refuses such a text.</summary>
    /// <exception cref="StudioProblem">415 <c>lyrics.unreadable</c>, with the name of the format.</exception>
    public static void Refuse(string text)
    {
        var begin = text.TrimStart();
        var name = Known.FirstOrDefault(known => begin.StartsWith(known.Begin, StringComparison.OrdinalIgnoreCase)).Name ?? (IsJson(begin) ? "JSON" : null);
        if (name is not null)
        {
            throw LyricText.Refuse(415, "lyrics.unreadable", $"{name} is not read here; save the words as LRC, SRT, VTT, UltraStar or plain text.");
        }
    }

    // A heading in brackets, and LRC, begin like a list.
    private static bool IsJson(string text)
    {
        if (text is not ['{' or '[', ..])
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
