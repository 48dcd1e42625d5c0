using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>The watermark as filter text: its picture is an input behind the clips, brought to its size once and laid over each piece.</summary>
internal static class WatermarkFilters
{
    private const double Margin = 0.03;
    private const double MostHeight = 0.5;

    /// <summary>Brings the picture to its size and strength.</summary>
    public static string Picture(Cut cut)
    {
        var mark = cut.Watermark!;
        var (width, height) = (Math.Max(2, (int)Math.Round(cut.Width * mark.Width)), (int)(cut.Height * MostHeight));
        return FormattableString.Invariant(
            $"trim=end_frame=1,format=rgba,colorchannelmixer=aa={mark.Opacity:0.###},scale={width}:{height}:force_original_aspect_ratio=decrease:flags=area:out_color_matrix=bt709:out_range=tv,format=yuva420p");
    }

    /// <summary>The part of a pass's graph that gives each piece its copy, <c>[w0]</c> and so on.</summary>
    public static string Source(Cut cut, RenderPass pass)
    {
        var copies = string.Concat(Enumerable.Range(0, pass.Pieces.Count).Select(i => FormattableString.Invariant($"[w{i}]")));
        return FormattableString.Invariant($"[{pass.Inputs.Count}:v:0]{Picture(cut)},split={pass.Pieces.Count}{copies};\n");
    }

    /// <summary>Lays a copy over the pictures of a piece.</summary>
    public static string Overlay(Cut cut, int label)
    {
        var margin = (int)Math.Round(Math.Min(cut.Width, cut.Height) * Margin / 2) * 2;
        var (left, right) = (FormattableString.Invariant($"{margin}"), FormattableString.Invariant($"W-w-{margin}"));
        var (top, bottom) = (left, FormattableString.Invariant($"H-h-{margin}"));
        var (x, y) = cut.Watermark!.Corner switch
        {
            Corner.TopLeft => (left, top),
            Corner.TopRight => (right, top),
            Corner.BottomLeft => (left, bottom),
            Corner.BottomRight => (right, bottom),
            _ => ("(W-w)/2", "(H-h)/2"),
        };
        return FormattableString.Invariant($"null[p{label}];[p{label}][w{label}]overlay=x={x}:y={y}");
    }
}
