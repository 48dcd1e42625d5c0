using Downbeat.Features.Analysis;

namespace Downbeat.Features.Stems;

/// <summary>What can be mixed.</summary>
internal static class StemMixRules
{
    /// <summary>Quietest that a stem can be set; it is not heard then.</summary>
    public const double SilentDb = -60;

    /// <summary>Loudest that a stem can be set.</summary>
    public const double LoudestDb = 12;

    private const int MostSilences = 500;

    /// <summary>The mix as it is kept: stems in their order, silences inside the song, in order, joined where they touch.</summary>
    /// <param name="mix">What somebody wants.</param>
    /// <param name="names">The song's stems.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    public static StemMix Check(StemMix mix, IReadOnlyList<string> names, double durationSeconds)
    {
        // JSON may hold nulls where none belong.
        if (mix.Tracks is null || mix.Tracks.Count > names.Count || mix.Tracks.Any(track => track?.Silences is null || track.Silences.Any(silence => silence is null)))
        {
            throw StudioProblem.Field("tracks", $"There is at most one entry for each of {string.Join(", ", names)}, and no entry and no silence is null.");
        }

        for (var n = 0; n < mix.Tracks.Count; n++)
        {
            Check(mix.Tracks[n], $"tracks[{n}]", names);
        }

        if (mix.Tracks.DistinctBy(track => track.Name).Count() != mix.Tracks.Count)
        {
            throw StudioProblem.Field("tracks", "Each stem stands there once.");
        }

        return new() { Tracks = [.. names.SelectMany(name => mix.Tracks.Where(track => track.Name == name)).Select(track => track with { Silences = Joined(track.Silences, durationSeconds) })] };
    }

    private static void Check(StemTrack track, string field, IReadOnlyList<string> names)
    {
        if (!names.Contains(track.Name))
        {
            throw StudioProblem.Field($"{field}.name", $"The stems are {string.Join(", ", names)}.");
        }

        if (track.GainDb is not (>= SilentDb and <= LoudestDb))
        {
            throw StudioProblem.Field($"{field}.gainDb", $"A gain lies between {SilentDb} and {LoudestDb} dB.");
        }

        if (track.Pan is not (>= -1 and <= 1))
        {
            throw StudioProblem.Field($"{field}.pan", "A stem lies between −1 (left) and 1 (right).");
        }

        if (track.Silences.Count > MostSilences)
        {
            throw StudioProblem.Field($"{field}.silences", $"A stem has at most {MostSilences} silences.");
        }

        if (track.Silences.Any(silence => silence is not { Start: >= 0, End: < double.PositiveInfinity } || silence.End <= silence.Start))
        {
            throw StudioProblem.Field($"{field}.silences", "A silence has a start and a later end, in seconds, and begins in the song.");
        }
    }

    private static List<SongSpan> Joined(IReadOnlyList<SongSpan> silences, double durationSeconds)
    {
        List<SongSpan> joined = [];
        foreach (var silence in silences.Where(silence => silence.Start < durationSeconds).OrderBy(silence => silence.Start))
        {
            var end = Math.Min(silence.End, durationSeconds);
            if (joined.Count > 0 && silence.Start <= joined[^1].End)
            {
                joined[^1] = joined[^1] with { End = Math.Max(joined[^1].End, end) };
            }
            else
            {
                joined.Add(new(silence.Start, end));
            }
        }

        return joined;
    }
}
