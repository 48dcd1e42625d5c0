using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// The filter text that brings a clip of any kind to the form of the film: frame rate, size, square pixels, 8-bit BT.709. It starts at the footage's first moment (time 0) and
/// ends after exactly its number of frames. Sizes are worked out here, so that pixel shape and rotation need no filter of their own.
/// </summary>
internal static class PictureFilters
{
    private const int BlurShrink = 8;

    /// <summary>Says what the pictures are by now; the last filter of a piece, behind the last that could have lost it.</summary>
    public const string Form = "setsar=1,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv";

    /// <summary>The filters of a run of pictures, without <see cref="Form"/>.</summary>
    /// <param name="cut">Rate, size and fit of the film.</param>
    /// <param name="source">The clip.</param>
    /// <param name="footage">What is shown of it.</param>
    /// <param name="label">Makes the names of inner links unique in a graph of several runs.</param>
    public static string Text(Cut cut, ShotSource source, Footage footage, int label = 0)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"fps={cut.Rate}:start_time=0:round=up"); // Up: each frame shows what was on display when it begins.
        if (IsBlended(cut, source, footage))
        {
            rate = Blended(cut, source, footage) + rate;
        }

        var thinsOut = !source.IsStill && source.FramesPerSecond * footage.Shot.Speed > cut.Rate.PerSecond;

        // Laid over each other, pictures lose their length: the very last one would be dropped by the rate.
        var rateBeforeFit = !source.IsStill && !thinsOut && cut.Fit == Fit.Blur;
        var motion = source.IsStill ? footage.Shot.Motion : null;
        var form = motion is null ? cut : MotionFilters.Enlarged(cut);
        List<string?> filters =
        [
            source.IsInterlaced ? "bwdif=mode=send_frame:deint=interlaced" : null,
            thinsOut ? rate : null, // Before the scaler, which then works less; where frames are doubled, after it.
            .. Picture(form, source),
            rateBeforeFit ? rate : null,
            FitText(form, source, label),
            "setsar=1",
            source.IsStill ? "loop=loop=-1:size=1:start=0" : null,
            thinsOut || rateBeforeFit ? null : rate,
            string.Create(CultureInfo.InvariantCulture, $"tpad=stop_mode=clone:stop={footage.Frames},trim=end_frame={footage.Frames}"),
            motion is null ? null : MotionFilters.Text(cut, footage, motion),
        ];
        return string.Join(',', filters.Where(filter => filter is not null));
    }

    /// <summary>Whether a slowed clip has fewer pictures than the film has frames: then pictures are blended, and the filters slow it down, too.</summary>
    public static bool IsBlended(Cut cut, ShotSource source, Footage footage) =>
        !source.IsStill && footage.Shot.Speed < 1 && source.FramesPerSecond * footage.Shot.Speed < cut.Rate.PerSecond;

    /// <summary>Slowed down, with frames between two pictures mixed of both. Before that the pictures are evenly spaced, from the first moment on, and the clock made finer, or rounding would show.</summary>
    private static string Blended(Cut cut, ShotSource source, Footage footage)
    {
        var own = source is { FramesPerSecond: > 0, IsVariableFrameRate: false } ? source.FramesPerSecond : cut.Rate.PerSecond;
        return string.Create(CultureInfo.InvariantCulture, $"fps={own:0.######}:start_time=0:round=up,settb=1/90000,setpts=PTS/{footage.Shot.Speed:0.######},") +
            string.Create(CultureInfo.InvariantCulture, $"framerate=fps={cut.Rate}:interp_start=0:interp_end=255,");
    }

    /// <summary>Size that the picture is scaled to before it is padded, cropped or laid on its background; even.</summary>
    public static (int Width, int Height) ScaledSize(Cut cut, ShotSource source)
    {
        var (across, down) = ((double)cut.Width / source.Width, (double)cut.Height / source.Height);
        return cut.Fit switch
        {
            Fit.Stretch => (cut.Width, cut.Height),
            Fit.Cover => (Math.Max(cut.Width, Even(source.Width * Math.Max(across, down))), Math.Max(cut.Height, Even(source.Height * Math.Max(across, down)))),
            _ => (Math.Min(cut.Width, Even(source.Width * Math.Min(across, down))), Math.Min(cut.Height, Even(source.Height * Math.Min(across, down)))),
        };
    }

    private static IEnumerable<string?> Picture(Cut cut, ShotSource source)
    {
        var (width, height) = ScaledSize(cut, source);
        var shrinks = width <= source.Width && height <= source.Height;
        var scale = string.Create(CultureInfo.InvariantCulture, $"scale={width}:{height}:flags={(shrinks ? "area" : "bicubic")}");
        if (source.Transfer == ColourTransfer.Standard)
        {
            yield return $"{scale}{InputMatrix(source)}:out_color_matrix=bt709:out_range=tv";

            // Named right behind the scaler, so that it converts too and no later filter works in more bits. Transparent parts become black.
            yield return source.HasAlpha ? "format=yuva420p,premultiply=inplace=1,format=yuv420p" : "format=yuv420p";
            yield break;
        }

        var curve = source.Transfer == ColourTransfer.Hlg ? "arib-std-b67" : "smpte2084";
        var toneMap = $"setparams=color_primaries=bt2020:color_trc={curve}:colorspace=bt2020nc,zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709," +
            "tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p";

        // Tone mapping costs most by far: done where the picture is smallest.
        yield return shrinks ? scale : toneMap;
        yield return shrinks ? toneMap : scale;
    }

    private static string InputMatrix(ShotSource source) =>
        source.ColourMatrix.Length > 0 || source.IsStill ? ""
        : source.Width >= 1280 || source.Height >= 720 ? ":in_color_matrix=bt709"
        : ":in_color_matrix=bt601";

    private static string? FitText(Cut cut, ShotSource source, int label)
    {
        var (width, height) = ScaledSize(cut, source);
        var (x, y) = (Math.Abs(cut.Width - width) / 4 * 2, Math.Abs(cut.Height - height) / 4 * 2);
        var (w, h) = (Even((double)cut.Width / BlurShrink), Even((double)cut.Height / BlurShrink));
        return (width, height) == (cut.Width, cut.Height) ? null : cut.Fit switch
        {
            Fit.Contain => string.Create(CultureInfo.InvariantCulture, $"pad={cut.Width}:{cut.Height}:{x}:{y}"),
            Fit.Cover => string.Create(CultureInfo.InvariantCulture, $"crop={cut.Width}:{cut.Height}:{x}:{y}"),

            // Blurred when small and enlarged: looks the same at an eighth of the work.
            Fit.Blur => string.Create(CultureInfo.InvariantCulture, $"setsar=1,split[f{label}][b{label}];") +
                string.Create(CultureInfo.InvariantCulture, $"[b{label}]scale={w}:{h}:force_original_aspect_ratio=increase:flags=area,crop={w}:{h},gblur=sigma=5,") +
                string.Create(CultureInfo.InvariantCulture, $"scale={cut.Width}:{cut.Height}:flags=bilinear,setsar=1[g{label}];[g{label}][f{label}]overlay={x}:{y}"),
            _ => null,
        };
    }

    private static int Even(double size) => Math.Max(2, (int)Math.Round(size / 2) * 2);
}
