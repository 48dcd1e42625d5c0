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

    /// <summary>WebVTT to be put into an MP4. ffmpeg would take what stands in braces for commands, so they become parentheses.</summary>
    public static string Muxed(Cut cut)
    {
        var cues = Cues(cut);
        return LyricWriter.Vtt(cues with { Lines = [.. cues.Lines.Select(line => line with { Text = line.Text.Replace('{', '(').Replace('}', ')') })] });
    }

    private static LyricContent Cues(Cut cut) => new(LyricSource.Program, cut.Captions?.Language,
    [
        .. (cut.Captions?.Lines ?? []).Select(line => (Frames: CaptionScript.FramesOf(cut, line), line.Text))
            .Select(line => (Start: Math.Max(0, line.Frames.Start), End: Math.Min(cut.Frames, line.Frames.End), line.Text))
            .Where(line => line.End > line.Start)
            .Select(line => new LyricLine(cut.Rate.SecondsAt(line.Start), cut.Rate.SecondsAt(line.End), line.Text, [])),
    ]);
}
