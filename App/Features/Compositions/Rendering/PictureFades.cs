using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// A film's way out of black and back into it, as filter text. The first frame of the film is black and the first after the fade is whole; the last frame is black. A fade may go over
/// several pieces: for it each of them has the times of the film.
/// </summary>
internal static class PictureFades
{
    /// <summary>The filters of the fades that reach into a piece; none for the pieces between them.</summary>
    public static IEnumerable<string> Of(Cut cut, FrameRange piece)
    {
        var outFrames = Math.Min(cut.FadeOutFrames, cut.Frames - 1);
        List<string> fades =
        [
            .. piece.Start < cut.FadeInFrames ? (string[])[Fade(cut, "in", 0, cut.FadeInFrames)] : [],
            .. outFrames > 0 && piece.End > cut.Frames - outFrames ? (string[])[Fade(cut, "out", cut.Frames - 1 - outFrames, outFrames)] : [],
        ];
        return fades.Count == 0 ? [] : [Text($"setpts=PTS+round({piece.Start}/({cut.Rate})/TB)"), .. fades, "setpts=PTS-STARTPTS"];
    }

    private static string Fade(Cut cut, string way, int start, int frames) =>
        Text($"fade=t={way}:st={cut.Rate.SecondsAt(start):0.######}:d={cut.Rate.SecondsAt(frames):0.######}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
