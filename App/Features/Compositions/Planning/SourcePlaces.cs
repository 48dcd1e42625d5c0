namespace Downbeat.Features.Compositions.Planning;

/// <summary>
/// Chooses where in its clip each shot begins. The uses of a clip move on through its material and do not overlap until it is used up; then they start again elsewhere.
/// The seed says how much passes unseen before and between them.
/// </summary>
internal sealed class SourcePlaces
{
    /// <summary>A shot that outlasts its clip by no more than this holds the last picture: a loop would only flash.</summary>
    private const double HoldSeconds = 0.1;

    /// <summary>Room between two uses where there is some, so that one pass of the decoder serves both.</summary>
    private const double GapSeconds = 0.35;

    /// <summary>Most of a clip that passes unseen at one place: it has to be decoded all the same, and there is often no keyframe to jump to.</summary>
    private const double LargestSkip = 1 / 16.0;

    private readonly CutRequest request;
    private readonly IReadOnlyList<Shot> shots;
    private readonly Shot[] placed;

    private SourcePlaces(CutRequest request, IReadOnlyList<Shot> shots) => (this.request, this.shots, placed) = (request, shots, [.. shots]);

    /// <summary>The shots with their place in the clip and how they are filled.</summary>
    public static IReadOnlyList<Shot> Fill(CutRequest request, IReadOnlyList<Shot> shots)
    {
        var places = new SourcePlaces(request, shots);
        var clips = request.Clips.DistinctBy(clip => clip.Id).ToArray();
        for (var i = 0; i < clips.Length; i++)
        {
            places.Fill(clips[i], new(request.Seed, i));
        }

        return places.placed;
    }

    private void Fill(CutClip clip, SeededSequence chance)
    {
        var uses = clip.IsStill ? [] : shots.Where(shot => shot.ClipId == clip.Id).ToList();
        bool TooShort(Shot shot) => Length(shot) > clip.DurationSeconds + HoldSeconds;
        foreach (var shot in uses.Where(TooShort))
        {
            placed[shot.Index] = ShortClip.Filled(request, clip, shot, Lead(shot), Length(shot));
        }

        foreach (var lap in Laps(clip, uses.FindAll(shot => !TooShort(shot))))
        {
            Place(clip, lap, chance);
        }
    }

    private List<List<Shot>> Laps(CutClip clip, List<Shot> uses)
    {
        var laps = new List<List<Shot>>();
        var used = double.PositiveInfinity;
        foreach (var shot in uses)
        {
            var length = Length(shot);
            if (used + length > clip.DurationSeconds)
            {
                laps.Add([]);
                used = 0;
            }

            laps[^1].Add(shot);
            used += length;
        }

        return laps;
    }

    private void Place(CutClip clip, List<Shot> lap, SeededSequence chance)
    {
        var slack = Math.Max(0, clip.DurationSeconds - lap.Sum(Length));
        var gap = lap.Count > 1 ? Math.Min(GapSeconds, slack / (lap.Count - 1)) : 0;
        var free = Math.Max(0, slack - (gap * (lap.Count - 1)));
        var weights = Enumerable.Range(0, lap.Count + 1).Select(_ => chance.Next()).ToArray();
        var at = 0.0;
        for (var i = 0; i < lap.Count; i++)
        {
            at += Math.Min(free * weights[i] / weights.Sum(), clip.DurationSeconds * LargestSkip);
            placed[lap[i].Index] = lap[i] with
            {
                SourceStartSeconds = (Math.Floor(at * 1000) / 1000) + Lead(lap[i]),
                SourceEndSeconds = Length(lap[i]) > clip.DurationSeconds ? clip.DurationSeconds : null,
            };
            at += Length(lap[i]) + gap;
        }
    }

    /// <summary>How much of the clip is seen before the shot's first frame: half of the transition into it.</summary>
    private double Lead(Shot shot) => request.Rate.SecondsAt(HalfTransition(shot));

    /// <summary>How much of the clip is seen in all, transitions included.</summary>
    private double Length(Shot shot) =>
        request.Rate.SecondsAt(HalfTransition(shot) + shot.Frames.Count + (shot.Index + 1 < shots.Count ? HalfTransition(shots[shot.Index + 1]) : 0));

    private static int HalfTransition(Shot shot) => (shot.Transition?.Frames ?? 0) / 2;
}

/// <summary>Even numbers between 0 and 1 that depend on nothing but their seeds; SplitMix64 (Steele, Lea and Flood 2014), so that no runtime changes them.</summary>
internal sealed class SeededSequence(int seed, int stream)
{
    private ulong state = ((ulong)(uint)seed << 32) ^ ((uint)stream * 0x9E3779B97F4A7C15UL);

    /// <summary>The next number, above 0 and below 1.</summary>
    public double Next()
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (((z ^ (z >> 31)) >> 11) + 0.5) / (1UL << 53);
    }
}
