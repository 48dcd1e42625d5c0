using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>Where a shot begins.</summary>
/// <param name="Frame">First frame of the shot.</param>
/// <param name="Seconds">Time in the song that the frame was rounded from.</param>
/// <param name="BeatIndex">The beat at that time; null where there is none.</param>
/// <param name="Weight">2 for the first beat of a bar, 1 for the middle of an even bar, otherwise 0.</param>
internal readonly record struct CutTime(int Frame, double Seconds, int? BeatIndex, int Weight);

/// <summary>
/// Chooses the moments of the cuts: first the ones that must be (starts of parts, phrases of the voice), between them a walk from beat to beat that takes the strongest beat within reach,
/// then beats, or even steps where no beat was heard, in whatever would last too long.
/// </summary>
internal sealed class CutTimes
{
    private const double SectionToBeatSeconds = 0.4;
    private const double PhraseToBeatSeconds = 0.2;
    private const double DefaultMaxShotSeconds = 8;

    private readonly CutRequest request;
    private readonly double startSeconds;
    private readonly int frames;
    private readonly int minFrames;
    private readonly int maxFrames;
    private readonly List<CutTime> beats;
    private readonly BeatPace? pace;
    private readonly List<CutTime> cuts = [];

    private CutTimes(CutRequest request, double startSeconds, int frames)
    {
        (this.request, this.startSeconds, this.frames) = (request, startSeconds, frames);

        // One frame of grace: two beats of 0.4999 s are a second to anybody.
        minFrames = Math.Max(1, request.Rate.FrameAt(request.MinShotSeconds) - 1);
        maxFrames = Math.Max(request.Rate.FrameAt(request.MaxShotSeconds ?? DefaultMaxShotSeconds), 2 * Math.Max(minFrames, request.Rate.FrameAt(request.MinShotSeconds)));
        beats = BeatsInside();
        pace = request.CutOn == CutOn.Energy ? new(request.Grid.BeatEnergies, beats) : null;
    }

    /// <summary>The starts of all shots, rising, the first at frame 0.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="startSeconds">Time in the song of frame 0.</param>
    /// <param name="frames">Length of the film.</param>
    public static IReadOnlyList<CutTime> Choose(CutRequest request, double startSeconds, int frames)
    {
        var times = new CutTimes(request, startSeconds, frames);
        times.CutAtBeats();
        return times.WithoutOverlongShots();
    }

    private void CutAtBeats()
    {
        IReadOnlyList<CutTime> anchors = request.CutOn switch
        {
            CutOn.Section or CutOn.Energy => Sections(),
            CutOn.Vocals => Phrases(),
            _ => [],
        };
        var from = 0;
        foreach (var anchor in anchors)
        {
            Walk(from, anchor.Frame);
            cuts.Add(anchor);
            from = anchor.Frame;
        }

        Walk(from, frames);
    }

    private List<CutTime> Sections() => Apart(request.Grid.SectionStartSeconds.Select(section => NearestBeat(section, SectionToBeatSeconds) ?? At(section, null, 2)));

    /// <summary>Where phrases begin; and where they end, as far as a shot fits into the pause after it.</summary>
    private IReadOnlyList<CutTime> Phrases()
    {
        var starts = Apart(request.VoiceSeconds.Select(phrase => OnPhrase(phrase.Start)));
        var all = new List<CutTime>(starts);
        foreach (var rest in Apart(request.VoiceSeconds.Select(phrase => OnPhrase(phrase.End))))
        {
            // Starts go first: a rest that is too near to one is no shot of its own.
            if (starts.TrueForAll(start => Math.Abs(start.Frame - rest.Frame) >= minFrames))
            {
                all.Add(rest);
            }
        }

        return [.. all.OrderBy(cut => cut.Frame)];
    }

    private CutTime OnPhrase(double seconds) => NearestBeat(seconds, PhraseToBeatSeconds) ?? At(seconds, null, 0);

    /// <summary>Those moments, of rising ones, that leave a shortest shot before and after them.</summary>
    private List<CutTime> Apart(IEnumerable<CutTime> moments)
    {
        var anchors = new List<CutTime>();
        var last = 0;
        foreach (var anchor in moments)
        {
            if (anchor.Frame >= last + minFrames && anchor.Frame <= frames - minFrames)
            {
                anchors.Add(anchor);
                last = anchor.Frame;
            }
        }

        return anchors;
    }

    private CutTime? NearestBeat(double seconds, double withinSeconds)
    {
        CutTime? nearest = beats.Count == 0 ? null : beats.MinBy(beat => Math.Abs(beat.Seconds - seconds));
        return nearest is { } beat && Math.Abs(beat.Seconds - seconds) <= withinSeconds ? beat : null;
    }

    private void Walk(int from, int to)
    {
        if (request.CutOn is CutOn.Section or CutOn.Vocals)
        {
            return;
        }

        var steps = request.CutOn == CutOn.Downbeat ? beats.FindAll(beat => beat.Weight == 2) : beats;
        while (true)
        {
            var length = pace?.ShotFramesAfter(from, minFrames, maxFrames) ?? minFrames;
            var first = steps.FindIndex(beat => beat.Frame >= from + length);
            if (first < 0 || steps[first].Frame > to - minFrames)
            {
                return;
            }

            // The strongest beat before a second shot would fit; the earliest of equals.
            var best = steps[first];
            foreach (var beat in steps.Skip(first + 1).TakeWhile(beat => beat.Frame < from + (2 * length) && beat.Frame <= to - minFrames))
            {
                best = beat.Weight > best.Weight ? beat : best;
            }

            cuts.Add(best);
            from = best.Frame;
        }
    }

    private List<CutTime> WithoutOverlongShots()
    {
        var all = new List<CutTime> { At(startSeconds, null, 0) };
        foreach (var cut in cuts)
        {
            Fill(all, cut.Frame);
            all.Add(cut);
        }

        Fill(all, frames);
        return all;
    }

    private void Fill(List<CutTime> all, int to)
    {
        if (beats.Count == 0)
        {
            FillEvenly(all, to);
            return;
        }

        while (to - all[^1].Frame > maxFrames)
        {
            if (BeatWithinReach(all[^1].Frame, to) is { } beat)
            {
                all.Add(beat);
            }
            else
            {
                FillEvenly(all, beats.Find(later => later.Frame > all[^1].Frame + maxFrames && later.Frame <= to - minFrames) is { Frame: > 0 } next ? next.Frame : to);
            }
        }
    }

    private CutTime? BeatWithinReach(int from, int to)
    {
        var target = from + ((to - from) / Math.Ceiling((double)(to - from) / maxFrames));
        var within = beats.FindAll(beat => beat.Frame >= from + minFrames && beat.Frame <= Math.Min(from + maxFrames, to - minFrames));
        var strong = within.FindAll(beat => beat.Weight == 2);
        return within.Count == 0 ? null : (strong.Count > 0 ? strong : within).MinBy(beat => Math.Abs(beat.Frame - target));
    }

    private void FillEvenly(List<CutTime> all, int to)
    {
        var from = all[^1].Frame;
        var pieces = Math.Min((int)Math.Ceiling((to - from) / (maxFrames / 2.0)), (to - from) / minFrames);
        for (var i = 1; i < pieces; i++)
        {
            var frame = from + (int)Math.Round((double)i * (to - from) / pieces);
            all.Add(new(frame, startSeconds + request.Rate.SecondsAt(frame), null, 0));
        }
    }

    private List<CutTime> BeatsInside()
    {
        var weights = Weights(request.Grid);
        var inside = new List<CutTime>();
        for (var i = 0; i < request.Grid.BeatSeconds.Count; i++)
        {
            var beat = At(request.Grid.BeatSeconds[i], i, weights[i]);
            if (beat.Frame > (inside.Count == 0 ? 0 : inside[^1].Frame) && beat.Frame < frames)
            {
                inside.Add(beat);
            }
        }

        return inside;
    }

    private CutTime At(double songSeconds, int? beatIndex, int weight) => new(request.Rate.FrameAt(songSeconds - startSeconds), songSeconds, beatIndex, weight);

    private static int[] Weights(BeatGrid grid)
    {
        var weights = new int[grid.BeatSeconds.Count];
        for (var i = 0; i < grid.DownbeatIndexes.Count; i++)
        {
            var bar = grid.DownbeatIndexes[i];
            weights[bar] = 2;
            if (i + 1 < grid.DownbeatIndexes.Count && grid.DownbeatIndexes[i + 1] - bar is >= 4 and var length && length % 2 == 0)
            {
                weights[bar + (length / 2)] = 1;
            }
        }

        return weights;
    }
}
