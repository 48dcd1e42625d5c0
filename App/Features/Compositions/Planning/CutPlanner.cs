using System.Globalization;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>Turns a song's beats and a person's clips into a cut. Pure: no clock, no chance but the seed.</summary>
internal static class CutPlanner
{
    /// <summary>Shortest film, and shortest part of a song that makes one.</summary>
    public const double MinFilmSeconds = 1;

    private const double ShortestShotSeconds = 0.1;

    /// <summary>Plans the film.</summary>
    /// <exception cref="StudioProblem">422 <c>cut.infeasible</c>, <c>cut.no_bass</c>, <c>cut.no_voice</c>: no cut fits the request; the sentence says what to change.</exception>
    public static Cut Plan(CutRequest request)
    {
        var (start, end) = PartOf(request);
        Refuse(request, end - start);
        var frames = request.Rate.FrameAt(end - start);
        var times = CutTimes.Choose(request, start, frames);
        var shots = Shots(request, times, start, frames);
        var hits = EffectHits.Find(request, start, frames);
        var shown = request.IsFlashSafe ? SafeHits.Possible(hits, request.Rate) : hits;
        return new(request.Rate, request.Width, request.Height, request.Fit, start, frames, StillMotion.Fill(request, DrawnPlaces.Fill(request, start, SourcePlaces.Fill(request, WithTransitions(request, shots)))))
        {
            IsByHand = false,
            Hits = shown,
            WeakenedHits = SafeHits.Changes(hits, shown),
            Captions = request.Captions?.Within(start, start + request.Rate.SecondsAt(frames)),
            Cards = Card.Place(request.TitleCard, request.EndCard, frames),
            Watermark = request.Watermark,
            FadeInFrames = request.Rate.FrameAt(request.FadeInSeconds),
            FadeOutFrames = request.Rate.FrameAt(request.FadeOutSeconds),
            Sound = request.Sound with { Clips = request.Sound.Clips?.Under(request.VoiceSeconds, request.Rate, start, frames) },
        };
    }

    private static (double Start, double End) PartOf(CutRequest request)
    {
        var song = request.Grid.DurationSeconds;
        var start = request.StartSeconds ?? 0;
        var end = request.EndSeconds ?? song;
        if (!double.IsFinite(start) || !double.IsFinite(end) || start < 0 || start >= song || end > song + 0.05)
        {
            throw Infeasible($"The part must lie inside the song, between 0 and {Text(song)} seconds.", start < 0 || start >= song || !double.IsFinite(start) ? "start" : "end");
        }

        end = Math.Min(end, song);
        return end - start >= MinFilmSeconds && request.Rate.FrameAt(end - start) >= 1
            ? (start, end)
            : throw Infeasible($"A video needs at least {Text(MinFilmSeconds)} second of the song, and this part has {Text(Math.Max(0, end - start))}; choose a longer one.", "end");
    }

    private static void Refuse(CutRequest request, double seconds)
    {
        if (request.Clips.Count == 0)
        {
            throw Infeasible("Add at least one clip or picture.");
        }

        if (request.Clips.Any(clip => !clip.IsStill && !(clip.DurationSeconds > 0)))
        {
            throw Infeasible("One of the clips has no length; remove it or upload it again.");
        }

        if (!(request.MinShotSeconds >= ShortestShotSeconds) || request.MinShotSeconds > seconds)
        {
            throw Infeasible($"The shortest shot must last between {Text(ShortestShotSeconds)} seconds and the length of the part, {Text(seconds)} seconds; {Text(request.MinShotSeconds)} were asked for.", "minShotSeconds");
        }

        if (request.MaxShotSeconds is { } longest && !(longest >= 2 * request.MinShotSeconds))
        {
            throw Infeasible(
                $"The longest shot must last at least twice the shortest, so that there are beats to choose from: raise {Text(longest)} to {Text(2 * request.MinShotSeconds)} seconds or more" +
                (longest >= 2 * ShortestShotSeconds ? $", or lower the shortest to {Text(longest / 2)}." : "."),
                "maxShotSeconds");
        }

        if (request.CutOn == CutOn.Vocals && request.VoiceSeconds.Count == 0)
        {
            throw Infeasible("No voice was heard in this song, so cuts cannot follow it: let them follow energy, bars or beats. If somebody does sing, split the song into stems, where a voice is heard more clearly, and press Use it on the song's page.", "cutOn");
        }

        if (request.Effects.Any(rule => rule.On == EffectOn.Bass) && request.BassSeconds.Count == 0)
        {
            throw Infeasible("No bass line of this song is in use, so effects cannot follow it: let them follow the kick. Or split the song into stems, where the bass is heard, and press Use it on the song's page.", "effects", "cut.no_bass");
        }

        if (request.Effects.Any(rule => rule.On == EffectOn.Vocals) && request.VoiceSeconds.Count == 0)
        {
            throw Infeasible("No voice was heard in this song, so effects cannot follow it: let them follow beats or sections. If somebody does sing, split the song into stems, where a voice is heard more clearly, and press Use it on the song's page.", "effects", "cut.no_voice");
        }

        if (request.FadeInSeconds + request.FadeOutSeconds > seconds)
        {
            throw Infeasible($"Both fades together take longer than the video, {Text(seconds)} seconds; make them shorter.", "fadeOutSeconds");
        }

        if (request.Width < 16 || request.Height < 16 || request.Width % 2 != 0 || request.Height % 2 != 0)
        {
            throw Infeasible("Width and height must be even numbers of at least 16 pixels.");
        }
    }

    private static List<Shot> Shots(CutRequest request, IReadOnlyList<CutTime> times, double start, int frames)
    {
        var order = Order(request.Clips);
        var drawn = DrawnPlaces.InOrder(request.Clips);
        var shots = new List<Shot>(times.Count);
        for (var i = 0; i < times.Count; i++)
        {
            var end = i + 1 < times.Count ? times[i + 1].Frame : frames;
            var clip = order[i % order.Count];
            clip = drawn.Any(each => each.Id == clip) ? DrawnPlaces.Nearest(drawn, start + request.Rate.SecondsAt(times[i].Frame), shots.LastOrDefault()?.ClipId) : clip;
            shots.Add(new(i, clip, new(times[i].Frame, end), 0, times[i].BeatIndex, times[i].Seconds, Filling.Hold));
        }

        return shots;
    }

    private static List<Shot> WithTransitions(CutRequest request, List<Shot> shots) => request.Transition is not { } kind
        ? shots
        : [.. shots.Select((shot, i) => shot with { Transition = i == 0 ? null : Transition.Between(shots[i - 1], shot, kind, request.Rate.FrameAt(request.TransitionSeconds)) })];

    private static StudioProblem Infeasible(string detail, string? field = null, string code = "cut.infeasible") =>
        new(422, code, detail, field is null ? null : new Dictionary<string, string[]> { [field] = [detail] });

    private static string Text(double seconds) => seconds.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The user's order, to be gone through again and again: without the same clip twice in a row, also from end to start, where there are two.</summary>
    private static List<Guid> Order(IReadOnlyList<CutClip> clips)
    {
        var order = clips.Where((clip, i) => i == 0 || clip.Id != clips[i - 1].Id).Select(clip => clip.Id).ToList();
        if (order.Count > 1 && order[^1] == order[0])
        {
            order.RemoveAt(order.Count - 1);
        }

        return order;
    }
}
