namespace Downbeat.Features.Compositions.Planning;

/// <summary>
/// Has clips that were drawn to the song move with it: a shot shows the clip that was drawn for its time, or the next one to it where two shots in a row would show the same; and where in the clip it
/// begins is where the music stands as it does in the shot: at that very time, or as far behind the first beat of a bar.
/// </summary>
internal static class DrawnPlaces
{
    private const double Tolerance = 1e-6;

    /// <summary>The drawn clips, when they stand in the order that they were drawn for; none when somebody gave them another one, which then counts.</summary>
    public static IReadOnlyList<CutClip> InOrder(IReadOnlyList<CutClip> clips)
    {
        var drawn = clips.Where(clip => clip.SongStartSeconds is not null).DistinctBy(clip => clip.Id).ToList();
        return drawn.Count > 1 && drawn.Zip(drawn.Skip(1)).All(pair => pair.First.SongStartSeconds <= pair.Second.SongStartSeconds) ? drawn : [];
    }

    /// <summary>The clip that was drawn for a time, or for the time nearest to it.</summary>
    /// <param name="drawn">At least two clips.</param>
    /// <param name="seconds">The time in the song.</param>
    /// <param name="other">A clip that it shall not be; null for none.</param>
    public static Guid Nearest(IReadOnlyList<CutClip> drawn, double seconds, Guid? other) => drawn
        .Where(clip => clip.Id != other)
        .MinBy(clip => Math.Max(0, Math.Max(clip.SongStartSeconds!.Value - seconds - Tolerance, seconds - Tolerance - clip.SongStartSeconds.Value - clip.DurationSeconds)))!.Id;

    /// <summary>Moves the shots of drawn clips to where the clip is in step with the song; where that is nowhere, they stay.</summary>
    /// <param name="request">Clips and beats.</param>
    /// <param name="start">Where in the song the film begins.</param>
    /// <param name="shots">The shots with a place in their clips.</param>
    public static IReadOnlyList<Shot> Fill(CutRequest request, double start, IReadOnlyList<Shot> shots)
    {
        var drawn = request.Clips.Where(clip => clip.SongStartSeconds is not null).DistinctBy(clip => clip.Id).ToDictionary(clip => clip.Id);
        return drawn.Count == 0 ? shots : [.. shots.Select((shot, i) => drawn.TryGetValue(shot.ClipId, out var clip) ? InStep(request, clip, start, shot, i + 1 < shots.Count ? shots[i + 1] : null) : shot)];
    }

    private static Shot InStep(CutRequest request, CutClip clip, double start, Shot shot, Shot? next)
    {
        var lead = request.Rate.SecondsAt((shot.Transition?.Frames ?? 0) / 2);
        var seen = request.Rate.SecondsAt(shot.Frames.Count + ((next?.Transition?.Frames ?? 0) / 2));
        if (lead + seen > clip.DurationSeconds + Tolerance)
        {
            return shot;
        }

        var (at, drawnAt) = (start + request.Rate.SecondsAt(shot.Frames.Start), clip.SongStartSeconds!.Value);
        var places = Alike(request, at, drawnAt).Where(place => place - lead > -Tolerance && place + seen < clip.DurationSeconds + Tolerance).ToList();
        return places.Count == 0 ? shot : shot with { SourceStartSeconds = Math.Max(lead, places[0] == at - drawnAt ? places[0] : places.MinBy(place => Math.Abs(place - shot.SourceStartSeconds))), SourceEndSeconds = null };
    }

    /// <summary>Places in a clip where the music stands as it does at a time, that very time first.</summary>
    private static IEnumerable<double> Alike(CutRequest request, double at, double drawnAt)
    {
        yield return at - drawnAt;
        var bars = request.Grid.DownbeatIndexes.Select(index => request.Grid.BeatSeconds[index]).ToList();
        var last = bars.FindLastIndex(bar => bar <= at + 0.02);
        foreach (var bar in last < 0 ? [] : bars)
        {
            yield return bar + at - bars[last] - drawnAt;
        }
    }
}
