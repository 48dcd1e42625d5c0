using System.Globalization;
using System.Text.RegularExpressions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// The hits of a piece as filter text. Frames are counted from the piece's first one (ffmpeg's <c>n</c>), so that the text, and with it the piece's key, does not depend on its place
/// in the film. Outside of its hits every filter leaves the pictures as they are.
/// </summary>
internal static partial class EffectFilters
{
    /// <summary>White and black of video levels, as shares of 255, less the middle that <c>eq</c> turns around.</summary>
    private const double White = (235 / 255.0) - 0.5;

    private const double Zoom = 0.16;
    private const double Shake = 0.03;
    private const double Light = 0.35;
    private const double Glow = 1.6;
    private const double Apart = 0.02;

    /// <summary>The filters of the hits that reach into a piece, in the order in which they are applied.</summary>
    public static IEnumerable<string> Of(Cut cut, FrameRange piece)
    {
        var hits = cut.Hits.Where(hit => hit.Strength > 0 && hit.Frame < piece.End && hit.End > piece.Start)
            .Select(hit => hit with { Frame = hit.Frame - piece.Start })
            .ToLookup(hit => hit.Kind);
        var (zoom, shake) = (Pulse(hits[EffectKind.ZoomPulse], Zoom), Pulse(hits[EffectKind.Shake], Shake));
        if (zoom is not null || shake is not null)
        {
            yield return Moved(cut, zoom ?? "0", shake ?? "0");
        }

        if (Pulse(hits[EffectKind.ColorBurst], 1) is { } burst)
        {
            yield return Text($"eq=eval=frame:saturation='1+{Glow}*{burst}':contrast='1+0.15*{burst}'");
        }

        if (Pulse(hits[EffectKind.BrightnessPulse], Light) is { } light)
        {
            yield return Text($"eq=eval=frame:brightness='{light}'");
        }

        foreach (var glitch in Glitches(cut, [.. hits[EffectKind.Glitch]]))
        {
            yield return glitch;
        }

        if (Pulse(hits[EffectKind.Flash], 1) is { } flash)
        {
            yield return MixedWithWhite(flash);
        }

        if (Tree([.. hits[EffectKind.Strobe]], hit => Text($"{hit.Strength:0.####}*lt(mod(n-({hit.Frame}),{EffectHit.StrobeFrames}),{EffectHit.StrobeFrames / 2})")) is { } strobe)
        {
            yield return MixedWithWhite(strobe);
        }
    }

    /// <summary>An even mix in every channel: contrast and saturation fall while the middle rises. The picture is nowhere brighter than white.</summary>
    private static string MixedWithWhite(string share) => Text($"eq=eval=frame:contrast='1-{share}':brightness='{White:0.####}*{share}':saturation='1-{share}'");

    /// <summary>Nearer, and beside its place. The picture is enlarged by twice what it trembles, so that no edge is seen.</summary>
    private static string Moved(Cut cut, string zoom, string shake)
    {
        var factor = $"(1+{zoom}+2*{shake})";
        var (width, height) = (Text($"2*ceil({cut.Width}*{factor}/2)"), Text($"2*ceil({cut.Height}*{factor}/2)"));

        // The scaler counts from 0 or from 1, by its version; by its clock all agree.
        string Clocked(string size) => Frame().Replace(size, $"round(t*{cut.Rate})");
        return Text($"scale=w='{Clocked(width)}':h='{Clocked(height)}':eval=frame:flags=bilinear,")
            + Text($"crop={cut.Width}:{cut.Height}:x='({width}-{cut.Width})/2+{cut.Width}*{shake}*sin(n*2.4)':y='({height}-{cut.Height})/2+{cut.Height}*{shake}*cos(n*1.9)'");
    }

    /// <summary>Red and blue to both sides, then across, then half as far: in a third of each hit.</summary>
    private static IEnumerable<string> Glitches(Cut cut, IReadOnlyList<EffectHit> hits)
    {
        foreach (var strong in hits.GroupBy(hit => hit.Strength))
        {
            var far = Math.Max(1, (int)Math.Round(cut.Width * Apart * strong.Key));
            foreach (var (third, shift) in new[] { (0, far), (1, -far), (2, (far + 1) / 2) })
            {
                var on = Tree([.. strong], hit => Text($"between(n,{hit.Frame + (third * hit.Frames / 3)},{hit.Frame + ((third + 1) * hit.Frames / 3) - 1})"));
                yield return Text($"chromashift=cbh={shift}:crh={-shift}:enable='{on}'");
            }
        }
    }

    private static string? Pulse(IEnumerable<EffectHit> hits, double scale) =>
        Tree([.. hits], hit => Text($"{hit.Strength * scale:0.####}*pow(1-(n-({hit.Frame}))/{hit.Frames},2)"));

    /// <summary>
    /// The value of the newest hit while it lasts, otherwise 0: a balanced tree of comparisons, since ffmpeg takes neither long sums nor deep nesting. Null without hits.
    /// </summary>
    private static string? Tree(IReadOnlyList<EffectHit> hits, Func<EffectHit, string> value)
    {
        return hits.Count == 0 ? null : Text($"if(lt(n,{hits[0].Frame}),0,{Between(0, hits.Count)})");

        string Between(int from, int to)
        {
            var middle = (from + to) / 2;
            return to - from == 1
                ? Text($"if(lt(n,{hits[from].End}),{value(hits[from])},0)")
                : Text($"if(lt(n,{hits[middle].Frame}),{Between(from, middle)},{Between(middle, to)})");
        }
    }

    [GeneratedRegex(@"\bn\b")]
    private static partial Regex Frame();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
