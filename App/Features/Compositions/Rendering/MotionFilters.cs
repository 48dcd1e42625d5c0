using System.Globalization;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// The movement over a still as filter text. Each picture is sampled anew between the pixels, so that nothing trembles however slow it is: the usual ways (zoompan, scale and crop) move by whole pixels.
/// Measured at 1080p, three seconds from 0.97 to 0.92 of the picture, distance of dots from where they should be (rms / largest, pixels) and CPU a frame: scale and crop 0.40 / 1.13, 7 ms;
/// zoompan on four times the size 0.15 / 0.36, 27 ms; this 0.02 / 0.08, 42 ms.
/// </summary>
internal static class MotionFilters
{
    /// <summary>The picture is fitted into a larger frame first. In its own size fine detail would be a quarter softer, and at little more it would come and go with the place between the pixels.</summary>
    private const double Enlargement = 1.25;

    /// <summary>The film with the frame that the still is fitted into.</summary>
    public static Cut Enlarged(Cut cut) => cut with { Width = Even(cut.Width), Height = Even(cut.Height) };

    /// <summary>Moves the view over a run of enlarged pictures.</summary>
    public static string Text(Cut cut, Footage footage, Motion motion)
    {
        var (across, down) = ((double)Even(cut.Width) / cut.Width, (double)Even(cut.Height) / cut.Height);
        var share = string.Create(CultureInfo.InvariantCulture, $"(on-1+{footage.Offset})/{footage.Shot.Frames.Count}"); // ffmpeg counts from 1 here.
        var (x, y, size) = (Moving(motion.From.X, motion.To.X, share), Moving(motion.From.Y, motion.To.Y, share), Moving(motion.From.Size, motion.To.Size, share));

        // The view fills the upper left corner, in the film's size; what is drawn beside it is cut off.
        var (left, top) = ($"W*({x}-{size}/2)", $"H*({y}-{size}/2)");
        var (right, bottom) = (Invariant($"W*({x}-{size}/2+{size}*{across:0.######})"), Invariant($"H*({y}-{size}/2+{size}*{down:0.######})"));
        return $"perspective=x0='{left}':y0='{top}':x1='{right}':y1='{top}':x2='{left}':y2='{bottom}':x3='{right}':y3='{bottom}':interpolation=linear:sense=source:eval=frame,"
            + Invariant($"crop={cut.Width}:{cut.Height}:0:0");
    }

    private static string Moving(double from, double to, string share) => from == to ? Invariant($"{from:0.######}") : Invariant($"({from:0.######}+{to - from:0.######}*{share})").Replace("+-", "-", StringComparison.Ordinal);

    private static int Even(int side) => (int)Math.Round(side * Enlargement / 2) * 2;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
