using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// A film's way out of black and back into it, as filter text. The first frame of the film is black and the first after the fade is whole; the last frame is black. Frames are counted
/// from the piece's first one (ffmpeg's <c>n</c>), since a fade may go over several pieces.
/// </summary>
internal static class PictureFades
{
    /// <summary>Black of video levels, as a share of 255, less the middle that <c>eq</c> turns around.</summary>
    private const double Black = (16 / 255.0) - 0.5;

    /// <summary>The filters of the fades that reach into a piece: an even mix with black in every channel.</summary>
    public static IEnumerable<string> Of(Cut cut, FrameRange piece)
    {
        if (piece.Start < cut.FadeInFrames)
        {
            yield return MixedWithBlack(Text($"min(1,(n+{piece.Start})/{cut.FadeInFrames})"));
        }

        if (piece.End > cut.Frames - cut.FadeOutFrames)
        {
            yield return MixedWithBlack(Text($"clip(({cut.Frames - 1 - piece.Start}-n)/{cut.FadeOutFrames},0,1)"));
        }
    }

    private static string MixedWithBlack(string share) => Text($"eq=eval=frame:contrast='{share}':brightness='{Black:0.#####}*(1-{share})':saturation='{share}'");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
