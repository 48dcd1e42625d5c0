using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>
/// Takes hits back where a film flashes too much: first fewer, then weaker ones, at last none. Only hits that are seen in the unsafe frames are touched, so that everything else stays as it was asked for.
/// </summary>
internal static class SafeHits
{
    /// <summary>More flashes than this in a second are unsafe (WCAG 2.3.1).</summary>
    public const int MostFlashes = 3;

    /// <summary>
    /// From this share of white on, a mix with it raises the relative luminance of black by the tenth that counts as a flash, and so it does up to the luminance of 0.7: only a nearly white picture does not flash.
    /// </summary>
    private const double SureStrength = 0.35;

    /// <summary>The hits without those that no footage can carry: strobes and flashes of white of which more than three would fall into a second.</summary>
    /// <param name="hits">By rising frames.</param>
    /// <param name="rate">Frame rate of the film.</param>
    public static IReadOnlyList<EffectHit> Possible(IReadOnlyList<EffectHit> hits, FrameRate rate)
    {
        IReadOnlyList<EffectHit> possible = [.. hits.Select(Shortened)];
        while (SurelyUnsafe(possible, rate) is { Count: > 0 } ranges)
        {
            possible = EverySecond(possible, ranges, IsSure);
        }

        return possible;
    }

    /// <summary>Every second of the hits that change the light. Those of one frame stay together.</summary>
    public static IReadOnlyList<EffectHit> Thinned(IReadOnlyList<EffectHit> hits, IReadOnlyList<FrameRange> ranges) => EverySecond(hits, ranges, ChangesLight);

    /// <summary>Hits that change the light at half their strength.</summary>
    public static IReadOnlyList<EffectHit> Halved(IReadOnlyList<EffectHit> hits, IReadOnlyList<FrameRange> ranges) =>
        [.. hits.Select(hit => ChangesLight(hit) && IsSeenIn(hit, ranges) ? hit with { Strength = hit.Strength / 2 } : hit)];

    /// <summary>None that change the light.</summary>
    public static IReadOnlyList<EffectHit> WithoutLight(IReadOnlyList<EffectHit> hits, IReadOnlyList<FrameRange> ranges) => [.. hits.Where(hit => !(ChangesLight(hit) && IsSeenIn(hit, ranges)))];

    /// <summary>None at all: a picture that jumps or splits can flash at hard edges.</summary>
    public static IReadOnlyList<EffectHit> Removed(IReadOnlyList<EffectHit> hits, IReadOnlyList<FrameRange> ranges) => [.. hits.Where(hit => !IsSeenIn(hit, ranges))];

    /// <summary>
    /// Where a film flashes more than its hits can explain, so that it would be unsafe without them: each onset is one flash at most, and a hit from before the second may end in it.
    /// </summary>
    /// <param name="hits">By rising frames.</param>
    /// <param name="flashesAt">Flashes of the second that ends with each frame.</param>
    /// <param name="rate">Frame rate of the film.</param>
    public static IReadOnlyList<FrameRange> BeyondHits(IReadOnlyList<EffectHit> hits, IReadOnlyList<int> flashesAt, FrameRate rate)
    {
        var second = rate.FrameAt(1);
        var onsetsUntil = new int[flashesAt.Count + 1];
        foreach (var onset in Onsets(hits.Where(ChangesLight)).Where(onset => onset < flashesAt.Count))
        {
            onsetsUntil[onset + 1]++;
        }

        var isBeyond = new bool[flashesAt.Count];
        for (var frame = 0; frame < flashesAt.Count; frame++)
        {
            onsetsUntil[frame + 1] += onsetsUntil[frame];
            var from = Math.Max(0, frame + 1 - second);
            if (flashesAt[frame] - (onsetsUntil[frame + 1] - onsetsUntil[from]) - 1 > MostFlashes)
            {
                isBeyond.AsSpan(from..(frame + 1)).Fill(true);
            }
        }

        return FrameRange.Where(isBeyond);
    }

    /// <summary>How many hits are not what they were.</summary>
    public static int Changes(IReadOnlyList<EffectHit> before, IReadOnlyList<EffectHit> after) => before.Except(after).Count();

    private static EffectHit Shortened(EffectHit hit) =>
        hit.Kind == EffectKind.Strobe && IsSure(hit) ? hit with { Frames = Math.Min(hit.Frames, MostFlashes * EffectHit.StrobeFrames) } : hit;

    private static bool IsSure(EffectHit hit) => hit.Kind is EffectKind.Flash or EffectKind.Strobe && hit.Strength >= SureStrength;

    private static bool ChangesLight(EffectHit hit) =>
        hit.Strength > 0 && hit.Kind is EffectKind.Flash or EffectKind.Strobe or EffectKind.BrightnessPulse or EffectKind.ColorBurst;

    private static bool IsSeenIn(EffectHit hit, IReadOnlyList<FrameRange> ranges) => ranges.Any(range => hit.Frame < range.End && hit.End > range.Start);

    private static IReadOnlyList<EffectHit> EverySecond(IReadOnlyList<EffectHit> hits, IReadOnlyList<FrameRange> ranges, Func<EffectHit, bool> isMeant)
    {
        var dropped = ranges
            .SelectMany(range => hits.Where(hit => isMeant(hit) && IsSeenIn(hit, [range])).Select(hit => hit.Frame).Distinct().Where((_, i) => i % 2 == 1))
            .ToHashSet();
        return [.. hits.Where(hit => !(isMeant(hit) && IsSeenIn(hit, ranges) && dropped.Contains(hit.Frame)))];
    }

    /// <summary>Where more than three flashes begin, and the last of them ends, within a second.</summary>
    private static List<FrameRange> SurelyUnsafe(IReadOnlyList<EffectHit> hits, FrameRate rate)
    {
        var onsets = Onsets(hits.Where(IsSure));
        var ranges = new List<FrameRange>();
        for (var i = 0; i + MostFlashes < onsets.Count; i++)
        {
            var (first, last) = (onsets[i], onsets[i + MostFlashes]);
            if (last - first >= rate.FrameAt(1) - 1)
            {
                continue;
            }

            if (ranges.Count > 0 && ranges[^1].End > first)
            {
                ranges[^1] = ranges[^1] with { End = last + 1 };
            }
            else
            {
                ranges.Add(new(first, last + 1));
            }
        }

        return ranges;
    }

    /// <summary>Frames at which light comes up. Two closer than a strobe's picture and its pause are one.</summary>
    private static List<int> Onsets(IEnumerable<EffectHit> hits)
    {
        var onsets = new List<int>();
        foreach (var frame in hits.SelectMany(Onsets).Order())
        {
            if (onsets.Count == 0 || frame >= onsets[^1] + EffectHit.StrobeFrames)
            {
                onsets.Add(frame);
            }
        }

        return onsets;
    }

    private static IEnumerable<int> Onsets(EffectHit hit)
    {
        var step = hit.Kind == EffectKind.Strobe ? EffectHit.StrobeFrames : hit.Frames;
        for (var frame = hit.Frame; frame < hit.End; frame += step)
        {
            yield return frame;
        }
    }
}
