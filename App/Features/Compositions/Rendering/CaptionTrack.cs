using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Lyrics;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>The captions of a film as a track of their own: in the film's time, from the very frame that they are drawn on.</summary>
internal static class CaptionTrack
{
    /// <summary>SubRip.</summary>
    public static string Srt(Cut cut) => LyricWriter.Srt(Cues(cut));

    /// <summary>WebVTT.</summary>
    public static string Vtt(Cut cut) => LyricWriter.Vtt(Cues(cut));

    /// <summary>The language as MP4 names it, by three letters; <c>und</c> where it is not known.</summary>
    public static string LanguageCode(Cut cut)
    {
        var language = cut.Captions?.Language ?? "";
        var culture = CultureInfo.GetCultures(CultureTypes.NeutralCultures).FirstOrDefault(known => (string[])[known.Name, known.ThreeLetterISOLanguageName, known.EnglishName, known.NativeName] is var names
            && known.Name.Length > 0 && names.Any(name => name.Equals(language.Split('-', '_')[0], StringComparison.OrdinalIgnoreCase)));
        return culture?.ThreeLetterISOLanguageName is { Length: 3 } code ? code : "und";
    }

    private static LyricContent Cues(Cut cut) => new(LyricSource.Program, cut.Captions?.Language,
    [
        .. (cut.Captions?.Lines ?? []).Select(line => (Frames: CaptionScript.FramesOf(cut, line), line.Text))
            .Select(line => (Start: Math.Max(0, line.Frames.Start), End: Math.Min(cut.Frames, line.Frames.End), line.Text))
            .Where(line => line.End > line.Start)
            .Select(line => new LyricLine(cut.Rate.SecondsAt(line.Start), cut.Rate.SecondsAt(line.End), line.Text, [])),
    ]);
}
